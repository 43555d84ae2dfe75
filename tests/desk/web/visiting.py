"""A visit to the desk's pages without a browser: the real guard and app, asked as a browser would ask."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from werkzeug.test import Client, TestResponse

from offramp.desk.commands.at_desk import Place
from offramp.desk.desk import Desk
from offramp.desk.desk_folder import make_desk_folder
from offramp.desk.web.door import Door
from offramp.desk.web.here import House
from offramp.desk.web.keeper import Keeper
from offramp.desk.web.ready import begin_to_get_ready
from offramp.desk.web.serving import guarded
from tests.desk.team import PASSPHRASE

PORT = 4321
ORIGIN = f"http://127.0.0.1:{PORT}"
Fields = Mapping[str, str | list[str]]


@dataclass(slots=True)
class Form:
    """A form of a page: what would be sent if its last button were not pressed."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """What a test wants to know of an answer: status, text, links, forms, controls."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.status, self.headers, self.data = response.status_code, response.headers, response.data
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.controls: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[str] = []
        self._texts: list[str] = []
        self._area: str | None = None
        self._select: str | None = None
        if response.mimetype == "text/html":
            self.feed(response.text)

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return " ".join(" ".join(self._texts).split())

    def form(self, action: str) -> Form:
        """The first form whose action ends so."""
        return next(one for one in self.forms if one.action.endswith(action))

    def link(self, pattern: str) -> str:
        """The first link in which this regular expression is found."""
        return next(one for one in self.links if re.search(pattern, one))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(named.get("href") or "")
        elif tag == "form":
            self.forms.append(Form(named.get("action") or ""))
        elif tag in ("input", "textarea", "select", "button"):
            self._control(tag, named)
        elif tag == "option" and self._select and "selected" in named:
            self.forms[-1].fields[self._select] = [named.get("value") or ""]

    def _control(self, tag: str, named: dict[str, str | None]) -> None:
        self.controls.append((tag, named))
        name, kind = named.get("name"), named.get("type")
        if not name or not self.forms or tag == "button":
            return
        if tag == "textarea":
            self._area, self.forms[-1].fields[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif kind in ("checkbox", "radio"):
            if "checked" in named:
                self.forms[-1].fields.setdefault(name, []).append(named.get("value") or "")
        elif kind != "file":
            self.forms[-1].fields.setdefault(name, []).append(named.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self._texts.append(data)
        if self._area is not None:
            self.forms[-1].fields[self._area][0] += data


class Visit:
    """A desk's pages, and one browser at them that follows redirects."""

    def __init__(self, place: Place, *, lock_after: float = 900.0) -> None:
        self.now = 0.0
        """What the keeper's clock says."""
        self.place = place
        self.keeper = Keeper(
            lambda passphrase: Desk.unlock(place.vault, passphrase, place.campaign),
            lock_after=lock_after,
            clock=lambda: self.now,
        )
        self.door = Door(PORT)
        self.app = guarded(House(self.keeper, place), self.door)
        self.client = Client(self.app, use_cookies=True)

    def open(self, passphrase: str = PASSPHRASE) -> Page:
        """Unlock, and come in through a new address, as the command has it."""
        self.keeper.unlock(passphrase)
        begin_to_get_ready(self.keeper)
        self.wait()
        return self.enter()

    def wait(self) -> None:
        """Until what takes long is done."""
        while self.keeper.at_work:
            time.sleep(0.01)

    def enter(self) -> Page:
        return self.get(self.door.new_address().removeprefix(ORIGIN), within=False)

    @property
    def root(self) -> str:
        """The path of the session."""
        assert self.door.session is not None
        return self.door.session.path

    def get(
        self, path: str, *, within: bool = True, follow: bool = True, headers: Mapping[str, str] | None = None
    ) -> Page:
        path = f"{self.root}{path}" if within and not path.startswith(self.root) else path
        sent = {"Sec-Fetch-Site": "same-origin" if within else "none", **(headers or {})}
        return Page(
            self.client.get(path, base_url=ORIGIN, headers=sent, follow_redirects=follow, buffered=True)
        )

    def post(
        self,
        path: str,
        fields: Fields,
        *,
        files: Iterable[tuple[str, str, bytes]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """`files` are field, name and bytes; `headers` stand in place of what a browser sends."""
        path = path if path.startswith(self.root) else f"{self.root}{path}"
        sent = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, **(headers or {})}
        data: dict[str, object] = dict(fields)
        for name, called, content in files:
            data.setdefault(name, [])
            held = data[name]
            assert isinstance(held, list)
            held.append((io.BytesIO(content), called))
        return Page(
            self.client.post(
                path, base_url=ORIGIN, headers=sent, data=data, follow_redirects=True, buffered=True
            )
        )

    def submit(
        self,
        page: Page,
        action: str,
        *,
        files: Iterable[tuple[str, str, bytes]] = (),
        **fields: str | list[str],
    ) -> Page:
        """Send a form of a page, with these fields filled in."""
        form = page.form(action)
        return self.post(form.action, {**form.fields, **fields}, files=files)


def place_at(folder: Path, campaign: Path) -> Place:
    """A desk's folder, whose vault is still to be made."""
    make_desk_folder(folder, {"campaign": str(campaign)})
    return Place.of(folder)


def every_page(visit: Visit, start: str = "/") -> Iterator[tuple[str, Page]]:
    """All pages that links lead to from here, each kind of address once."""
    waiting, seen = [start], set()
    while waiting:
        path = waiting.pop(0)
        kind = "/".join(part for part in path.split("/")[2:] if not part.isdigit() and len(part) != 16)
        if kind in seen or "/file/" in path or "/text/" in path or path.endswith("#main"):
            continue
        seen.add(kind)
        page = visit.get(path)
        yield path, page
        waiting += [link for link in page.links if link.startswith(visit.root)]

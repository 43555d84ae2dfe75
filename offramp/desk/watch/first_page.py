"""What the first page of a site says about itself, in words and in what its script goes by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from offramp.desk.watch.errors import NoKeyPinned, NoWordsThere

_ROOT: Final = re.compile(r"[0-9a-f]{64}")
_CAMPAIGN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_SHOWN: Final = ("campaign-words", "campaign-code")


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The words and the code that a visitor sees, and what is pinned for the page's script (FORMAT.md, 3.4, 16.2)."""

    words: str
    code: str
    root: bytes  # [32]
    campaign: str
    sequence: int
    limit_days: int


def read_first_page(html: str) -> FirstPage:
    """Raises NoWordsThere, NoKeyPinned; also where one of them stands there twice, and might say two things."""
    found = _Finder()
    try:
        found.feed(html)  # and no close(): it looks at an end without an end again and again, for minutes
    except (AssertionError, ValueError):  # what Python's parser raises for some pages that browsers show
        raise NoWordsThere from None
    words, code = map(found.shown, _SHOWN)
    if not (words and code):
        raise NoWordsThere
    if len(found.forms) != 1:
        raise NoKeyPinned
    return _with_pinned(words, code, found.forms[0])


def _with_pinned(words: str, code: str, pinned: Mapping[str, str]) -> FirstPage:
    root, campaign = pinned.get("data-root", ""), pinned.get("data-campaign", "")
    sequence, limit = pinned.get("data-sequence", ""), pinned.get("data-wait", "")
    if not (_ROOT.fullmatch(root) and _CAMPAIGN.fullmatch(campaign)):
        raise NoKeyPinned
    if not (_NUMBER.fullmatch(sequence) and _NUMBER.fullmatch(limit)):
        raise NoKeyPinned
    return FirstPage(words, code, bytes.fromhex(root), campaign, int(sequence), int(limit))


class _Finder(HTMLParser):
    """Collects the text within the elements that show words, and the attributes of every form that pins a root."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.starts = dict.fromkeys(_SHOWN, 0)
        self.texts: dict[str, list[str]] = {name: [] for name in _SHOWN}
        self._within: tuple[str, str] | None = None

    def shown(self, name: str) -> str:
        """The text of the one element of that id; nothing where there is none, or more than one."""
        return " ".join("".join(self.texts[name]).split()) if self.starts[name] == 1 else ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        # Of an attribute that stands there twice, browsers take the first.
        given = {name: value or "" for name, value in reversed(attributes)}
        if "data-root" in given:
            self.forms.append(given)
        name = given.get("id", "")
        if name in _SHOWN:
            self.starts[name] += 1
            self._within = (name, tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[1] == tag:
            self._within = None

    def handle_data(self, data: str) -> None:
        if self._within:
            self.texts[self._within[0]].append(data)

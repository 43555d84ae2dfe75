"""What a page names: everything that a browser would load from it, or go to."""

from __future__ import annotations

import contextlib
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

_NAMING: Final = frozenset(
    [
        *("action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href"),
        *("icon", "longdesc", "manifest", "ping", "poster", "profile", "src", "srcset", "usemap"),
        "xlink:href",
    ]
)
_HERE: Final = "http://here"


def named_in(html: str, path: str) -> set[str]:
    """The paths that the page at `path` names, without what stands behind `?` and `#`; of other sites, whole URLs."""
    found = _Finder()
    # Python's parser raises these for some pages that browsers show. close() would look at an end without an end
    # again and again, for minutes.
    with contextlib.suppress(AssertionError, ValueError):
        found.feed(html)
    return {_whole(one, path) for one in found.named}


def _whole(named: str, path: str) -> str:
    try:
        whole = urlsplit(urljoin(_HERE + path, named.strip()))
    except ValueError:  # brackets that are no address: no browser goes there either
        return named
    if f"{whole.scheme}://{whole.netloc}" != _HERE:
        return named
    return whole.path or "/"


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        for name in _NAMING & given.keys():
            parts = given[name].split(",") if name == "srcset" else [given[name]]
            self.named += [part.split()[0] if name == "srcset" and part.split() else part for part in parts]
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.named.append(given.get("content", "").partition("=")[2])

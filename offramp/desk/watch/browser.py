"""What Tor Browser says when it asks for something: whoever watches a site says the same.

A server that knew who watches it could show them the right files, and others to visitors.
tests/desk/watch/test_like_a_browser.py compares this with what a browser sends.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from offramp.desk.courier.wire import Answer, Dial, Patience, Wire
from offramp.desk.errors import ServerNonsense

Kind = Literal["page", "style", "script", "data"]

# Tor Browser 15, on the system that most of its users have; on http onions it takes gzip and nothing better.
_ALWAYS: Final = (
    ("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("Accept", ""),
    ("Accept-Language", "en-US,en;q=0.5"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Sec-GPC", "1"),
    ("Connection", "keep-alive"),
)
_ACCEPT: Final[Mapping[Kind, str]] = {
    "page": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "style": "text/css,*/*;q=0.1",
    "script": "*/*",
    "data": "*/*",
}
_FETCH: Final[Mapping[Kind, tuple[tuple[str, str], ...]]] = {
    "page": (
        ("Upgrade-Insecure-Requests", "1"),
        ("Sec-Fetch-Dest", "document"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-User", "?1"),
        ("Priority", "u=0, i"),
    ),
    "style": (
        ("Sec-Fetch-Dest", "style"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Priority", "u=2"),
    ),
    "script": (
        ("Sec-Fetch-Dest", "script"),
        ("Sec-Fetch-Mode", "no-cors"),
        ("Sec-Fetch-Site", "same-origin"),
    ),
    "data": (
        ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Priority", "u=4"),
    ),
}
_ROOM: Final = 4096
"""Bytes that gzip may add to what does not shrink, and the words of the week to a page."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as a browser uses it: unpacked, and its headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Ask = Callable[[str, Kind, int], Got]
"""From a path, a kind, and the most bytes that the body may have, to what is answered. Raises CourierErrors."""


def asking(dial: Dial, onion: str) -> Ask:
    """Each question on a connection of its own, which through tor is a circuit that nothing else uses."""

    def ask(path: str, kind: Kind, limit: int) -> Got:
        with Wire(dial, onion, Patience()) as wire:
            return _unpacked(wire.get(path, browser_headers(kind), limit=limit + _ROOM), limit + _ROOM)

    return ask


def browser_headers(kind: Kind) -> list[tuple[str, str]]:
    """The headers of a request, in their order, without Host."""
    always = [(name, _ACCEPT[kind] if name == "Accept" else value) for name, value in _ALWAYS]
    return [*always, *_FETCH[kind]]


def _unpacked(answer: Answer, limit: int) -> Got:
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    packed = headers.get("content-encoding") == "gzip"
    if "content-encoding" in headers and not packed:
        raise ServerNonsense  # a browser would make something else of these bytes
    return Got(answer.status, headers, _unzipped(answer.body, limit) if packed else answer.body)


def _unzipped(packed: bytes, limit: int) -> bytes:
    """At most so many bytes of one whole gzip file, else `ServerNonsense`."""
    unzip = zlib.decompressobj(wbits=31)
    try:
        body = unzip.decompress(packed, limit)
    except zlib.error:
        raise ServerNonsense from None
    if not unzip.eof or unzip.unused_data:
        raise ServerNonsense
    return body

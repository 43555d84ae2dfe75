"""The sentences of a page as somebody reads them: paragraphs and items, in order, without menus and buttons."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "li", "div", "summary", "label", "legend", "dt", "dd", "td", "th", "h1", "h2", "h3", "option"}
_READ = {"p", "li", "summary", "dd", "td"}
_SILENT = {"script", "style", "option", "button", "nav", "textarea", "title"}
_ADDRESS = re.compile(r"(?:http://)?[a-z2-7]{56}\.onion\S*|[0-9a-f]{64}")
_VOID = {"br", "input", "meta", "link", "hr", "img"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._open: list[str] = []
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not _SILENT & set(self._open):
            self._text += data

    def _end_block(self) -> None:
        block = next((one for one in reversed(self._open) if one in _BLOCKS), "")
        if block in _READ and self._text.strip():
            self.blocks.append(" ".join(_ADDRESS.sub("", self._text).split()))
        self._text = ""


def running_text(page: bytes) -> list[str]:
    """All paragraphs of a page, those for browsers without scripts too; addresses and hashes are no words."""
    reader = _Reader()
    reader.feed(page.decode())
    return reader.blocks

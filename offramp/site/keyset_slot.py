"""The one place in a page that changes: the ten words of this week's keyset (FORMAT.md, 3.3), filled in as it is sent.

They are the same for everybody. The page's hash, in the manifest, is that of the page with the place empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from offramp.crypto.words import keyset_words
from offramp.site.pages import Page, packed_for_visitors

KEYSET_SLOT: Final = b'<b id="keyset-words"></b>'
"""What stands in a page where the words go; at most once."""

_BEGINNING: Final = KEYSET_SLOT.removesuffix(b"</b>")


def fill_keyset_slot(body: bytes, keyset_id: bytes) -> bytes:
    """A page with the words of the keyset of this id [32] in it; as it is where it has no place for them."""
    return body.replace(KEYSET_SLOT, _BEGINNING + keyset_words(keyset_id).encode() + b"</b>", 1)


def empty_keyset_slot(body: bytes) -> tuple[bytes, str]:
    """The page as it was before, and the words that stood in it; "" where there were none."""
    before, found, rest = body.partition(_BEGINNING)
    words, end, after = rest.partition(b"</b>")
    if not (found and end and words):
        return body, ""
    return before + KEYSET_SLOT + after, words.decode("utf-8", errors="replace")


class FilledPages:
    """Pages with this week's words. Each is packed once a week, when somebody first asks for it."""

    def __init__(self, pages: Mapping[str, Page], keyset_id: Callable[[], bytes | None]) -> None:
        self._pages, self._keyset_id = pages, keyset_id
        self._with_slot = {path for path, page in pages.items() if KEYSET_SLOT in page.unpacked()}
        self._filled: dict[str, tuple[bytes, Page]] = {}

    def page(self, path: str) -> Page:
        """One of the pages as it is sent now; where nothing can be sealed to, the place stays empty."""
        page = self._pages[path]
        keyset_id = self._keyset_id() if path in self._with_slot else None
        if keyset_id is None:
            return page
        known = self._filled.get(path)
        if known is None or known[0] != keyset_id:
            body = fill_keyset_slot(page.unpacked(), keyset_id)
            known = keyset_id, replace(page, body=body, gzipped=packed_for_visitors(path, body))
            self._filled[path] = known  # two threads at once make the same twice
        return known[1]

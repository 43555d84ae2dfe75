"""Fetching every file that a manifest lists, and comparing: bytes, headers, and the words of the week."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from offramp.crypto.errors import OfframpError
from offramp.crypto.manifest import File, Manifest
from offramp.crypto.words import COUNT, english_words
from offramp.desk.errors import CourierError, ServerBusy, ServerNonsense
from offramp.desk.visible import visible
from offramp.desk.watch.browser import Ask, Got, Kind
from offramp.desk.watch.errors import (
    FileChanged,
    FileMissing,
    FileNotSeen,
    HeadersChanged,
    OtherKeysetWords,
    UnsignedLink,
)
from offramp.desk.watch.links import named_in
from offramp.site.keyset_slot import KEYSET_SLOT, empty_keyset_slot
from offramp.site.signed_files import PATH

AT_ONCE: Final = 4
"""So many circuits are built at a time."""
GIVE_UP: Final = 3
"""When so many files could not be fetched, the others are not tried: the site went away."""
MOST_LINKS: Final = 5
"""Of one page, so many names are told that were not signed: a page has as many as it likes."""
NOT_LISTED: Final = frozenset((PATH, "/keyset"))
"""What pages may name, and no manifest lists."""

# They say how an answer travels, or when, and not what it is.
_OF_THE_WAY: Final = frozenset(
    ["connection", "content-encoding", "content-length", "date", "keep-alive", "server", "transfer-encoding"]
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of one file: what is wrong with it, if anything, and the words of a keyset that it shows.

    `words` is None where it has no place for them.
    """

    file: File
    wrong: tuple[OfframpError, ...] = ()
    words: str | None = None


@dataclass(slots=True)
class Files:
    """The files of a site, fetched with `ask`; `patiently` tries again what may pass."""

    ask: Ask
    patiently: Callable[[Callable[[], Got]], Got]
    manifest: Manifest
    _unseen: list[str] = field(default_factory=list)

    def compared(self, report: Callable[[Comparison], None]) -> list[Comparison]:
        """All of them, in the manifest's order; `report` hears of each when it is there."""
        found = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for one in pool.map(self._compare, self.manifest.files):
                report(one)
                found.append(one)
        return found

    def _compare(self, file: File) -> Comparison:
        if len(self._unseen) >= GIVE_UP:
            return Comparison(file, (_not_seen(file),))
        try:
            got = self.patiently(lambda: self._fetch(file))
        except ServerNonsense:  # longer than the file, or no proper answer at all
            return Comparison(file, (_changed(file),))
        except CourierError:
            self._unseen.append(file.path)
            return Comparison(file, (_not_seen(file),))
        return self._judge(file, got)

    def _fetch(self, file: File) -> Got:
        got = self.ask(file.path, kind_of(file), file.length)
        if got.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerBusy
        return got

    def _judge(self, file: File, got: Got) -> Comparison:
        if got.status != HTTPStatus.OK:
            return Comparison(file, (FileMissing(f"{file.path} was signed, and is not there."),))
        body, words = empty_keyset_slot(got.body)
        wrong = [*self._wrong_bytes(file, body), *self._wrong_headers(file, got)]
        return Comparison(file, tuple(wrong), words if KEYSET_SLOT in body else None)

    def _wrong_bytes(self, file: File, body: bytes) -> Iterator[OfframpError]:
        if file.has(body):
            return
        yield _changed(file)
        if kind_of(file) != "page":
            return
        signed = {one.path for one in self.manifest.files} | NOT_LISTED
        named = named_in(body.decode("utf-8", errors="replace"), file.path)
        for name in sorted(named - signed)[:MOST_LINKS]:
            yield UnsignedLink(f"{file.path} names {visible(name)[:200]}, which was not signed.")

    def _wrong_headers(self, file: File, got: Got) -> Iterator[OfframpError]:
        signed = self.manifest.headers_of(file)
        served = {name: value for name, value in got.headers.items() if name not in _OF_THE_WAY}
        names = sorted(name for name in signed.keys() | served.keys() if signed.get(name) != served.get(name))
        if names:
            yield HeadersChanged(
                f"{file.path} is served with other headers than were signed: {visible(', '.join(names))[:200]}."
            )


def check_words(compared: Collection[Comparison], words: Collection[str] | None) -> Iterator[OfframpError]:
    """Whether every page that has a place for them shows some of these words of keysets.

    Of a site that hands out no keys, *words* is None: then there may be words of any, and nothing else than words.
    """
    for one in compared:
        if one.words is None:
            continue
        if not (_are_of_a_keyset_or_none(one.words) if words is None else one.words in words):
            yield OtherKeysetWords(
                f"{one.file.path} shows other words of this week's keys than those of the keys that the site hands out."
            )


def _are_of_a_keyset_or_none(shown: str) -> bool:
    """Whether these can be words of a keyset: whatever stands in their place is hidden from the page's hash."""
    words = shown.split(" ")
    return not shown or (len(words) == COUNT and all(word in english_words() for word in words))


def kind_of(file: File) -> Kind:
    """As what a browser asks for it."""
    kinds: dict[str, Kind] = {"text/html": "page", "text/css": "style", "text/javascript": "script"}
    return kinds.get(file.content_type.partition(";")[0], "page")  # everything else is opened by a link


def _changed(file: File) -> FileChanged:
    return FileChanged(f"{file.path} is not the file that was signed: its bytes are others.")


def _not_seen(file: File) -> FileNotSeen:
    return FileNotSeen(f"{file.path} could not be fetched.")

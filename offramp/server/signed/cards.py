"""The cards in the server's folder: couriers bring them, the intake shows the newest, a lapsed one stops it.

There is one file for each card key, for a calendar after which somebody left has another key, and its card may
come before it begins.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from offramp.board.days import day_of
from offramp.crypto.card import Card, check_card_date, read_card
from offramp.crypto.errors import CardForged, CardFromTheFuture, CardLapsed, OfframpError
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import CardPost
from offramp.disk import make_folder
from offramp.server.files import write_over
from offramp.server.watching import Watch

SUFFIX: Final = ".card"


class CardShelf:
    """The newest card of each card key.  Safe to use from several threads.

    *keysets* gives those whose card keys count.
    *limit_days* is how long the campaign waits after the day by which somebody should have read again.
    *clock* tells the seconds since 1970-01-01 UTC; *pulse* tells when to look at the folder again.
    """

    def __init__(
        self,
        folder: Path,
        keysets: Callable[[], Iterable[Keyset]],
        *,
        root: bytes,
        campaign: str,
        limit_days: int,
        clock: Callable[[], float] = time.time,
        pulse: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._keysets = folder, keysets
        self._root, self._campaign, self._limit_days = root, campaign, limit_days
        self._clock = clock
        self._lock = threading.Lock()
        self._watch = Watch(folder, f"*{SUFFIX}", pulse)
        self._cards: Mapping[bytes, Card] = {}

    def newest(self, keyset: Keyset) -> Card | None:
        """The newest card that a keyset's card key signed, whatever its date."""
        return self._all().get(keyset.card_key)

    def in_force(self, keyset: Keyset) -> bool:
        """Whether somebody said, as late as the campaign wants it, that this inbox is read."""
        card = self.newest(keyset)
        return card is not None and self.counts(card)

    def counts(self, card: Card) -> bool:
        """FORMAT 16.2, step 3, as a server does it: a lapsed card ends with its last day."""
        try:
            check_card_date(card, now=self._clock(), limit_days=self._limit_days)
        except (CardFromTheFuture, CardLapsed):
            return False
        return day_of(self._clock) <= self.last_day(card)

    def last_day(self, card: Card) -> date:
        """The last day on which letters are taken by a card."""
        return card.lapses(self._limit_days)

    def check(self, raw: bytes) -> bytes:
        """The card key [32] of ours that signed these bytes, which are a card that may be kept.

        Raises CardError, UnsupportedVersion.
        """
        for key in {keyset.card_key for keyset in self._keysets()}:
            try:
                card = read_card(raw, card_key=key, root=self._root, campaign=self._campaign)
            except CardForged:
                continue
            with contextlib.suppress(CardLapsed):
                # One desk whose clock is a month ahead would close the intake, and no later card could open it.
                check_card_date(card, now=self._clock(), limit_days=self._limit_days)
            return key
        raise CardForged

    def keep(self, raw: bytes) -> bool:
        """Keep a card, on the disk when this returns; False where a later one is here.

        Raises CardError, UnsupportedVersion, OSError.
        """
        key = self.check(raw)
        path = self._folder / f"{key.hex()}{SUFFIX}"
        with self._lock:
            card = read_card(raw, card_key=key, root=self._root, campaign=self._campaign)
            there = self._read(path)
            if there is not None and _age(there) > _age(card):
                return False
            if there is None or there.raw != raw:
                make_folder(self._folder)
                write_over(path, raw)
                self._cards = {**self._cards, key: card}
        return True

    def has(self, name: bytes) -> bool:
        """Whether the card of this id [16] (FORMAT 11) is here, on the disk."""
        paths = self._folder.glob(f"*{SUFFIX}")
        found = (self._read(path) for path in paths)
        return any(card is not None and CardPost(card.next_by, card.raw).id == name for card in found)

    def _all(self) -> Mapping[bytes, Card]:
        with self._lock:
            if self._watch.changed():
                paths = self._folder.glob(f"*{SUFFIX}")
                found = {path: self._read(path) for path in paths}
                self._cards = {_key(path): card for path, card in found.items() if card is not None}
            return self._cards

    def _read(self, path: Path) -> Card | None:
        """The card in a file that is named for its key; None for a file that is none."""
        try:
            return read_card(path.read_bytes(), card_key=_key(path), root=self._root, campaign=self._campaign)
        except (OfframpError, OSError, ValueError):
            return None


def _key(path: Path) -> bytes:
    return bytes.fromhex(path.stem)


def _age(card: Card) -> tuple[object, ...]:
    return card.week, card.next_by

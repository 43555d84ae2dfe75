"""The signed keysets in the server's folder, read again when they change; a stale one stops the intake.

Each takes the place of the one before it by itself, when its time has come (FORMAT.md, 15.2).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from offramp.crypto.errors import OfframpError, WrongOnion
from offramp.crypto.keyset import TOLERANCE, Keyset, read_keyset
from offramp.server.signed.floor import Floor
from offramp.server.watching import Watch

SUFFIX = ".keyset"


@dataclass(frozen=True, slots=True)
class _Second:
    """What is current and accepted in one second, and of what that was worked out."""

    second: int
    keysets: tuple[Keyset, ...]
    noted: int
    current: Keyset | None
    accepted: Mapping[bytes, Keyset]


class KeysetShelf:
    """The keysets of one campaign and one onion address.  Safe to use from several threads.

    *floor* is what is known of keysets that were here once; without it, only those that are here count.
    *clock* tells the seconds since 1970-01-01 UTC that keysets' dates are compared with;
    *pulse* tells when to look at the folder again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        root: bytes,
        campaign: str,
        onion: str,
        floor: Floor | None = None,
        clock: Callable[[], float] = time.time,
        pulse: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._root, self._campaign, self._onion = folder, root, campaign, onion
        self._floor, self._clock = floor, clock
        self._lock = threading.Lock()
        self._watch = Watch(folder, f"*{SUFFIX}", pulse)
        self._keysets: tuple[Keyset, ...] = ()
        self._second: _Second | None = None

    def current(self) -> Keyset | None:
        """The one to seal to.  None stops the intake."""
        return self._this_second().current

    def in_force_at(self, moment: float) -> Keyset | None:
        """The one to seal to at a moment, in seconds since 1970-01-01 UTC, by what is in the folder now."""
        floor = self.floor(moment)
        return highest([one for one in self.all() if one.sequence >= floor and _covers(one, moment)])

    def accepted(self) -> Mapping[bytes, Keyset]:
        """By id, the current one and its neighbours: whoever sealed may have another week by their clock.

        Not one with another card key: then somebody left in between, who must not be sealed to any more.
        """
        return self._this_second().accepted

    def floor(self, moment: float) -> int:
        """The smallest sequence that may be handed out or sealed to at a moment."""
        return max(self._noted(), floor_of(self.all(), moment))

    def note_floor(self) -> None:
        """Put the floor onto the disk, so that it holds when keysets are deleted.  Raises OSError."""
        if self._floor:
            self._floor.rise_to(self.floor(self._clock()))

    def all_now(self) -> tuple[Keyset, ...]:
        """All of them by a look at the folder right now, for a card may come right after its calendar."""
        with self._lock:
            self._watch.look_now()
        return self.all()

    def all(self) -> tuple[Keyset, ...]:
        """Every keyset in the folder that is properly signed and ours, whatever its dates."""
        with self._lock:
            if self._watch.changed():
                readable = (self._read(path) for path in sorted(self._folder.glob(f"*{SUFFIX}")))
                self._keysets = tuple(keyset for keyset in readable if keyset is not None)
            return self._keysets

    def _noted(self) -> int:
        return self._floor.value() if self._floor else 0

    def _this_second(self) -> _Second:
        """Worked out once a second: all requests in it get the same, which costs each of them nothing."""
        second, keysets, noted = int(self._clock()), self.all(), self._noted()
        known = self._second
        if known is None or (known.second, known.noted) != (second, noted) or known.keysets is not keysets:
            current = self.in_force_at(second)
            accepted = {one.id: one for one in self._beside(current, second)} if current else {}
            self._second = known = _Second(second, keysets, noted, current, accepted)
        return known

    def _beside(self, current: Keyset, moment: float) -> list[Keyset]:
        floor = self.floor(moment)
        ours = [one for one in self.all() if one.sequence >= floor and one.card_key == current.card_key]
        return [one for one in ours if _covers(one, moment, TOLERANCE)]

    def _read(self, path: Path) -> Keyset | None:
        """One file's keyset; None for a file that is none, which `offramp server check` tells about."""
        try:
            return read_own(path, root=self._root, campaign=self._campaign, onion=self._onion)
        except (OfframpError, OSError):
            return None


def read_own(path: Path, *, root: bytes, campaign: str, onion: str) -> Keyset:
    """The keyset in a file, of any date.  Raises KeysetError, UnsupportedVersion, OSError."""
    keyset = read_keyset(path.read_bytes(), root=root, campaign=campaign)
    if keyset.onion != onion:
        raise WrongOnion
    return keyset


def floor_of(keysets: Sequence[Keyset], moment: float) -> int:
    """One more than the highest sequence whose time one with a higher sequence took, having begun by a moment.

    So it is the first keyset of a calendar that replaced weeks of another one.  It is not simply the highest that
    has begun: a clock that was ahead for an hour would close the intake for as long as it was ahead.
    """
    earliest = float("inf")  # beginning of those with higher sequences that have begun
    for one in sorted(keysets, key=lambda keyset: keyset.sequence, reverse=True):
        if earliest < one.valid_until:
            return one.sequence + 1
        if one.valid_from <= moment:
            earliest = min(earliest, one.valid_from)
    return 0


def highest(keysets: Sequence[Keyset]) -> Keyset | None:
    """The keyset with the highest sequence, whatever its dates."""
    return max(keysets, key=lambda keyset: keyset.sequence, default=None)


def _covers(keyset: Keyset, moment: float, tolerance: int = 0) -> bool:
    return keyset.valid_from - tolerance <= moment < keyset.valid_until + tolerance

"""The signed keysets in the server's folder, read again when they change; a stale one stops the intake."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from offramp.crypto.errors import OfframpError, WrongOnion
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.server.watching import Watch

SUFFIX = ".keyset"

_OVERLAP = 86_400  # seconds in which the predecessors of a keyset that has just begun are still taken


class KeysetShelf:
    """The keysets of one campaign and one onion address.  Safe to use from several threads.

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
        clock: Callable[[], float] = time.time,
        pulse: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._root, self._campaign, self._onion = folder, root, campaign, onion
        self._clock = clock
        self._lock = threading.Lock()
        self._watch = Watch(folder, f"*{SUFFIX}", pulse)
        self._keysets: tuple[Keyset, ...] = ()

    def current(self) -> Keyset | None:
        """The one to seal to: the highest sequence of those valid now.  None stops the intake."""
        return highest(self._valid())

    def accepted(self) -> Mapping[bytes, Keyset]:
        """The current one, by id, and for a day those before it: a page may have been opened before it came.

        Not longer: whoever is in the current keyset no more must not be sealed to any more.
        """
        valid = self._valid()
        newest = highest(valid)
        if newest is None:
            return {}
        is_new = self._clock() < newest.valid_from + _OVERLAP
        return {keyset.id: keyset for keyset in (valid if is_new else (newest,))}

    def _valid(self) -> tuple[Keyset, ...]:
        now = self._clock()
        return tuple(keyset for keyset in self.all() if keyset.valid_from <= now < keyset.valid_until)

    def all(self) -> tuple[Keyset, ...]:
        """Every keyset in the folder that is properly signed and ours, whatever its dates."""
        with self._lock:
            if self._watch.changed():
                readable = (self._read(path) for path in sorted(self._folder.glob(f"*{SUFFIX}")))
                self._keysets = tuple(keyset for keyset in readable if keyset is not None)
            return self._keysets

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


def highest(keysets: tuple[Keyset, ...]) -> Keyset | None:
    """The keyset with the highest sequence, whatever its dates."""
    return max(keysets, key=lambda keyset: keyset.sequence, default=None)

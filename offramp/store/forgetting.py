"""What a store's clock does besides: it lets the files forget when things came, and in what order."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from random import SystemRandom
from typing import Final

import apsw

from offramp.store.connection import empty_files, is_small, transaction
from offramp.store.mixing import mix, settle, sort_acknowledged, sort_ids
from offramp.store.wiping import LOG_BYTES

_SOON: Final = 0.25
"""Seconds between two slices of a longer work, in which those who submit have the writer for themselves."""

_SELDOM: Final = 60.0

_CHANCE: Final = SystemRandom()


class Forgetting:
    """One writer's part of it, every *seconds*, called the beat; *then* is done at each beat besides.

    Without *seconds* it has no clock: it only tidies when it is told to.

    In between it writes as one addition does, at times by chance and about three times in a beat: so that of what
    the file system notes down about the files' changes, none says that something came in.
    """

    def __init__(self, seconds: float | None, then: Callable[[apsw.Connection], None]) -> None:
        self._seconds, self._then = seconds or _SELDOM, then
        self._log_bytes = LOG_BYTES if seconds else 0
        self._beat = time.monotonic()
        self._seen: int | None = None  # SQLite's number for what others wrote
        self._ids, self._acknowledged = b"", (b"", b"")
        self._unordered = True

    def note(self) -> None:
        """Something was written."""
        self._unordered = True

    def tick(self, connection: apsw.Connection) -> float:
        """Do what is due; how many seconds there are until the next.  Raises apsw.Error."""
        connection.execute("REPLACE INTO noise VALUES (1, randomblob(8))")
        now = time.monotonic()
        if now >= self._beat:
            self._look_at_others(connection)
            if self._mix(connection) and now < self._beat + self._seconds:
                return _SOON
            self._beat = now + self._seconds
            with suppress(apsw.BusyError):  # another process is at it; there will be another beat
                self.tidy(connection)
            self._then(connection)
        return min(self._beat - now, _CHANCE.expovariate(3 / self._seconds))

    def tidy(self, connection: apsw.Connection) -> None:
        """Take everything deleted out of the files, and the order of arrival as far as it goes at once.

        Raises apsw.BusyError where another process does it just now, apsw.Error.
        """
        small = is_small(connection)
        if not small:
            with transaction(connection):
                self._sort(connection)
        elif self._unordered:
            with transaction(connection):
                settle(connection)
        empty_files(connection, anew=small and self._unordered, log_bytes=self._log_bytes)
        if small:
            self._unordered = False

    def _mix(self, connection: apsw.Connection) -> bool:
        """Mix a slice where the file is too large to be written anew; whether there is more to mix."""
        if is_small(connection):
            return False
        with transaction(connection):
            return mix(connection)

    def _look_at_others(self, connection: apsw.Connection) -> None:
        number = int(connection.pragma("data_version"))
        if number != self._seen:
            self._seen, self._unordered = number, True

    def _sort(self, connection: apsw.Connection) -> None:
        """A range of each list at each beat, until all of it was written anew since the last change."""
        if self._ids == b"" and self._acknowledged == (b"", b""):
            if not self._unordered:
                return
            self._unordered = False
        self._ids = sort_ids(connection, self._ids)
        self._acknowledged = sort_acknowledged(connection, self._acknowledged)

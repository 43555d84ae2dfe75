"""Everybody whom the server waits for, and who goes when there are too many.

A connection that waits costs a few kilobytes and no thread.  When there are more than there is room for, one that
has been waited for longest is closed, of several the one that sends or takes least: so whoever needs a moment gets
it, however many need for ever, and whoever is steadily on the way with something large is not the first to go.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from offramp.server.http.connection import Connection, Waiting

LARGE_TOGETHER: Final = 96 * 1024 * 1024
SMALL_TOGETHER: Final = 32 * 1024 * 1024
"""Bytes of incomplete requests that may be in memory at once.  Large bodies never take the room of texts."""


_LOOKED_AT: Final = (
    16  # of those that have been waited for longest: looking at all of them would help a flood
)


class Crowd:
    """The connections that nobody works on now, in the order in which we began to wait for each."""

    def __init__(self, *, large: int = LARGE_TOGETHER, small: int = SMALL_TOGETHER) -> None:
        self._together = {True: large, False: small}
        self._held = {True: 0, False: 0}
        # They lose nothing: an answer was sent, and no other is awaited.  They go first.
        self._finished: dict[Connection, None] = {}
        self._asking: dict[Connection, None] = {}

    def __iter__(self) -> Iterator[Connection]:
        return chain(self._finished, self._asking)

    def join(self, connection: Connection) -> None:
        """Wait for this one from now on; its place is the last, unless it has one."""
        finished = connection.waiting in (Waiting.IDLE, Waiting.GOING)
        (self._finished if finished else self._asking)[connection] = None

    def leave(self, connection: Connection) -> None:
        """Somebody works on this one, or it is gone."""
        self._finished.pop(connection, None)
        self._asking.pop(connection, None)

    def first_to_go(self) -> Connection | None:
        """Who goes when there is no room."""
        for finished in self._finished:
            return finished
        oldest = islice(self._asking, _LOOKED_AT)
        return min(oldest, key=lambda connection: connection.pace, default=None)

    def count(self, connection: Connection, held: int) -> None:
        """Note how many bytes of a connection's request are in memory."""
        large, before = connection.counted
        self._held[large] -= before
        connection.counted = (connection.is_large, held)
        self._held[connection.is_large] += held

    def in_the_way(self) -> Connection | None:
        """Who goes when too much is in memory: the oldest of those that hold some of it."""
        for large, held in self._held.items():
            if held > self._together[large]:
                return next((one for one in self._asking if one.counted[0] is large and one.counted[1]), None)
        return None

    def overdue(self, now: float) -> list[Connection]:
        """Whose time is up."""
        return [connection for connection in self if connection.deadline < now]

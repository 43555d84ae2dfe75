"""Rebuilding on a clock: at the same moments whether or not anything was pushed, so that nobody can tell."""

from __future__ import annotations

import sys
from typing import Final, Protocol

from offramp.background import Background
from offramp.board.days import Clock
from offramp.crypto.board import Descriptor
from offramp.crypto.errors import OfframpError
from offramp.store.errors import StoreError

_RETRY_SECONDS: Final = 60.0
_DAY_MINUTES: Final = 1440
_LONGEST_WAIT: Final = 1.0  # seconds; the wall clock may be set meanwhile


class Rebuilds(Protocol):
    """What is to be done on the clock: a Builder."""

    def last_build(self) -> int | None: ...
    def rebuild(self, at_least: int = 1, builds_left: int = 1) -> Descriptor: ...


class RebuildClock(Background):
    """A thread that rebuilds at the multiples of *minutes* of the wall clock, from `start` to `stop`.

    A build's number is the minute, since 1970, in which it was due: so after a restart it is known, from what
    everybody may know, whether one was missed, and no other time has to be kept.
    """

    def __init__(self, builder: Rebuilds, *, minutes: int, clock: Clock) -> None:
        super().__init__("board")
        self._builder, self._minutes, self._clock = builder, minutes, clock

    def run(self) -> None:
        """Rebuild at once where there is no board, or one was due since the last; then whenever one is due."""
        last = self._builder.last_build()
        # An own note of what was done: a clock that went back must not keep the board from being rebuilt.
        done = None if last is None or last < self._due() else self._due()
        pause = 0.0
        while not self.wait(pause):
            due = self._due()
            if due == done:
                pause = min(self._seconds_left(), _LONGEST_WAIT)
            elif self._rebuild(due):
                done, pause = due, 0.0
            else:
                pause = _RETRY_SECONDS

    def _due(self) -> int:
        """The minute of the last multiple."""
        return int(self._clock()) // 60 // self._minutes * self._minutes

    def _builds_left(self, due: int) -> int:
        """How many builds of this day (UTC) are still to come, that of this minute among them."""
        return (_DAY_MINUTES - 1 - due % _DAY_MINUTES) // self._minutes + 1

    def _seconds_left(self) -> float:
        return max(0.0, (self._due() + self._minutes) * 60 - self._clock())

    def _rebuild(self, due: int) -> bool:
        try:
            self._builder.rebuild(at_least=due, builds_left=self._builds_left(due))
        except (StoreError, OfframpError, OSError, MemoryError) as error:
            # The old board is there still.  A file's name may be a parcel's; only the store's errors name none.
            told = f"error: {type(error).__name__} while the board was rebuilt"
            told += f": {error}" if isinstance(error, StoreError) else ""
            print(told, file=sys.stderr, flush=True)  # noqa: T201
            return False
        return True

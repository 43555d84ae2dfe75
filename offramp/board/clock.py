"""Rebuilding on a clock: at the same moments whether or not anything was pushed, so that nobody can tell."""

from __future__ import annotations

import sys
import threading
from typing import Final, Protocol

from offramp.board.days import Clock
from offramp.crypto.board import Descriptor
from offramp.crypto.errors import OfframpError
from offramp.store.errors import StoreError

_RETRY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 3.0
_DAY_MINUTES: Final = 1440
_LONGEST_WAIT: Final = 1.0  # seconds; the wall clock may be set meanwhile


class Rebuilds(Protocol):
    """What is to be done on the clock: a Builder."""

    def last_build(self) -> int | None: ...
    def rebuild(self, at_least: int = 1, builds_left: int = 1) -> Descriptor: ...


class RebuildClock:
    """A thread that rebuilds at the multiples of *minutes* of the wall clock, from `start` to `stop`.

    A build's number is the minute, since 1970, in which it was due: so after a restart it is known, from what
    everybody may know, whether one was missed, and no other time has to be kept.
    """

    def __init__(self, builder: Rebuilds, *, minutes: int, clock: Clock) -> None:
        self._builder, self._minutes, self._clock = builder, minutes, clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board", daemon=True)

    def start(self) -> None:
        """Begin, with a rebuild at once where there is no board, or one was due since the last."""
        self._thread.start()

    def stop(self) -> None:
        """End.  A rebuild under way is waited for, but not for long: it can be interrupted at any point."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        last = self._builder.last_build()
        # An own note of what was done: a clock that went back must not keep the board from being rebuilt.
        done = None if last is None or last < self._due() else self._due()
        while not self._stopping.is_set():
            due = self._due()
            if due != done:
                if self._rebuild(due):
                    done = due
                else:
                    self._stopping.wait(_RETRY_SECONDS)
            else:
                self._stopping.wait(min(self._seconds_left(), _LONGEST_WAIT))

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

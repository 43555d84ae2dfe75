"""Destroying letters on a clock: what every courier has had for some days, and whatever has become old."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from offramp.background import Background
from offramp.board.days import Clock, day_of, set_to_day
from offramp.disk import make_folder
from offramp.server.files import write_over
from offramp.store import Store, StoreError

GRACE_DAYS: Final = 3
"""Days for which a letter stays after the last courier has fetched it: that long a lost bundle can be fetched anew."""

KEPT_DAYS: Final = 30
"""Days for which a letter stays at most, whether or not anybody has fetched it."""

SURE_DAYS: Final = 3
"""Days in a row that the clock must have told before anything is destroyed by it: a wrong clock is found by then."""

LOOK_SECONDS: Final = 3600.0

_MOST_OFF: Final = 2  # days between two looks of a server that was off over night, or over a day


class SureDay:
    """Today, once the clock is believed, by two days in a file: since when it has gone steadily, and its last look.

    A clock that jumps, by months or backwards, begins a new count.  So does a server that was off for days.
    Where *open_* says that the intake is closed, by a keyset that has ended, perhaps, the clock must have gone for as
    long as letters are kept: for it may be the clock that is wrong.
    """

    def __init__(self, path: Path, *, open_: Callable[[], bool], clock: Clock = time.time) -> None:
        self._path, self._open, self._clock = path, open_, clock

    def today(self) -> date | None:
        """Today (UTC), or None as long as that is not sure.  Raises OSError."""
        today = day_of(self._clock)
        since, last = self._read() or (today, today)
        if not timedelta(0) <= today - last <= timedelta(_MOST_OFF):
            since = today
        self._write(since, today)
        needed = SURE_DAYS if self._open() else KEPT_DAYS
        return today if today - since >= timedelta(needed) else None

    def _read(self) -> tuple[date, date] | None:
        try:
            since, last = self._path.read_text("ascii").split()
            return date.fromisoformat(since), date.fromisoformat(last)
        except (FileNotFoundError, ValueError):  # none yet, or half of one: the count begins anew
            return None

    def _write(self, since: date, last: date) -> None:
        if self._read() == (since, last):
            return
        make_folder(self._path.parent)
        write_over(self._path, f"{since} {last}\n".encode("ascii"))
        set_to_day(self._path.parent, last)


class Retention(Background):
    """A thread that looks once an hour, from `start` to `stop`.  *couriers* are those who are enrolled now."""

    def __init__(self, store: Store, couriers: Callable[[], Collection[bytes]], day: SureDay) -> None:
        super().__init__("retention")
        self._store, self._couriers, self._day = store, couriers, day

    def look(self) -> int:
        """Destroy what is over; how many letters that was.  Raises StoreError, OSError."""
        today = self._day.today()
        if today is None:
            return 0
        return self._store.expire(
            self._couriers(),
            acknowledged=today - timedelta(GRACE_DAYS),
            received=today - timedelta(KEPT_DAYS),
        )

    def run(self) -> None:
        """Look at once, and then again and again."""
        self._look_or_say_why()
        while not self.wait(LOOK_SECONDS):
            self._look_or_say_why()

    def _look_or_say_why(self) -> None:
        try:
            self.look()
        except (StoreError, OSError) as error:
            text = f"error: {type(error).__name__} while old letters were to be destroyed"
            print(text, file=sys.stderr, flush=True)  # noqa: T201 - the error log

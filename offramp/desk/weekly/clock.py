"""Whether this laptop's clock can be believed: what is destroyed by a wrong one does not come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from offramp.desk import days
from offramp.desk.vault.vault import HOUSE, Record
from offramp.desk.weekly.errors import ClockInDoubt

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

LAST_OPEN: Final = "last_open"
"""The kind of the house's record, without a name, of the last day on which this desk was open and nobody doubted
the clock."""

_STEP_BACK: Final = timedelta(days=2)
"""A clock may be a day fast and then a day slow; one that goes back by more was wrong before, or is now."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the clock says, and the day on which this desk was last open."""

    today: date
    last_open: date

    def __str__(self) -> str:
        """What a person reads."""
        then, today = days.in_words(self.last_open), days.in_words(self.today)
        if self.today < self.last_open:
            return (
                f"By this laptop's clock today is {today}, but this desk was open on {then} already. Set the clock "
                f"right; or, if {today} is right, say so: 'offramp keys destroy'. Until then no key is destroyed."
            )
        return (
            f"By this laptop's clock today is {today}, and this desk was last open on {then}. If that is wrong, set "
            "the clock right. If it is right, fetch and import what waits, and then say so: 'offramp keys destroy'. "
            "Until then no key is destroyed, also of those that are over."
        )


def last_open(desk: Desk) -> date | None:
    """The last day on which this desk was open and nobody doubted the clock."""
    found = desk.small[LAST_OPEN].get((HOUSE, b""))
    return date.fromisoformat(found.decode()) if found else None


def doubt(desk: Desk) -> Doubt | None:
    """Why the clock is not believed: it went back by more than two days, or ahead by more than the days of grace.

    So no key is destroyed unasked whose week was not over when this desk was last open: whoever was away longer
    can fetch first.
    """
    last, today = last_open(desk), days.today()
    longest = timedelta(days=desk.campaign.keys.grace_days)
    if last is None or last - _STEP_BACK <= today <= last + longest:
        return None
    return Doubt(today, last)


def check_clock(desk: Desk) -> None:
    """For what must not be done on a wrong day. Raises ClockInDoubt."""
    found = doubt(desk)
    if found is not None:
        raise ClockInDoubt(str(found))


def today_noted() -> Record:
    """What notes that this desk is open today."""
    return Record(HOUSE, LAST_OPEN, b"", days.today().isoformat().encode())

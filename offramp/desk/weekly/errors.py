"""What can go wrong with weekly keys and cards. A docstring is what a person reads."""

# ruff: noqa: N818 — each name says what is wrong, as those of offramp.crypto.errors do

from __future__ import annotations

from offramp.desk.errors import DeskError


class WeeklyError(DeskError):
    """Something about weekly keys, or about the card, is not as it should be."""


class ClockInDoubt(WeeklyError):
    """This laptop's clock may be wrong. Set it right, or say that it is: 'offramp keys destroy'."""


class NothingReadThisWeek(WeeklyError):
    """Nothing was imported at this desk this week. Fetch and import first: a card says that somebody has read."""


class NoCalendarYet(WeeklyError):
    """The campaign's copy here has no calendar yet. Get a newer copy from whoever holds the root key."""


class NoCardKey(WeeklyError):
    """This desk cannot sign a card: the campaign's copy here has none of its weekly keys in the calendar."""


class NextByOutOfRange(WeeklyError):
    """The next reading can be promised for today at the earliest, and for 62 days after this Monday at the latest."""


class NextByEarlier(WeeklyError):
    """A card of this week says a later day already. A new one can only say a later day still."""

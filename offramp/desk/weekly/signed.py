"""What the campaign's calendar, as far as this desk has it, says of the keys of whoever sits here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from offramp.crypto.card import monday_of
from offramp.desk import days
from offramp.desk.schedule import to_come
from offramp.desk.weekly.stock import WeekKey, stock

if TYPE_CHECKING:
    from offramp.crypto.keyset import Keyset
    from offramp.crypto.team_list import Member
    from offramp.desk.desk import Desk


def is_signed(desk: Desk, key: WeekKey) -> bool:
    """Whether some keyset here has this key."""
    return any(key.public in one.recipients for one in desk.keysets)


def counting(desk: Desk) -> list[Keyset]:
    """The keysets that are in force now or will be, in the order of their weeks."""
    return to_come(desk.keysets, days.now(), float("inf"))


def calendar_begin(desk: Desk) -> date | None:
    """The first day of the first keyset here; None without any."""
    first = min((one.valid_from for one in desk.keysets), default=None)
    return None if first is None else _day(first)


def calendar_end(desk: Desk) -> date | None:
    """The last day on which a keyset here is in force, or was where all are over; None without any."""
    last = max((one.valid_until for one in counting(desk) or desk.keysets), default=None)
    return None if last is None else _day(last - 1)


def weeks_without_key(desk: Desk) -> list[date]:
    """This week and later ones [Monday] for which the calendar has a key of whoever sits here that is not here."""
    here = {one.public.x25519 for one in stock(desk)}
    weeks = {one.sequence: monday_of(_day(one.valid_from)) for one in counting(desk)}
    lists = (one for one in desk.team.lists if one.sequence in weeks)
    return sorted({weeks[one.sequence] for one in lists if not here.issuperset(_mine(desk, one.members))})


def _mine(desk: Desk, members: Iterable[Member]) -> set[bytes]:
    return {one.x25519 for one in members if one.ed25519 == desk.me.public}


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()

"""Destroying weekly keys on schedule, with the rooms that they lie in (FORMAT.md, 12.6).

A key opens what was sealed to it in its week, and for some days of grace what is fetched late. Then it goes,
whether or not everything was opened: what is taken from a laptop later opens nothing of that week.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from offramp.desk import days
from offramp.desk.vault.errors import VaultDamaged, VaultFull
from offramp.desk.vault.vault import HOUSE, Record
from offramp.desk.weekly.clock import doubt, last_open, today_noted
from offramp.desk.weekly.stock import DESTROYED_KEY, WEEK, WeekKey, stock

if TYPE_CHECKING:
    from offramp.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The key of a week, named by its Monday, and the day on which it was destroyed here."""

    week: date
    day: date


def destroyed_from(desk: Desk, week: date) -> date:
    """The first day on which the key of a week, named by its Monday, is not to be there any more."""
    return week + WEEK + timedelta(days=desk.campaign.keys.grace_days)


def opens_until(desk: Desk, week: date) -> date:
    """The last day on which letters of that week can be opened here."""
    return destroyed_from(desk, week) - timedelta(days=1)


def due(desk: Desk) -> list[WeekKey]:
    """The keys whose time is over by this laptop's clock."""
    return [one for one in stock(desk) if destroyed_from(desk, one.week) <= days.today()]


def destroyed(desk: Desk) -> list[Destroyed]:
    """The keys that were destroyed here, in the order of their weeks. Raises VaultDamaged."""
    found = (_destroyed(value) for value in desk.small[DESTROYED_KEY].values())
    return sorted(found, key=lambda one: (one.week, one.day))


def destroy_due(desk: Desk) -> list[date]:
    """Destroy what is due, and note that this desk is open today; the weeks [Monday] of which no key is left.

    When it returns, they are gone from the file and from its log. Does nothing where the clock is in doubt, for
    a clock that is wrong by months must not destroy what may still be needed; that is for `destroy_confirmed`.
    Raises VaultDamaged, VaultDiskFailed.
    """
    return [] if doubt(desk) else _destroy(desk, due(desk))


def destroy_confirmed(desk: Desk) -> list[date]:
    """The same when a person has said that the clock is right. Raises as that does."""
    return _destroy(desk, due(desk))


def _destroy(desk: Desk, gone: list[WeekKey]) -> list[date]:
    if desk.me.role != "organizer" or (not gone and last_open(desk) == days.today()):
        return []
    notes = [today_noted(), *map(_note, gone)]
    rooms = [one.room for one in gone]
    try:
        _write(desk, rooms, notes)
    except VaultFull:
        # Notes are additions, and a full disk takes none. What has to go does not wait for room.
        if gone:
            _write(desk, rooms, [])
    if gone:
        desk.let_go(rooms, ())
        desk.renew_inbox()
    return [one.week for one in gone]


def _write(desk: Desk, rooms: list[bytes], notes: list[Record]) -> None:
    with desk.vault.writing() as writing:
        for record in notes:
            writing.put(record)
        if rooms:
            writing.destroy(rooms)
    for record in notes:
        desk.take(record)


def _note(one: WeekKey) -> Record:
    said = json.dumps([one.week.isoformat(), days.today().isoformat()])
    return Record(HOUSE, DESTROYED_KEY, one.public.x25519, said.encode())


def _destroyed(raw: bytes) -> Destroyed:
    with contextlib.suppress(ValueError, TypeError):
        week, day = json.loads(raw)
        return Destroyed(date.fromisoformat(week), date.fromisoformat(day))
    raise VaultDamaged

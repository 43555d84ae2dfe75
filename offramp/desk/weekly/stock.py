"""A desk's stock of weekly opening keys: each in a room of its own in the vault, so that it can be destroyed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from offramp.crypto.card import monday_of
from offramp.crypto.key_list import KeyList, sign_key_list
from offramp.crypto.keyset import Keyset, Recipient
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.record import Record
from offramp.desk.weekly.clock import check_clock

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

OPENING_KEY: Final = "opening_key"
"""The kind of the record of a weekly key. Its name is the week's Monday, its room [16] is drawn for it alone."""
DESTROYED_KEY: Final = "destroyed_key"
"""In the house, of each key that was destroyed, by its X25519 public key [32]: its Monday and the day of its end."""
USUAL_WEEKS: Final = 12
WEEK: Final = timedelta(weeks=1)

_ROOM: Final = 16


@dataclass(frozen=True, slots=True)
class WeekKey:
    """The opening key of one week, which is named by its Monday, and the room [16] that it lies in."""

    week: date
    key: OpeningKey = field(repr=False)
    room: bytes = field(default_factory=lambda: secrets.token_bytes(_ROOM))
    public: Recipient = field(init=False, repr=False, compare=False)
    """The public halves. To find them takes a millisecond."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", self.key.public)

    def record(self) -> Record:
        name = self.week.isoformat().encode()
        return Record(self.room, OPENING_KEY, name, self.key.x25519 + self.key.mlkem_seed)

    @classmethod
    def of(cls, room: bytes, name: bytes, value: bytes) -> WeekKey:
        """Raises VaultDamaged."""
        if len(value) != 96:
            raise VaultDamaged
        return cls(date.fromisoformat(name.decode()), OpeningKey(value[:32], value[32:]), room)


def new_keys(weeks: Iterable[date]) -> list[WeekKey]:
    """A fresh key for each of these Mondays."""
    return [WeekKey(week, OpeningKey.generate()) for week in weeks]


def weeks_from(first: date, count: int) -> list[date]:
    """The Mondays of so many weeks, from the one that this day is in."""
    return [monday_of(first) + WEEK * number for number in range(count)]


def stock(desk: Desk) -> list[WeekKey]:
    """The keys that this desk has, in the order of their weeks. Raises VaultDamaged."""
    at, found = desk.memo.get(stock, (None, []))
    if at != desk.changes:
        kept = desk.small[OPENING_KEY].items()
        read = (WeekKey.of(room, name, value) for (room, name), value in kept)
        found = sorted(read, key=lambda one: one.week)
        desk.memo[stock] = (desk.changes, found)
    return list(found)


def gone_keys(desk: Desk) -> set[bytes]:
    """The X25519 public keys [32] of whoever sits here that were destroyed, or would be if they were here.

    The calendar names them too: a key of a week that is over is gone, also where no room was left to note it.
    """
    over = {one.sequence for one in desk.keysets if _is_over(desk, one)}
    mine = (one for each in desk.team.lists if each.sequence in over for one in each.members)
    named = {one.x25519 for one in mine if one.ed25519 == desk.me.public}
    return named | {name for _, name in desk.small[DESTROYED_KEY]}


def _is_over(desk: Desk, keyset: Keyset) -> bool:
    return keyset.valid_until + desk.campaign.keys.grace_days * 86_400 <= days.now()


def make_ahead(desk: Desk, count: int | None = None) -> list[WeekKey]:
    """Make the keys that are missing for so many weeks from this one; those that were made.

    Without `count`, for as many as the campaign wants. When it returns, they are on the disk.
    Raises WrongRole, ClockInDoubt, VaultFull.
    """
    desk.check_role("organizer")
    check_clock(desk)
    there = {one.week for one in stock(desk)}
    wanted = weeks_from(days.today(), count or desk.campaign.keys.weeks_ahead)
    made = new_keys(week for week in wanted if week not in there)
    if made:
        desk.keep(*(one.record() for one in made))
        desk.renew_inbox()
    return made


def key_list(desk: Desk) -> KeyList:
    """The public halves for this week and those to come, signed, for the holder of the root key.

    Raises NotAKeyList where there is none.
    """
    now = monday_of(days.today())
    weeks = {one.week: one.public for one in stock(desk) if one.week >= now}
    return sign_key_list(
        desk.me.seed, campaign=desk.campaign.id, name=desk.me.name, day=days.today(), weeks=weeks
    )

"""An adviser's desk: what was handed to them, until its last day, and nothing else.

A hand-off has a room of its own in the vault, named by its id. In it lies what the file said, as it was signed
(kind "handed", large), and its end date beside it (small). When the last day is over, the room goes, with its key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from offramp.crypto.errors import HandOffForSomebodyElse, HandOffMalformed
from offramp.crypto.handoff import Statement, open_hand_off, read_statement
from offramp.crypto.letter import Attachment
from offramp.desk import days
from offramp.desk.handing.errors import (
    HandOffFromStranger,
    HandOffHereAlready,
    HandOffOfAnotherCampaign,
    HandOffOver,
    NoSuchHandOff,
)
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import HOUSE, Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

HANDED: Final = "handed"
HANDED_SUMMARY: Final = "handed_summary"
"""Kinds of records: the signed statement, and what of it is shown in a list."""


@dataclass(frozen=True, slots=True)
class Handed:
    """One thing that was handed to whoever sits here."""

    id: bytes  # [16]
    by: str
    """The organizer, as the team calls them."""
    day: date
    last_day: date
    beginning: str
    """The beginning of what it says."""


def receive_hand_off(desk: Desk, file: bytes) -> Handed:
    """Open a file that was made for this adviser, and keep what it says; when this returns, it is on the disk.

    Raises WrongRole, the HandOffErrors of `open_hand_off` and `read_statement`, UnsupportedVersion,
    HandOffForSomebodyElse, HandOffOfAnotherCampaign, HandOffFromStranger, HandOffOver, HandOffHereAlready, VaultFull.
    """
    desk.check_role("adviser")
    signed = open_hand_off(file, desk.me.key)
    statement = read_statement(signed)
    _check(desk, statement)
    if any(room == statement.id for room, _ in desk.small[HANDED_SUMMARY]):
        raise HandOffHereAlready
    handed = Handed(
        statement.id,
        desk.team.name_of(statement.author),
        statement.day,
        statement.last_day,
        next((text for _, text in statement.parts), statement.files[0].name if statement.files else "")[:200],
    )
    small = Record(statement.id, HANDED_SUMMARY, b"", _written(handed))
    with desk.vault.writing() as writing:
        writing.put(Record(statement.id, HANDED, b"", signed), large=True)
        writing.put(small)
    desk.take(small)
    return handed


def handed(desk: Desk) -> list[Handed]:
    """What is on this desk, what ends first before the rest. What is over is destroyed first."""
    destroy_what_is_over(desk)
    return sorted(_all(desk), key=lambda one: (one.last_day, one.id))


def find_handed(desk: Desk, beginning: str = "") -> Handed:
    """The one whose id begins so, or the only one. Raises NoSuchHandOff."""
    found = [one for one in handed(desk) if one.id.hex().startswith(beginning.lower())]
    if len(found) != 1:
        raise NoSuchHandOff
    return found[0]


def what_was_handed(desk: Desk, hand_off_id: bytes) -> Statement:
    """All that was handed over. Raises NoSuchHandOff, also for what is over."""
    destroy_what_is_over(desk)
    signed = desk.vault.get(hand_off_id, HANDED, b"")
    if signed is None:
        raise NoSuchHandOff
    return read_statement(signed)


def handed_files(desk: Desk, hand_off_id: bytes) -> tuple[Attachment, ...]:
    """The files among it. Raises NoSuchHandOff."""
    return what_was_handed(desk, hand_off_id).files


def destroy_what_is_over(desk: Desk) -> int:
    """Destroy, with its key, everything whose last day is over; how many there were."""
    over = [one.id for one in _all(desk) if one.last_day < days.today()]
    destroy(desk, *over)
    return len(over)


def destroy(desk: Desk, *hand_offs: bytes) -> None:
    """Destroy hand-offs with their keys, and with the drafts for them."""
    if not hand_offs:
        return
    with desk.vault.writing() as writing:
        writing.destroy(hand_offs)
    for kept in desk.small.values():
        for place in [place for place in kept if place[0] in hand_offs]:
            del kept[place]
    for one in hand_offs:
        desk.touch(one)


def _check(desk: Desk, statement: Statement) -> None:
    if statement.adviser != desk.me.public:  # somebody passed on what had been meant for them
        raise HandOffForSomebodyElse
    if statement.id == HOUSE:  # where this desk's own key lies, which would go with it
        raise HandOffMalformed
    if statement.campaign != desk.campaign.id:
        raise HandOffOfAnotherCampaign
    if statement.author not in {one.ed25519 for one in desk.team.members}:
        raise HandOffFromStranger
    if statement.last_day < days.today():
        raise HandOffOver


def _all(desk: Desk) -> Iterator[Handed]:
    for (room, _), raw in desk.small[HANDED_SUMMARY].items():
        yield _read(room, raw)


def _written(one: Handed) -> bytes:
    return json.dumps([one.by, one.day.isoformat(), one.last_day.isoformat(), one.beginning]).encode()


def _read(room: bytes, raw: bytes) -> Handed:
    try:
        found: list[Any] = json.loads(raw)
        by, day, last_day, beginning = found
        return Handed(room, by, date.fromisoformat(day), date.fromisoformat(last_day), beginning)
    except (ValueError, TypeError):
        raise VaultDamaged from None

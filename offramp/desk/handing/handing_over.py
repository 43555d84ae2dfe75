"""Handing chosen parts of a case to one adviser, keeping on record what went to whom, and ending it.

That something was handed over is an event, which every desk of the team shows. What exactly it was lies in the
vault of the desk that did it, as a large record in the case's room, of kind "hand_off", under the hand-off's id.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from offramp.crypto.event import Event, Json
from offramp.crypto.handoff import Statement, read_statement
from offramp.desk import days
from offramp.desk.cases.merging import main_of, members_of
from offramp.desk.desk import Decision
from offramp.desk.handing.advisers import adviser
from offramp.desk.handing.errors import HandOffClosed, HandOffGone, NoSuchHandOff
from offramp.desk.handing.statements import USUAL_DAYS as USUAL_DAYS
from offramp.desk.handing.statements import sealed_to, signed_statement, statement_for
from offramp.desk.vault.vault import Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

HAND_OFF: Final = "hand_off"
"""The field of a case, and the kind of record."""

State = Literal["open", "over", "ended"]


@dataclass(frozen=True, slots=True)
class HandOff:
    """What was handed to whom, as every desk of the team knows it."""

    id: bytes  # [16]
    case: bytes  # [16]
    adviser: bytes  # [16]
    by: bytes  # Ed25519 public key [32] of the organizer
    day: date
    last_day: date
    parts: tuple[str, ...]
    ended: date | None
    events: tuple[bytes, ...]
    """The ids [16] of the events that say so, and that a change has to name."""

    def state(self, today: date) -> State:
        """Whether the adviser may still answer."""
        if self.ended is not None:
            return "ended"
        return "open" if today <= self.last_day else "over"

    @property
    def is_open(self) -> bool:
        return self.state(days.today()) == "open"

    def to_value(self) -> Json:
        """How an event says it."""
        return {
            "id": self.id.hex(),
            "adviser": self.adviser.hex(),
            "day": self.day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "parts": list(self.parts),
            "ended": self.ended.isoformat() if self.ended else None,
        }


def hand_offs(desk: Desk, case_id: bytes) -> list[HandOff]:
    """What was handed over of a case [16], to whomever, oldest first."""
    found = [one for member in members_of(desk, case_id) for one in _of_subject(desk, member)]
    return sorted(found, key=lambda one: (one.day, one.id))


def all_hand_offs(desk: Desk) -> list[HandOff]:
    """What was handed over of all cases, oldest first."""
    found = [one for subject in desk.state.subjects() for one in _of_subject(desk, subject)]
    return sorted(found, key=lambda one: (one.day, one.id))


def open_counts(desk: Desk) -> Counter[bytes]:
    """How many open hand-offs each adviser has, by their id [16]."""
    return Counter(one.adviser for one in all_hand_offs(desk) if one.is_open)


def find_hand_off(desk: Desk, hand_off_id: bytes) -> HandOff:
    """Raises NoSuchHandOff."""
    for one in all_hand_offs(desk):
        if one.id == hand_off_id:
            return one
    raise NoSuchHandOff


def hand_over(
    desk: Desk,
    case_id: bytes,
    adviser_id: bytes,
    parts: Collection[str],
    last_day: date | None = None,
    wording: Mapping[str, str] | None = None,
) -> tuple[HandOff, bytes]:
    """Seal the named parts to an adviser; what is on record now, and the file for them.

    `last_day` is in 30 days where it is left out. `wording` gives parts other words, such as without a name.
    Raises NotARequest, NotVetted, AdviserNotEnrolled, AdviserKeysDiffer, NoSuchPart, NothingChosen, PartEmpty,
    BadEndDate, HandOffTooLarge, VaultFull.
    """
    statement, names = statement_for(desk, case_id, adviser_id, parts, last_day, wording or {})
    signed = signed_statement(statement, desk)
    file = sealed_to(signed, adviser(desk, adviser_id).key())
    main = main_of(desk, case_id)
    made = HandOff(
        statement.id, main, adviser_id, desk.me.public, statement.day, statement.last_day, names, None, ()
    )
    record = Record(main, HAND_OFF, made.id, signed)
    event = desk.decide(
        Decision(main, HAND_OFF, made.to_value(), adds=True),
        beside=lambda writing: writing.put(record, large=True),
    )
    return replace(made, events=(event.id,)), file


def file_again(desk: Desk, hand_off_id: bytes) -> bytes:
    """The same hand-off, sealed anew, for an adviser who lost the file.

    Raises NoSuchHandOff, HandOffClosed, HandOffGone, and what an adviser without a key does.
    """
    one = find_hand_off(desk, hand_off_id)
    if not one.is_open:
        raise HandOffClosed
    key = adviser(desk, one.adviser).key()
    signed = desk.vault.get(one.case, HAND_OFF, one.id)
    if signed is None or read_statement(signed).adviser != key.ed25519:
        raise HandOffGone
    return sealed_to(signed, key)


def handed_over(desk: Desk, hand_off: HandOff) -> Statement | None:
    """What exactly went over; None where another desk did it. Raises VaultDamaged."""
    signed = desk.vault.get(hand_off.case, HAND_OFF, hand_off.id)
    return read_statement(signed) if signed is not None else None


def end_hand_off(desk: Desk, case_id: bytes, hand_off_id: bytes) -> Event:
    """From now on drafts for it are refused, and the next message can go to another adviser.

    What the adviser has read, they have read. Raises NoSuchHandOff, HandOffClosed.
    """
    one = next((one for one in hand_offs(desk, case_id) if one.id == hand_off_id), None)
    if one is None:
        raise NoSuchHandOff
    if one.ended is not None:
        raise HandOffClosed
    return desk.decide(_ending(one))


def endings(desk: Desk, adviser_id: bytes) -> list[Decision]:
    """What ends all that is open with an adviser."""
    return [_ending(one) for one in all_hand_offs(desk) if one.adviser == adviser_id and one.ended is None]


def new_file_name() -> str:
    """For the file that goes to an adviser: it says neither whose case it is nor for whom."""
    return f"ho-{secrets.token_hex(4)}.offramp"


def _ending(one: HandOff) -> Decision:
    value = replace(one, ended=days.today()).to_value()
    return Decision(one.case, HAND_OFF, value, adds=True, after=one.events)


def _of_subject(desk: Desk, subject: bytes) -> Iterator[HandOff]:
    """Heads that say the same hand-off are one; it is ended where any of them says so."""
    by_id: dict[str, list[tuple[bytes, bytes, dict[str, Any]]]] = {}
    for head in desk.state.heads(subject, HAND_OFF):
        value = cast("dict[str, Any]", head.value)
        by_id.setdefault(value["id"], []).append((head.event, head.author, value))
    for heads in by_id.values():
        event, author, value = heads[0]
        ended = [date.fromisoformat(one["ended"]) for _, _, one in heads if one["ended"]]
        yield HandOff(
            bytes.fromhex(value["id"]),
            subject,
            bytes.fromhex(value["adviser"]),
            _first_author(desk, subject, event) or author,
            date.fromisoformat(value["day"]),
            date.fromisoformat(value["last_day"]),
            tuple(value["parts"]),
            min(ended, default=None),
            tuple(sorted(event for event, _, _ in heads)),
        )


def _first_author(desk: Desk, subject: bytes, event: bytes) -> bytes | None:
    """Who handed over, though somebody else ended it; None while that event is not here."""
    while event in desk.events:
        found = (one for one in desk.events[event].changes if (one.subject, one.field) == (subject, HAND_OFF))
        change = next(found, None)
        if change is None:  # it names an event about something else
            return None
        if not change.after:
            return desk.events[event].author
        event = change.after[0]
    return None

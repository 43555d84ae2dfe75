"""Undoing the last decision: a new event that gives back what was there before.

An undo names the event that it undoes, in the field "undone" of the first case that this one was about. So
whoever looks knows what was undone already, and undoing twice goes one step further back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offramp.crypto.event import Change, Event, Json
from offramp.desk.cases.errors import NothingToUndo, NotUndoable
from offramp.desk.desk import Decision, Desk
from offramp.desk.team.state import Head, in_order

UNDONE: Final = "undone"

# What stands in a field before anything was decided. Other fields have effects that no event takes back.
_BEFORE: Final[dict[str, Json]] = {
    "status": {"is": "new", "letters": 0},
    "assignee": "",
    "note": {"text": ""},
    "same_as": "",
    "vetting": {"is": "none"},
    "profile": None,
    "asks": None,
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did: the event undone, and the ids of the cases that were given back and that were not.

    Those that were not have been decided about since, by somebody else or by oneself.
    """

    event: Event
    given_back: tuple[bytes, ...]
    moved_on: tuple[bytes, ...]


def undo(desk: Desk, event: bytes | None = None) -> Undone:
    """Undo the last event of mine, or this one [16]. Raises NothingToUndo or NotUndoable."""
    past = _Past(desk)
    chosen = past.last(event)
    if chosen is None:
        raise NothingToUndo
    if not _can_be_undone(chosen):
        raise NotUndoable
    heads = [(one, past.standing(chosen, one)) for one in chosen.changes]
    back = [(one, head) for one, head in heads if head is not None]
    mark = _decision(chosen.changes[0].subject, UNDONE, {"event": chosen.id.hex()}, ())
    desk.decide(*(_decision(one.subject, one.field, past.before(one), (head,)) for one, head in back), mark)
    left = (one.subject for one, head in heads if head is None)
    return Undone(chosen, tuple(one.subject for one, _ in back), tuple(dict.fromkeys(left)))


class _Past:
    """What I decided and what of it I undid, looked through once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._mine = [one for one in desk.events.values() if one.author == desk.me.public]
        self._undone = {one.id: name for one in self._mine if (name := _undone_by(one))}
        """The event that an undo undid, by the undo's id."""
        self._changes: dict[bytes, dict[tuple[bytes, str], Change]] = {}

    def last(self, name: bytes | None = None) -> Event | None:
        """My last event that is no undo and was not undone; or the one of this id, if it is so."""
        gone = {*self._undone, *self._undone.values()}
        left = (one for one in self._mine if one.id not in gone and name in (None, one.id))
        return max(left, key=lambda one: one.number, default=None)

    def standing(self, event: Event, change: Change) -> bytes | None:
        """The head that says what this event decided: itself, or an undo that went back to it."""
        heads = self._desk.state.head_ids(change.subject, change.field)
        return next((one for one in heads if self._meant(change, one) == event.id), None)

    def before(self, change: Change) -> Json:
        """What stood there before this change."""
        found = self._shown_before(change)
        return found.value if found else _BEFORE[change.field]

    def _meant(self, change: Change, head: bytes) -> bytes | None:
        """The event whose value a head has; for an undo, the one that stood there before what it undid."""
        name: bytes | None = head
        while name in self._undone:
            undone = self._change(self._undone[name], change)
            found = self._shown_before(undone) if undone else None
            name = found.event if found else None
        return name

    def _change(self, name: bytes, like: Change) -> Change | None:
        """What an event decided in the same place."""
        if name not in self._changes:
            changes = self._desk.events[name].changes if name in self._desk.events else ()
            self._changes[name] = {(one.subject, one.field): one for one in changes}
        return self._changes[name].get((like.subject, like.field))

    def _shown_before(self, change: Change) -> Head | None:
        """Where two people disagreed then, what was shown."""
        heads = [self._desk.state.at(change.subject, change.field, one) for one in change.after]
        ordered = in_order(change.field, [one for one in heads if one])
        return ordered[-1] if ordered else None


def _can_be_undone(event: Event) -> bool:
    return all(change.field in _BEFORE for change in event.changes)


def _undone_by(event: Event) -> bytes | None:
    """The id [16] of the event that this one undid."""
    for change in event.changes:
        if change.field == UNDONE and isinstance(change.value, dict):
            return bytes.fromhex(str(change.value["event"]))
    return None


def _decision(subject: bytes, field: str, value: Json, after: tuple[bytes, ...]) -> Decision:
    return Decision(subject, field, value, adds=True, after=after)

"""What an organizer decides about cases: status, who takes care of it, notes, and which are one.

Each of these is one signed event, however many cases it is about, and `undo` takes it back as a whole.
Ids may be those of any merged case. What is so already is left alone; where nothing is left, there is no
event, and None is returned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from offramp.crypto.event import Event, Json
from offramp.desk.cases.errors import (
    DifferentKinds,
    EmptyNote,
    NeedsTwoCases,
    NobodyOfThatName,
    NoSuchNote,
    NoteTooLong,
    NotMerged,
)
from offramp.desk.cases.merging import SAME_AS, letters_of, main_of, members_of
from offramp.desk.cases.status import (
    ASSIGNEE,
    STATUS,
    Status,
    StatusName,
    assignee_of,
)
from offramp.desk.cases.status import status_of as status_of
from offramp.desk.cases.undoing import Undone as Undone
from offramp.desk.cases.undoing import undo as undo
from offramp.desk.desk import Decision, Desk

NOTE: Final = "note"
_LONGEST_NOTE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Note:
    """What an organizer wrote about a case, for the team."""

    id: bytes  # [16], by which it is changed
    case: bytes  # [16]: one of those that are shown as one
    author: bytes  # [32]
    day: date
    text: str


def set_status(desk: Desk, ids: Iterable[bytes], status: StatusName) -> Event | None:
    """Give cases a status. The event says too how many letters of each were known."""
    return _decide(
        desk,
        [
            status_decision(desk, case, status)
            for case in _mains(desk, ids)
            if not _stands(status_of(desk, case), status)
        ],
    )


def status_decision(desk: Desk, case: bytes, status: StatusName, *, arriving: int = 0) -> Decision:
    """What to decide together with something else, such as an answer, so that a case has this status."""
    main = main_of(desk, case)
    return Decision(main, STATUS, {"is": status, "letters": len(letters_of(desk, main)) + arriving})


def assign(desk: Desk, ids: Iterable[bytes], name: str) -> Event | None:
    """Say which organizer takes care of cases; "" for nobody. Raises NobodyOfThatName."""
    if name and name != desk.me.name and desk.team.by_name(name) is None:
        raise NobodyOfThatName
    mains = [
        case
        for case in _mains(desk, ids)
        if assignee_of(desk, case) != name or desk.state.in_conflict(case, ASSIGNEE)
    ]
    return _decide(desk, [Decision(case, ASSIGNEE, name) for case in mains])


def notes_of(desk: Desk, case: bytes) -> list[Note]:
    """The notes about a case, oldest first; not those that were withdrawn."""
    notes = (
        Note(head.event, member, head.author, head.day, str(head.value.get("text", "")))
        for member in members_of(desk, case)
        for head in desk.state.heads(member, NOTE)
        if isinstance(head.value, dict)
    )
    return sorted((one for one in notes if one.text), key=lambda one: (one.day, one.id))


def add_note(desk: Desk, case: bytes, text: str) -> Event:
    """Raises EmptyNote or NoteTooLong."""
    return desk.decide(Decision(main_of(desk, case), NOTE, {"text": _note(text)}, adds=True))


def change_note(desk: Desk, case: bytes, note: bytes, text: str) -> Event:
    """Another text for a note, by its id; "" withdraws it. Raises NoSuchNote or NoteTooLong."""
    found = next((one for one in notes_of(desk, case) if one.id == note), None)
    if found is None:
        raise NoSuchNote
    value: Json = {"text": _note(text) if text.strip() else ""}
    return desk.decide(Decision(found.case, NOTE, value, adds=True, after=(note,)))


def merge(desk: Desk, ids: Iterable[bytes]) -> Event:
    """Show cases as one, under the first one's id. Raises NeedsTwoCases or DifferentKinds."""
    first, *others = _mains(desk, ids)
    if not others:
        raise NeedsTwoCases
    if len({desk.cases[case].kind for case in (first, *others)}) > 1:
        raise DifferentKinds
    return desk.decide(*(Decision(case, SAME_AS, first.hex()) for case in others))


def unmerge(desk: Desk, case: bytes) -> Event:
    """Show a case by itself again; for a main case, all that are shown as one with it. Raises NotMerged."""
    members = members_of(desk, case)
    if len(members) == 1:
        raise NotMerged
    apart = members if case == members[0] else (case,)
    return desk.decide(*(Decision(one, SAME_AS, "") for one in apart))


def _mains(desk: Desk, ids: Iterable[bytes]) -> list[bytes]:
    return list(dict.fromkeys(main_of(desk, case) for case in ids))


def _stands(now: Status, status: StatusName) -> bool:
    return now.decided == status and not now.wrote_again and not now.conflict and now.since is not None


def _decide(desk: Desk, decisions: list[Decision]) -> Event | None:
    return desk.decide(*decisions) if decisions else None


def _note(text: str) -> str:
    if not text.strip():
        raise EmptyNote
    if len(text) > _LONGEST_NOTE:
        raise NoteTooLong
    return text.strip()

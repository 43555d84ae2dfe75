"""The list of cases: a line for each, sorted by what needs attention, filtered, and counted by status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from offramp.desk.answers.wanted import wants_answer
from offramp.desk.cases.case import Kind
from offramp.desk.cases.merging import letters_of, main_cases, members_of
from offramp.desk.cases.search import searching
from offramp.desk.cases.status import ASSIGNEE, STATUS, StatusName, assignee_of, status_of
from offramp.desk.cases.triage import notes_of
from offramp.desk.cases.versions import version_of
from offramp.desk.cases.words import first_words
from offramp.desk.desk import Desk
from offramp.desk.page_language import page_language

VETTING: Final = "vetting"
_COUNTED: Final = frozenset(("note", "answer", "hand_off"))
_ATTENTION: Final[dict[str, int]] = {"new": 1, "open": 2, "waiting": 3, "done": 4, "spam": 5}


class Row(NamedTuple):
    """A case at a glance. `id` [16] is its main case's; `words` are a stranger's, as they were written."""

    id: bytes
    kind: Kind
    status: StatusName
    assignee: str
    arrived: date
    words: str
    letters: int
    """Different ones; what came twice counts once."""
    files: int
    answers: int = 0
    notes: int = 0
    hand_offs: int = 0
    """Open ones."""
    merged: int = 0
    """Other cases that are shown as one with this."""
    vetting: str = ""
    """Of an offer: none, asked, vetted or declined. Of a request: ""."""
    wants_answer: bool = False
    wrote_again: bool = False
    conflict: bool = False
    """Two organizers decided differently about status, assignee or vetting."""
    language: str = ""
    """Of the page that the first letter was written on, such as "Spanish"; "" for the campaign's own."""

    @property
    def place(self) -> tuple[int, bool, date, bytes]:
        """What needs attention first, requests before offers, and the oldest first."""
        urgent = (self.wrote_again or self.conflict) and self.status != "spam"
        return 0 if urgent else _ATTENTION[self.status], self.kind == "offer", self.arrived, self.id


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases to list. None and empty: no matter."""

    kind: Kind | None = None
    statuses: tuple[StatusName, ...] = ()
    assignee: str | None = None
    """An organizer's name; "" for those of nobody."""
    words: str = ""
    wrote_again: bool | None = None
    conflict: bool | None = None
    vetting: str | None = None
    wants_answer: bool | None = None
    answered: bool | None = None
    has_files: bool | None = None
    values: tuple[tuple[str, str], ...] = ()
    """Fields of the form and a value that each must have, such as ("region", "Texas")."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that a filter lets through, and how many there would be of each status without asking for one."""

    rows: list[Row]
    counts: Mapping[StatusName, int]


def rows(desk: Desk, wanted: Filter | None = None) -> list[Row]:
    """The cases that the filter lets through: what needs attention first, then the oldest."""
    return listing(desk, wanted).rows


def listing(desk: Desk, wanted: Filter | None = None) -> Listing:
    """The same with counts, in one pass."""
    wanted = wanted or Filter()
    tests = list(_tests(desk, wanted))
    counts: Counter[StatusName] = Counter()
    found = []
    for row in all_rows(desk):
        if all(test(row) for test in tests):
            counts[row.status] += 1
            if not wanted.statuses or row.status in wanted.statuses:
                found.append(row)
    return Listing(found, counts)


def all_rows(desk: Desk) -> list[Row]:
    """Every case that is shown, sorted; made again only where something is another."""
    at, found = desk.memo.get(all_rows, (-1, []))
    if at != desk.changes:
        found = sorted((row_of(desk, case) for case in main_cases(desk)), key=_place)
        desk.memo[all_rows] = (desk.changes, found)
    return list(found)


def row_of(desk: Desk, case: bytes) -> Row:
    """The row of one main case."""
    known: dict[bytes, tuple[int, Row]] = desk.memo.setdefault(row_of, {})
    version = version_of(desk, case)
    kept = known.get(case)
    if kept is None or kept[0] != version:
        kept = known[case] = (version, _row(desk, case))
    return kept[1]


def _row(desk: Desk, case: bytes) -> Row:
    members = members_of(desk, case)
    row = _plain_row(desk, case, members)
    fields = frozenset[str]().union(*map(desk.state.fields, members))
    return _decided(desk, row, members, fields) if fields else row


def _plain_row(desk: Desk, case: bytes, members: tuple[bytes, ...]) -> Row:
    """The row of a case that nobody has decided about; kept as long as it has the same letters."""
    known: dict[bytes, tuple[object, Row]] = desk.memo.setdefault(_plain_row, {})
    now = (members, sum(len(desk.cases[one].letters) for one in members))
    kept = known.get(case)
    if kept is None or kept[0] != now:
        kept = known[case] = (now, _written(desk, case, len(members) - 1))
    return kept[1]


def _written(desk: Desk, case: bytes, merged: int) -> Row:
    letters, kind = letters_of(desk, case), desk.cases[case].kind
    taken = {one.id for one in letters}  # a thread that is one was made up (see Conversation.threads)
    return Row(
        case,
        kind,
        "new",
        "",
        min(one.arrived for one in letters),
        first_words(desk, letters[0]),
        len(letters),
        sum(len(one.files) for one in letters),
        merged=merged,
        vetting="none" if kind == "offer" else "",
        wants_answer=any(wants_answer(one) and one.thread not in taken for one in letters),
        language=page_language(letters[0]),
    )


def _decided(desk: Desk, row: Row, members: tuple[bytes, ...], fields: frozenset[str]) -> Row:
    """The row with what the team decided about its case."""
    state, found = desk.state, dict[str, Any]()
    conflict = any(name in fields and state.in_conflict(row.id, name) for name in (ASSIGNEE, VETTING))
    if STATUS in fields:
        status = status_of(desk, row.id)
        conflict |= status.conflict
        found |= {"status": status.name, "wrote_again": status.wrote_again}
    if ASSIGNEE in fields:
        found["assignee"] = assignee_of(desk, row.id)
    if VETTING in fields and row.vetting:
        found["vetting"] = vetting_of(desk, row.id)
    if fields & _COUNTED:
        found["notes"] = len(notes_of(desk, row.id))
        found["answers"] = _count(desk, members, "answer", "taken_back")
        found["hand_offs"] = _count(desk, members, "hand_off", "ended")
    return row._replace(conflict=conflict, **found)


def vetting_of(desk: Desk, adviser: bytes) -> str:
    """What is known of an adviser [16]: none, asked, vetted or declined."""
    value = desk.state.value(adviser, VETTING)
    return str(value["is"]) if isinstance(value, dict) else "none"


def _count(desk: Desk, members: tuple[bytes, ...], field: str, end: str) -> int:
    """How many there are that did not end."""
    heads = (head for one in members for head in desk.state.heads(one, field))
    return sum(isinstance(head.value, dict) and head.value.get(end) is None for head in heads)


def _place(row: Row) -> tuple[int, bool, date, bytes]:
    return row.place


def _tests(desk: Desk, wanted: Filter) -> Iterator[Callable[[Row], bool]]:
    """What a row must hold, the quick questions first."""
    for name in ("kind", "assignee", "wrote_again", "conflict", "vetting", "wants_answer"):
        if getattr(wanted, name) is not None:
            yield partial(_is, name, getattr(wanted, name))
    if wanted.answered is not None:
        yield lambda row: (row.answers > 0) == wanted.answered
    if wanted.has_files is not None:
        yield lambda row: (row.files > 0) == wanted.has_files
    for field, value in wanted.values:
        yield partial(_says, desk, field, value)
    if wanted.words.strip():
        found = searching(desk, wanted.words)
        yield lambda row: found(row.id)


def _is(name: str, value: object, row: Row) -> bool:
    return bool(getattr(row, name) == value)


def _says(desk: Desk, field: str, value: str, row: Row) -> bool:
    return any(value in letter.values(field) for letter in letters_of(desk, row.id))

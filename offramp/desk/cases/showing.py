"""A case as text for people, and as an object for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from offramp.desk import days
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.kept import KeptAnswer
from offramp.desk.answers.wanted import wants_answer
from offramp.desk.cases.case import PASTED_KEY, KeptFile, KeptLetter
from offramp.desk.cases.listing import Row, row_of
from offramp.desk.cases.merging import main_of, members_of
from offramp.desk.cases.rows_shown import row_object
from offramp.desk.cases.triage import Note, notes_of
from offramp.desk.desk import Desk
from offramp.desk.handing.advisers import adviser_name
from offramp.desk.handing.handing_over import HandOff, hand_offs
from offramp.desk.page_language import other_fields, said_of_page
from offramp.desk.showing import ID_SHOWN, Labels, our_lines, size_in_words, strangers_lines
from offramp.desk.team.state import Head
from offramp.desk.visible import on_one_line

_PURPOSES: Final = {"help": "asks for help", "offer": "offers help", "follow-up": "writes again"}
_ASKED: Final = ("status", "assignee", "vetting", "same_as", "profile", "adviser_key")

Saved = Mapping[bytes, Sequence[str]]
"""Under which names files were saved, by the id of the letter or answer that they came with."""


def case_lines(desk: Desk, case: bytes, saved: Saved, width: int) -> Iterator[str]:
    """All of a case: where it stands, letters and answers in order, notes, and what was handed over."""
    found, labels = conversation(desk, case), Labels.of(desk.campaign)
    main = main_of(desk, case)
    yield f"Case {main.hex()}"
    if main in desk.cases:
        yield from (f"  {line}" for line in _standing(desk, row_of(desk, main)))
    for item in found.items:
        names = saved.get(item.id, ())
        yield ""
        if isinstance(item, KeptLetter):
            yield from _letter_lines(item, labels, names, width)
        else:
            yield from _answer_lines(desk, item, names, width)
    if found.letters and not any(map(wants_answer, found.letters)):
        yield "No answer on the board is possible: no letter brought a key for one."
    for note in notes_of(desk, case):
        yield ""
        yield f"Note {note.id.hex()[:ID_SHOWN]}, by {_name(desk, note.author)} on {note.day}"
        yield from our_lines(note.text, width)
    for one in hand_offs(desk, case):
        yield ""
        yield from _hand_off_lines(desk, one, width)


def conflicts_of(desk: Desk, case: bytes) -> dict[str, tuple[Head, ...]]:
    """What organizers decided differently about a case, by field; the last of each counts meanwhile."""
    main = main_of(desk, case)
    return {field: desk.state.heads(main, field) for field in _ASKED if desk.state.in_conflict(main, field)}


def case_object(desk: Desk, case: bytes, saved: Saved) -> dict[str, object]:
    """All of a case for JSON. The reply key stays out: whoever has it reads the answers."""
    found, main = conversation(desk, case), main_of(desk, case)
    standing = row_object(row_of(desk, main)) if main in desk.cases else {"id": main.hex()}
    return standing | {
        "merged": [one.hex() for one in members_of(desk, main)[1:]],
        "letters": [_letter_object(one, saved.get(one.id, ())) for one in found.letters],
        "answers": [_answer_object(desk, one, saved.get(one.id, ())) for one in found.answers],
        "notes": [_note_object(desk, one) for one in notes_of(desk, case)],
        "hand_offs": [_hand_off_object(desk, one) for one in hand_offs(desk, case)],
        "conflicts": [
            {"field": field, "values": [_head_object(desk, head) for head in heads]}
            for field, heads in conflicts_of(desk, case).items()
        ],
    }


def _standing(desk: Desk, row: Row) -> Iterator[str]:
    status = f"{row.status}, for they wrote again" if row.wrote_again else row.status
    who = f"{on_one_line(row.assignee, 40)} takes care of it" if row.assignee else "nobody takes care of it"
    yield f"{row.kind}, {status}; {who}; here since {row.arrived}"
    if row.kind == "offer":
        yield f"Adviser: {_VETTED[row.vetting]}"
    if row.merged:
        others = ", ".join(one.hex()[:ID_SHOWN] for one in members_of(desk, row.id)[1:][:20])
        yield f"Shown as one with: {others}" + (", and more" if row.merged > 20 else "")
    for field, heads in conflicts_of(desk, row.id).items():
        yield f"Organizers decided differently about the {_FIELDS.get(field, field)}; the last counts meanwhile:"
        yield from (
            f"  {_name(desk, one.author)} on {one.day}: {on_one_line(_value(one), 60)}" for one in heads
        )


_VETTED: Final = {
    "none": "nobody has spoken with them yet",
    "asked": "asked for a conversation",
    "vetted": "vetted",
    "declined": "declined",
}
_FIELDS: Final = {
    "assignee": "person who takes care of it",
    "same_as": "merging",
    "adviser_key": "adviser's key",
}


def _value(head: Head) -> str:
    value = head.value
    if isinstance(value, dict):
        return str(value.get("is") or value.get("name") or "another value")
    return str(value) if value else "nobody" if value == "" else "nothing"


def _letter_lines(letter: KeptLetter, labels: Labels, saved: Sequence[str], width: int) -> Iterator[str]:
    yield f"Letter {letter.id.hex()}"
    wish = ", and wants an answer" if wants_answer(letter) else ""
    yield f"  {_PURPOSES.get(letter.purpose, letter.purpose)}{said_of_page(letter)}{wish}"
    known = labels.by_purpose.get(letter.purpose, {})
    for field, *values in other_fields(letter):
        yield f"  {known.get(field, field)}"
        if field == PASTED_KEY:
            yield f"    ({sum(map(len, values))} characters; 'offramp adviser list' shows the ten words of a key)"
            continue
        for value in values:
            yield from strangers_lines(value, width)
    for number, file in enumerate(letter.files):
        yield f"  File {number + 1}: {_file_words(file, saved, number)}, called"
        yield from strangers_lines(file.name, width)
    yield f"End of letter {letter.id.hex()[:ID_SHOWN]}"


def _answer_lines(desk: Desk, answer: KeptAnswer, saved: Sequence[str], width: int) -> Iterator[str]:
    who = _name(desk, answer.author)
    yield f"Answer {answer.number}, written by {who} on {answer.day}: {_answer_state(answer, days.today())}"
    yield from our_lines(answer.text, width)
    for number, file in enumerate(answer.files):
        yield f"  File {number + 1}: {_file_words(file, saved, number)}, called"
        yield from our_lines(file.name, width)
    yield f"End of answer {answer.number}"


def _answer_state(answer: KeptAnswer, today: date) -> str:
    match answer.state(today):
        case "taken back":
            return f"taken back on {answer.taken_back}"
        case "expired":
            return f"expired, its last day was {answer.last_day}"
        case _:
            return f"it can be read until {answer.last_day}"


def _file_words(file: KeptFile, saved: Sequence[str], number: int) -> str:
    return size_in_words(file.size) + (f", saved as {saved[number]}" if number < len(saved) else "")


def _hand_off_lines(desk: Desk, one: HandOff, width: int) -> Iterator[str]:
    whom = on_one_line(adviser_name(desk, one.adviser), 40)
    yield (
        f"Handed over to {whom} by {_name(desk, one.by)} on {one.day}, until {one.last_day}"
        + {"open": "", "over": ": that is over", "ended": f": ended on {one.ended}"}[one.state(days.today())]
    )
    for part in one.parts:
        yield from our_lines(part, width)


def _letter_object(letter: KeptLetter, saved: Sequence[str]) -> dict[str, object]:
    return {
        "id": letter.id.hex(),
        "purpose": letter.purpose,
        "keyset": letter.keyset_id.hex(),
        "thread": letter.thread.hex() if letter.thread else None,
        "wants_answer": wants_answer(letter),
        "arrived": letter.arrived.isoformat(),
        "fields": {name: values for name, *values in letter.fields},
        "attachments": _file_objects(letter.files, saved),
    }


def _answer_object(desk: Desk, answer: KeptAnswer, saved: Sequence[str]) -> dict[str, object]:
    return {
        "id": answer.id.hex(),
        "number": answer.number,
        "by": _name(desk, answer.author),
        "day": answer.day.isoformat(),
        "last_day": answer.last_day.isoformat(),
        "state": answer.state(days.today()),
        "text": answer.text,
        "attachments": _file_objects(answer.files, saved),
    }


def _file_objects(files: Sequence[KeptFile], saved: Sequence[str]) -> list[dict[str, object]]:
    return [
        {"name": one.name, "size": one.size, **({"saved_as": saved[n]} if n < len(saved) else {})}
        for n, one in enumerate(files)
    ]


def _note_object(desk: Desk, note: Note) -> dict[str, object]:
    return {
        "id": note.id.hex(),
        "by": _name(desk, note.author),
        "day": note.day.isoformat(),
        "text": note.text,
    }


def _hand_off_object(desk: Desk, one: HandOff) -> dict[str, object]:
    return {
        "id": one.id.hex(),
        "adviser": one.adviser.hex(),
        "adviser_name": adviser_name(desk, one.adviser),
        "by": _name(desk, one.by),
        "day": one.day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "state": one.state(days.today()),
        "parts": list(one.parts),
    }


def _head_object(desk: Desk, head: Head) -> dict[str, object]:
    return {"by": _name(desk, head.author), "day": head.day.isoformat(), "value": head.value}


def _name(desk: Desk, author: bytes) -> str:
    return on_one_line(desk.team.name_of(author), 40)

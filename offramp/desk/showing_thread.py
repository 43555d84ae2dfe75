"""A conversation as text for people, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from offramp.desk.conversation import Answered, Arrived, Conversation, wants_answer
from offramp.desk.showing import Labels, as_object, as_text, files_as_objects, size_in_words
from offramp.desk.visible import wrapped

_OURS: Final = "    > "
"""Before every line that this desk wrote. What strangers wrote stands behind another mark."""


def conversation_as_text(
    conversation: Conversation, labels: Labels, saved: dict[bytes, tuple[str, ...]], today: date, width: int
) -> Iterator[str]:
    """A block for each letter and answer, oldest first. `saved` has files' names by the answer's id."""
    if conversation.thread:
        yield f"Conversation {conversation.thread.hex()}\n\n"
    for item in conversation.items:
        if isinstance(item, Arrived):
            yield as_text(item.submission, labels, item.saved, width)
        else:
            lines = _answer_lines(item, saved.get(item.record.id, ()), today, width)
            yield "".join(f"{line}\n" for line in (*lines, f"End of answer {item.record.number}", ""))
    if not any(map(wants_answer, conversation.letters)):
        yield (
            "No answer on the board is possible: this letter brought no key for one.\n"
            if conversation.letters
            else "Their letters are not here.\n"
        )


def our_lines(text: str, width: int) -> Iterator[str]:
    """A text of ours, in lines that no stranger's look like."""
    yield from (_OURS + line for line in wrapped(text, width - len(_OURS)) if text)


def _answer_lines(item: Answered, saved: tuple[str, ...], today: date, width: int) -> Iterator[str]:
    record = item.record
    yield f"Answer {record.number}, written on {record.day}: {_state_in_words(item, today)}"
    yield from our_lines(record.text, width)
    for number, file in enumerate(record.files, start=1):
        where = f", saved as {saved[number - 1]}" if saved else ""
        yield f"  File {number}: {size_in_words(len(file.data))}{where}, called"
        yield from our_lines(file.name, width)


def _state_in_words(item: Answered, today: date) -> str:
    match state(item, today):
        case "taken back":
            return f"taken back on {item.taken_back}"
        case "expired":
            return f"expired, its last day was {item.record.last_day}"
        case _:
            return f"it can be read until {item.record.last_day}"


def state(item: Answered, today: date) -> str:
    """`kept`, `expired` or `taken back`. Nobody here knows whether it was read, or pushed."""
    if item.taken_back is not None:
        return "taken back"
    return "kept" if item.record.last_day >= today else "expired"


def conversation_as_json(conversation: Conversation, saved: dict[bytes, tuple[str, ...]], today: date) -> str:
    """One line of ASCII, with the exact texts."""
    items = [
        {"kind": "letter", **as_object(item.submission, item.saved)}
        if isinstance(item, Arrived)
        else _answer_as_object(item, saved.get(item.record.id, ()), today)
        for item in conversation.items
    ]
    whole = {
        "thread": conversation.thread.hex() if conversation.thread else None,
        "wants_answer": any(map(wants_answer, conversation.letters)),
        "conversation": items,
    }
    return json.dumps(whole) + "\n"


def _answer_as_object(item: Answered, saved: tuple[str, ...], today: date) -> dict[str, object]:
    record = item.record
    return {
        "kind": "answer",
        "id": record.id.hex(),
        "number": record.number,
        "day": record.day.isoformat(),
        "last_day": record.last_day.isoformat(),
        "state": state(item, today),
        "text": record.text,
        "files": files_as_objects(record.files, saved),
    }

"""An answer (FORMAT.md, 8.1): what an adviser wrote, in canonical JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.envelope import SIZE_CLASSES
from offramp.crypto.errors import AnswerMalformed

MAX_NUMBER: Final = 2**32 - 1
MAX_PARCEL_SIZE: Final = SIZE_CLASSES[-1] - 4  # what the largest class holds behind its length

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where a file of an answer is, and what opens it. Without a name it is the answer's own text."""

    id: bytes  # [16]
    key: bytes = field(repr=False)  # [32]
    name: str  # at most 255 bytes of UTF-8, any characters; "" only in the first place
    size: int  # bytes of the file, 0 to MAX_PARCEL_SIZE


@dataclass(frozen=True, slots=True)
class Answer:
    """What an adviser wrote, in the members of 8.1."""

    number: int  # 1 to MAX_NUMBER
    day: date  # when it was written
    text: str
    parcels: tuple[Parcel, ...] = ()


def write_answer(answer: Answer) -> bytes:
    """The answer's one spelling, of any length. Raises AnswerMalformed for one that no reader would take."""
    try:
        _check(answer)
        return _canonical(answer).encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise AnswerMalformed from None


def read_answer(raw: bytes) -> Answer:
    """The answer that `raw` says (8.1). Raises AnswerMalformed for all but the one spelling of it."""
    text, parsed = parse_json(raw, AnswerMalformed)
    answer = _answer_of(parsed)
    try:
        _check(answer)
    except UnicodeEncodeError:  # a lone surrogate, which only an escape can bring in
        raise AnswerMalformed from None
    if _canonical(answer) != text:
        raise AnswerMalformed
    return answer


def read_long_text(data: bytes) -> str:
    """The text of an answer whose text is a parcel (8.1). Raises AnswerMalformed where it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise AnswerMalformed from None


def _answer_of(parsed: object) -> Answer:
    match parsed:
        case {"number": int(number), "day": str(day), "text": str(text), "parcels": list(parcels)}:
            return Answer(number, _day_of(day), text, tuple(_parcel_of(parcel) for parcel in parcels))
    raise AnswerMalformed


def _day_of(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:  # no such day
        pass
    raise AnswerMalformed


def _parcel_of(entry: object) -> Parcel:
    match entry:
        case [str(parcel_id), str(key), str(name), int(size)]:
            names = bytes_of_hex(parcel_id, AnswerMalformed), bytes_of_hex(key, AnswerMalformed)
            return Parcel(*names, name, size)
    raise AnswerMalformed


def _check(answer: Answer) -> None:
    """The ranges of 8.1 that have nothing to do with how the answer is spelt."""
    parcels = answer.parcels
    answer.text.encode()
    if (
        isinstance(answer.number, bool)
        or not 1 <= answer.number <= MAX_NUMBER
        or len({parcel.id for parcel in parcels}) != len(parcels)
        or not all(_is_in_range(parcel) for parcel in parcels)
        or not all(parcel.name for parcel in parcels[1:])
        # Two texts would leave open which of them is the answer.
        or (parcels and not parcels[0].name and answer.text)
    ):
        raise AnswerMalformed


def _is_in_range(parcel: Parcel) -> bool:
    return (
        len(parcel.id) == 16
        and len(parcel.key) == 32
        and len(parcel.name.encode()) <= _MAX_NAME
        and not isinstance(parcel.size, bool)
        and 0 <= parcel.size <= MAX_PARCEL_SIZE
    )


def _canonical(answer: Answer) -> str:
    """The one spelling of an answer: compact JSON, the members in the order of 8.1."""
    return to_json(
        {
            "number": answer.number,
            "day": answer.day.isoformat(),
            "text": answer.text,
            "parcels": [(one.id.hex(), one.key.hex(), one.name, one.size) for one in answer.parcels],
        }
    )

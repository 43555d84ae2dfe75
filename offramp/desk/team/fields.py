"""What may be decided: the fields of subjects, what their values look like, and which of two counts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from offramp.crypto.errors import EventMalformed
from offramp.crypto.event import MAX_WHOLE, Event, Json
from offramp.crypto.keyset import MLKEM_LENGTH

TEAM: Final = bytes(16)
"""The subject of what concerns the whole team."""

_Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: which values it takes, and what two people must agree on."""

    is_valid: _Test
    collects: bool = False
    """All heads count: no two of them contradict each other."""
    meaning: Callable[[Any], Json] = lambda value: value
    """What of a value is compared."""
    caution: Callable[[Any], int] = lambda _value: 0
    """Where two people disagree, the value with the most of this counts until one of them decides again."""


def check_event(event: Event) -> None:
    """Raises EventMalformed where a field that is known here has a value that it cannot have.

    A field that is not known is kept as it is: a newer version may have decided it.
    """
    for change in event.changes:
        field = FIELDS.get(change.field)
        if field is not None and not field.is_valid(change.value):
            raise EventMalformed


def collects(name: str) -> bool:
    """Whether all heads of this field count."""
    return name in FIELDS and FIELDS[name].collects


def meaning(name: str, value: Json) -> Json:
    """What of this field's value is compared."""
    return FIELDS[name].meaning(value) if name in FIELDS else value


def caution(name: str, value: Json) -> int:
    """How much this value of a field is to be preferred to another of the same time."""
    return FIELDS[name].caution(value) if name in FIELDS else 0


# Tests of values. JSON has true and false beside numbers, and to Python these are numbers too.


def _text(most: int = MAX_WHOLE) -> _Test:
    return lambda value: isinstance(value, str) and len(value) <= most


def _whole(least: int, most: int) -> _Test:
    return lambda value: type(value) is int and least <= value <= most


def _hex(length: int) -> _Test:
    digits = re.compile(rf"[0-9a-f]{{{2 * length}}}")
    return lambda value: isinstance(value, str) and digits.fullmatch(value) is not None


def _one_of(*words: str) -> _Test:
    return lambda value: isinstance(value, str) and value in words


def _list_of(test: _Test) -> _Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _either(*tests: _Test) -> _Test:
    return lambda value: any(test(value) for test in tests)


def _members(**tests: _Test) -> _Test:
    """An object that has these members, and no others."""

    def test(value: object) -> bool:
        if not isinstance(value, dict) or value.keys() != tests.keys():
            return False
        return all(check(value[name]) for name, check in tests.items())

    return test


def _day(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _nothing(value: object) -> bool:
    return value is None


def _mlkem(value: object) -> bool:
    """Base64 of a public key, in its one spelling."""
    try:
        key = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return False
    return len(key) == MLKEM_LENGTH and base64.b64encode(key).decode() == value


def _named_size(value: object) -> bool:
    match value:
        case [str(name), int(size)]:
            return 0 < len(name.encode()) <= 255 and not isinstance(size, bool)
    return False


def _public_number(value: object) -> bool:
    """Kind of cases, dimension, first day, weeks, label, and a number or nothing."""
    match value:
        case ["request" | "offer", str(), day, weeks, str(), number]:
            return _day(day) and _whole(1, 53)(weeks) and _either(_nothing, _whole(0, 10**9))(number)
    return False


def _caution(*words: str) -> Callable[[Any], int]:
    """The later a word stands, the more careful it is."""
    return lambda value: words.index(value["is"])


_ID: Final = _hex(16)
_COUNT: Final = _whole(0, 2**32 - 1)
_DAY_OR_NOT: Final = _either(_nothing, _day)

# Of two statuses, the one counts with which a case is not overlooked; of two words about an adviser, the one
# with which nothing is handed to them.
_STATUSES: Final = ("spam", "done", "waiting", "new", "open")
_VETTINGS: Final = ("vetted", "none", "asked", "declined")

FIELDS: Final[dict[str, Field]] = {
    "status": Field(
        _members(**{"is": _one_of(*_STATUSES), "letters": _COUNT}),
        meaning=lambda value: value["is"],
        caution=_caution(*_STATUSES),
    ),
    "assignee": Field(_text(40)),
    "note": Field(_members(text=_text()), collects=True),
    "answer": Field(
        _members(
            number=_whole(1, 2**32 - 1),
            day=_day,
            last_day=_day,
            text=_text(),
            files=_list_of(_named_size),
            reply=_ID,
            parcels=_list_of(_ID),
            taken_back=_DAY_OR_NOT,
        ),
        collects=True,
    ),
    "same_as": Field(_either(_one_of(""), _ID)),
    "hand_off": Field(
        _members(id=_ID, adviser=_ID, day=_day, last_day=_day, parts=_list_of(_text()), ended=_DAY_OR_NOT),
        collects=True,
    ),
    "draft_done": Field(_members(draft=_ID, what=_one_of("used", "dismissed")), collects=True),
    "undone": Field(_members(event=_ID), collects=True),
    "vetting": Field(_members(**{"is": _one_of(*_VETTINGS)}), caution=_caution(*_VETTINGS)),
    "adviser_key": Field(
        _either(
            _nothing,
            _members(name=_text(40), x25519=_hex(32), mlkem768=_mlkem, ed25519=_hex(32)),
        ),
        caution=lambda value: int(value is None),
    ),
    "profile": Field(
        _either(
            _nothing,
            _members(
                name=_text(),
                skills=_list_of(_text()),
                languages=_list_of(_text()),
                regions=_list_of(_text()),
                hours=_either(_nothing, _whole(0, 744)),
            ),
        )
    ),
    "asks": Field(
        _either(
            _nothing,
            _members(
                help=_list_of(_text()),
                languages=_list_of(_text()),
                near=_list_of(_text()),
                away=_list_of(_text()),
            ),
        )
    ),
    "numbers_secret": Field(_members(secret=_hex(32)), collects=True),
    "published": Field(_members(threshold=_whole(1, 10_000), cells=_list_of(_public_number)), collects=True),
}

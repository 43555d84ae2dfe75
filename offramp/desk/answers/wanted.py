"""What a letter says about answers: whether it wants one, and which of ours its writer had read."""

from __future__ import annotations

import re
from typing import Final, Protocol

from offramp.crypto.answer import MAX_NUMBER

_DIGITS: Final = re.compile(r"[0-9]{1,10}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Written(Protocol):
    """A letter, as it was opened or as it lies in the vault."""

    @property
    def purpose(self) -> str: ...
    @property
    def thread(self) -> bytes | None: ...
    @property
    def reply_key(self) -> bytes | None: ...
    @property
    def fields(self) -> tuple[tuple[str, ...], ...]: ...


def wants_answer(letter: Written) -> bool:
    """Whether there is a way to answer: a key to seal with, and a thread that says where on the board."""
    return letter.thread is not None and letter.reply_key is not None


def answers_read(letter: Written) -> int:
    """How many answers the page had shown when this was written; a stranger's number, and 0 in doubt."""
    number = _field(letter, "answers_read") if letter.purpose == "follow-up" else ""
    return min(int(number), MAX_NUMBER) if _DIGITS.fullmatch(number) and number.isascii() else 0


def day_written(letter: Written) -> str:
    """The day by the sender's own clock, YYYY-MM-DD, or "" where none can be read."""
    day = _field(letter, "day") if letter.purpose == "follow-up" else ""
    return day if _DAY.fullmatch(day) and day.isascii() else ""


def _field(letter: Written, name: str) -> str:
    return next((first for field, first, *_ in letter.fields if field == name), "")

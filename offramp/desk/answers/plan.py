"""An answer before it is written: its number and days, and what of it fits where."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from offramp.crypto.answer import Answer, Parcel, write_answer
from offramp.crypto.letter import Attachment
from offramp.crypto.parcel import parcel_id
from offramp.crypto.parcel_sealing import seal_data
from offramp.crypto.reply import MAX_ANSWER_LENGTH, seal_reply
from offramp.desk.answers.record import AnswerRecord
from offramp.desk.errors import TooManyFiles

_LARGEST_SIZE: Final = 8_000_000
MOST_ELSEWHERE: Final = 1000
"""How many numbers of answers in a row are believed to be missing here."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants to answer, with everything that stands on it but the words."""

    thread: bytes  # [16]
    reply_key: bytes = field(repr=False)  # [32]
    number: int
    day: date
    last_day: date
    files: tuple[Attachment, ...]

    @classmethod
    def of(
        cls,
        whom: tuple[bytes, bytes],
        number: int,
        day: date,
        kept_days: int,
        files: tuple[Attachment, ...],
    ) -> Plan:
        """For a thread [16] and its reply key [32].

        Raises TooManyFiles where not even a text that is a parcel itself leaves room for them.
        """
        plan = cls(*whom, number, day, day + timedelta(days=kept_days), files)
        if not plan._fits("", _entries(files, long_text=True)):
            raise TooManyFiles
        return plan

    def text_fits(self, text: str) -> bool:
        """Whether a reply holds the text beside the files' entries; otherwise it goes into a parcel."""
        return self._fits(text, _entries(self.files))

    def _fits(self, text: str, parcels: tuple[Parcel, ...]) -> bool:
        return len(write_answer(Answer(self.number, self.day, text, parcels))) <= MAX_ANSWER_LENGTH

    def sealed(self, text: str) -> AnswerRecord:
        """The record of the answer that says `text`."""
        is_long = not self.text_fits(text)
        contents = [("", text.encode())] if is_long else []
        contents += [(file.name, file.data) for file in self.files]
        parcels = []
        for name, content in contents:
            key = secrets.token_bytes(32)
            parcels.append(Parcel(parcel_id(seal_data(content, key)), key, name, len(content)))
        answer = Answer(self.number, self.day, "" if is_long else text, tuple(parcels))
        return AnswerRecord(
            self.thread,
            self.number,
            self.day,
            self.last_day,
            text,
            seal_reply(answer, self.reply_key),
            tuple(one.id for one in parcels),
            tuple(one.key for one in parcels),
            self.files,
        )


def next_number(highest: int, read: int) -> int:
    """The number after the highest that is known, and after those that the person has read from other desks.

    That is a stranger's word, and believed only so far: the numbers must not run out.
    """
    return max(highest, min(read, highest + MOST_ELSEWHERE)) + 1


def _entries(files: tuple[Attachment, ...], *, long_text: bool = False) -> tuple[Parcel, ...]:
    """Entries as long as the real ones will be."""
    sizes = [("", _LARGEST_SIZE)] if long_text else []
    sizes += [(file.name, len(file.data)) for file in files]
    return tuple(
        Parcel(number.to_bytes(16, "big"), bytes(32), name, size) for number, (name, size) in enumerate(sizes)
    )

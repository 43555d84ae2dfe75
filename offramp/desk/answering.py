"""Writing answers: what fits into a reply, what goes into parcels, and what is on record of it.

The record is written first, and the outbox follows from it. Whoever is interrupted in between finds the
outbox completed by the next command that looks (`mend`), and nothing ever goes out that is not on record.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from offramp.crypto.answer import Answer, Parcel, write_answer
from offramp.crypto.letter import Attachment
from offramp.crypto.parcel import parcel_id
from offramp.crypto.parcel_sealing import seal_data
from offramp.crypto.reply import MAX_ANSWER_LENGTH, seal_reply
from offramp.desk.errors import AlreadyTakenBack, AnswerExpired, NoSuchAnswer, TooManyFiles
from offramp.desk.outbox import Outbox
from offramp.desk.records import AnswerRecord, TakeBackRecord
from offramp.desk.sent import Ledger, Sent


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to answer, with everything that stands on it but the words."""

    thread: bytes  # [16]
    number: int
    day: date
    last_day: date
    files: tuple[Attachment, ...]

    @classmethod
    def of(
        cls, thread: bytes, number: int, day: date, kept_days: int, files: tuple[Attachment, ...]
    ) -> Draft:
        """Raises TooManyFiles where not even a text that is a parcel itself leaves room for them."""
        draft = cls(thread, number, day, day + timedelta(days=kept_days), files)
        if not draft._fits("", _entries(files, long_text=True)):
            raise TooManyFiles
        return draft

    def text_fits(self, text: str) -> bool:
        """Whether a reply holds the text beside the files' entries; otherwise it goes into a parcel."""
        return self._fits(text, _entries(self.files))

    def _fits(self, text: str, parcels: tuple[Parcel, ...]) -> bool:
        return len(write_answer(Answer(self.number, self.day, text, parcels))) <= MAX_ANSWER_LENGTH

    def sealed(self, text: str, reply_key: bytes) -> AnswerRecord:
        """The record of the answer that says `text`, its reply sealed with the person's key [32]."""
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
            seal_reply(answer, reply_key),
            tuple(one.id for one in parcels),
            tuple(one.key for one in parcels),
            self.files,
        )


_LARGEST_SIZE: Final = 8_000_000
_MOST_ELSEWHERE: Final = 1000


def next_number(highest: int, read: int) -> int:
    """The number after the highest on record, and after those that the person has read from other desks.

    That is a stranger's word, and believed only so far: the numbers must not run out.
    """
    return max(highest, min(read, highest + _MOST_ELSEWHERE)) + 1


def _entries(files: tuple[Attachment, ...], *, long_text: bool = False) -> tuple[Parcel, ...]:
    """Entries as long as the real ones will be."""
    sizes = [("", _LARGEST_SIZE)] if long_text else []
    sizes += [(file.name, len(file.data)) for file in files]
    return tuple(
        Parcel(number.to_bytes(16, "big"), bytes(32), name, size) for number, (name, size) in enumerate(sizes)
    )


def take_backs(ledger: Ledger, thread: bytes, number: int, day: date) -> list[TakeBackRecord]:
    """The records that take back what has this number: two desks may have written one at the same time.

    Raises NoSuchAnswer, AlreadyTakenBack or AnswerExpired.
    """
    found = [one for one in ledger.answers if (one.thread, one.number) == (thread, number)]
    if not found:
        raise NoSuchAnswer
    left = [one for one in found if one.id not in ledger.taken_back]
    if not left:
        raise AlreadyTakenBack
    still_there = [one for one in left if one.last_day >= day]
    if not still_there:
        raise AnswerExpired
    return [TakeBackRecord(thread, number, day, one.id) for one in still_there]


def mend(sent: Sent, ledger: Ledger, outbox: Outbox, day: date) -> int:
    """Bring the outbox to what the record says; how many answers were not there as they should be.

    Raises SentDamaged, OSError.
    """
    changed, again = 0, set()
    for entry in ledger.answers:
        if entry.last_day < day:
            continue
        if entry.id in ledger.taken_back:
            if entry.ids - outbox.taken_back or entry.ids & outbox.held:
                outbox.take_back(entry.ids, entry.last_day)
                changed += 1
        elif entry.ids - outbox.held:
            again.add(entry.id)
    for record in sent.records() if again else ():
        if isinstance(record, AnswerRecord) and record.id in again:
            outbox.add(record.posts())
    return changed + len(again)

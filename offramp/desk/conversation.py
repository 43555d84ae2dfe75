"""A conversation: one person's letters and our answers, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from offramp.crypto.answer import MAX_NUMBER
from offramp.crypto.errors import NotABundle, OfframpError
from offramp.crypto.letter import Letter
from offramp.desk.errors import NoAnswerWanted, NoSuchConversation, ReplyKeysDiffer, SeveralConversations
from offramp.desk.inbox import Inbox, Submission
from offramp.desk.reading import submissions
from offramp.desk.records import AnswerRecord
from offramp.desk.sent import Ledger, Sent

_DIGITS: Final = re.compile(r"[0-9]{1,10}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of ours, and on which day it was taken back, if it was."""

    record: AnswerRecord
    taken_back: date | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter, and under which names its attachments were saved, if they were to be."""

    submission: Submission
    saved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Letters and answers in the order in which they were written, as far as that can be known."""

    thread: bytes | None  # [16]; None for a letter that wants no answer
    items: tuple[Arrived | Answered, ...]

    @property
    def letters(self) -> tuple[Letter, ...]:
        return tuple(one.submission.letter for one in self.items if isinstance(one, Arrived))

    @property
    def answers(self) -> tuple[Answered, ...]:
        return tuple(one for one in self.items if isinstance(one, Answered))

    @property
    def most_read(self) -> int:
        """The highest number of an answer that this person says to have read."""
        return max(map(answers_read, self.letters), default=0)

    def address(self) -> tuple[bytes, bytes]:
        """The thread [16], and the reply key [32] to seal with. Raises NoAnswerWanted or ReplyKeysDiffer."""
        keys = {letter.reply_key for letter in self.letters if letter.reply_key}
        if len(keys) > 1:
            raise ReplyKeysDiffer
        for key in keys:
            if self.thread:
                return self.thread, key
        raise NoAnswerWanted


def wants_answer(letter: Letter) -> bool:
    """Whether there is a way to answer: a key to seal with, and a thread that says where on the board."""
    return letter.thread is not None and letter.reply_key is not None


def answers_read(letter: Letter) -> int:
    """How many answers the page had shown when this was written; a stranger's number, and 0 in doubt."""
    number = _field(letter, "answers_read") if letter.purpose == "follow-up" else ""
    return min(int(number), MAX_NUMBER) if _DIGITS.fullmatch(number) and number.isascii() else 0


def day_written(letter: Letter) -> str:
    """The day by the sender's own clock, YYYY-MM-DD, or "" where none can be read."""
    day = _field(letter, "day") if letter.purpose == "follow-up" else ""
    return day if _DAY.fullmatch(day) and day.isascii() else ""


def _field(letter: Letter, name: str) -> str:
    return next((first for field, first, *_ in letter.fields if field == name), "")


@dataclass(slots=True)
class Correspondence:
    """A bundle of letters and the record of answers, to find conversations in."""

    bundle: Path
    inbox: Inbox
    sent: Sent
    passed: Callable[[int], None] = lambda _: None
    """Told how many bytes of the bundle are done with."""
    unopened: dict[bytes, OfframpError] = field(default_factory=dict)
    """Letters that did not open, or whose attachments could not be saved, and why."""
    truncated: bool = False
    damaged: NotABundle | None = None

    def find(self, prefix: str, ledger: Ledger, attachments: Path | None = None) -> Conversation:
        """The conversation that a submission or thread belongs to whose id begins so.

        With `attachments`, the letters' files are saved in that folder.
        Raises NoSuchConversation, SeveralConversations, SentDamaged, or why a submission does not open.
        """
        threads = {name: found.letter.thread for name, found in self._all()}
        thread, alone = _named(prefix.lower(), threads, ledger, self.unopened)
        wanted = {name for name, one in threads.items() if name == alone or (thread and one == thread)}
        arrived = [
            Arrived(found, tuple(saved))
            for found, saved in self._submissions(wanted.__contains__, attachments)
        ]
        answered = [
            Answered(record, ledger.taken_back.get(record.id))
            for record in self.sent.records()
            if isinstance(record, AnswerRecord) and record.thread == thread
        ]
        return Conversation(thread, tuple(sorted([*arrived, *answered], key=_place)))

    def _all(self) -> Iterator[tuple[bytes, Submission]]:
        for found, _ in self._submissions(lambda _: True, None):
            yield found.id, found

    def _submissions(
        self, wanted: Callable[[bytes], bool], attachments: Path | None
    ) -> Iterator[tuple[Submission, list[str]]]:
        try:
            yield from submissions(
                self.bundle, self.inbox, _Notes(self), wanted=wanted, attachments=attachments
            )
        except NotABundle as error:
            self.damaged = error  # what comes before it is worth showing


@dataclass(frozen=True, slots=True)
class _Notes:
    """Writes down what went wrong with a bundle."""

    correspondence: Correspondence

    def passed(self, size: int) -> None:
        self.correspondence.passed(size)

    def failed(self, name: bytes, reason: OfframpError) -> None:
        self.correspondence.unopened[name] = reason

    def truncated(self) -> None:
        self.correspondence.truncated = True


def _named(
    prefix: str, threads: dict[bytes, bytes | None], ledger: Ledger, unopened: dict[bytes, OfframpError]
) -> tuple[bytes | None, bytes | None]:
    """The thread, or the one letter without a thread, that the prefix names."""
    known = {one for one in threads.values() if one} | {one.thread for one in ledger.answers}
    found: set[tuple[bytes | None, bytes | None]] = {
        (thread, None if thread else name)
        for name, thread in threads.items()
        if name.hex().startswith(prefix)
    }
    found |= {(thread, None) for thread in known if thread.hex().startswith(prefix)}
    if len(found) > 1:
        raise SeveralConversations
    for one in found:
        return one
    for name, reason in unopened.items():
        if name.hex().startswith(prefix):
            raise reason
    raise NoSuchConversation


def _place(item: Arrived | Answered) -> tuple[int, int, str, bytes]:
    """Where an item stands: envelopes carry no time, but a follow-up says which answers it had read."""
    if isinstance(item, Answered):
        return item.record.number, 0, item.record.day.isoformat(), item.record.id
    letter = item.submission.letter
    if letter.purpose != "follow-up":
        return 0, 0, "", item.submission.id
    return answers_read(letter), 1, day_written(letter), item.submission.id

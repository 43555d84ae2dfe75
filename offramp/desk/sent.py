"""sent.bundle: the record of what was answered, sealed to the organizers like the letters themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from offramp.crypto.bundle import BundleWriter
from offramp.crypto.errors import BundleError, NotForThisKey, UnsupportedVersion
from offramp.crypto.keyset import Keyset, Recipient
from offramp.crypto.sealing import seal
from offramp.desk.errors import RecordMalformed, SentDamaged
from offramp.desk.inbox import Inbox, Unopened, envelopes
from offramp.desk.records import AnswerRecord, Record, TakeBackRecord, read_record, record_letter


@dataclass(frozen=True, slots=True)
class Entry:
    """What a ledger keeps of an answer: enough to know what the outbox must hold."""

    thread: bytes  # [16]
    number: int
    last_day: date
    id: bytes  # [16]
    parcel_ids: tuple[bytes, ...]

    @property
    def ids(self) -> frozenset[bytes]:
        """The ids [16] of the parcels and the reply."""
        return frozenset((*self.parcel_ids, self.id))


@dataclass(slots=True)
class Ledger:
    """Every answer in a sent.bundle without its words, and what became of it."""

    answers: list[Entry] = field(default_factory=list)
    taken_back: dict[bytes, date] = field(default_factory=dict)  # on which day, by the reply's id
    unreadable: int = 0  # records that this organizer's key does not open, or that are none

    def highest(self, thread: bytes) -> int:
        """The highest number of an answer in this thread; 0 if there is none."""
        return max((one.number for one in self.answers if one.thread == thread), default=0)

    def is_answered(self, thread: bytes, read: int) -> bool:
        """Whether there is an answer that somebody who had read so many has not seen."""
        return any(
            one.thread == thread and one.number > read and one.id not in self.taken_back
            for one in self.answers
        )


class Sent:
    """A sent.bundle, with an organizer's key and the campaign's keysets."""

    def __init__(self, path: Path, inbox: Inbox) -> None:
        self.path = path
        self._inbox = inbox

    def records(self, ledger: Ledger | None = None) -> Iterator[Record]:
        """All records, oldest first; counts in `ledger` those that cannot be read. Raises SentDamaged.

        One that is incomplete at the end was interrupted before anybody was told that it is kept.
        """
        if not self.path.exists():
            return
        try:
            for name, envelope in envelopes(self.path, truncated=lambda: None):
                found = self._inbox.open(envelope, name)
                try:
                    if isinstance(found, Unopened):
                        raise RecordMalformed
                    yield read_record(found.letter)
                except RecordMalformed:
                    if ledger is not None:
                        ledger.unreadable += 1
        except (BundleError, UnsupportedVersion):
            raise _damaged(self.path) from None

    def ledger(self) -> Ledger:
        """Raises SentDamaged."""
        ledger = Ledger()
        for record in self.records(ledger):
            if isinstance(record, TakeBackRecord):
                ledger.taken_back[record.answer] = record.day
            else:
                ledger.answers.append(_entry(record))
        return ledger

    def append(self, record: Record, keyset: Keyset) -> None:
        """Keep a record; when this returns it is on the disk. Raises SentDamaged, OSError."""
        try:
            with BundleWriter(self.path) as writer:
                writer.append(seal(record_letter(record, keyset), keyset))
        except (BundleError, UnsupportedVersion):
            raise _damaged(self.path) from None


def _entry(record: AnswerRecord) -> Entry:
    return Entry(record.thread, record.number, record.last_day, record.id, record.parcel_ids)


def _damaged(path: Path) -> SentDamaged:
    return SentDamaged(
        f"{path} is damaged, or no bundle. Keep it as it is, and put an undamaged copy in its place."
    )


def keyset_to_keep_with(keysets: list[Keyset], public: Recipient) -> Keyset:
    """The newest keyset with this organizer's key in it, so that whoever keeps a record can read it."""
    ours = [keyset for keyset in keysets if public in keyset.recipients]
    if not ours:
        raise NotForThisKey(
            "This organizer's key is in none of the campaign's keysets. Get the campaign's newer keysets."
        )
    return max(ours, key=lambda keyset: keyset.sequence)

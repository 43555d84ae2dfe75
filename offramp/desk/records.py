"""What this desk answered, as letters to its own team (FORMAT.md, 2.4, purpose "team").

They are sealed and kept in sent.bundle, so that nothing readable lies on the disk. Anybody can seal a letter
with this purpose to the organizers: it means something only in a file that desks alone write, and nothing
that came from the server is ever read as a record.

The letter's thread is the conversation's; it has no reply key. Its fields, in this order:

    number        the answer's
    day           YYYY-MM-DD, on which this was put on record
    record        "answer", or "take-back"
    last_day      of an answer: YYYY-MM-DD, its last on the board
    text          of an answer, also where it is a parcel
    parcels       of an answer with parcels: their ids, in hexadecimal
    parcel_keys   of an answer with parcels: their keys, in hexadecimal
    answer        of a take-back: the id of the reply that is taken back, in hexadecimal

The first attachment of an answer is its reply, as it is on the board, and the others are its files. So the
very posts that go to the server can be made from a record again, byte by byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from offramp.crypto.answer import MAX_NUMBER
from offramp.crypto.board import REPLY_LENGTH, reply_id, shard_number
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.pack import ParcelPost, Post, ReplyPost
from offramp.crypto.parcel_sealing import seal_data
from offramp.desk.errors import RecordMalformed

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,9}")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2})+")
_REPLY_NAME: Final = "reply"


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer that was written. Its parcels are the text, where that is too long for a reply, and the files."""

    thread: bytes  # [16]
    number: int
    day: date
    last_day: date
    text: str
    reply: bytes  # [4096]
    parcel_ids: tuple[bytes, ...] = ()  # [16]
    parcel_keys: tuple[bytes, ...] = field(default=(), repr=False)  # [32]
    files: tuple[Attachment, ...] = ()

    @property
    def id(self) -> bytes:
        """The reply's id [16]."""
        return reply_id(self.reply)

    def posts(self) -> Iterator[Post]:
        """What goes to the server; the reply last, for it points to the parcels."""
        text_too = len(self.parcel_keys) > len(self.files)
        contents = [self.text.encode()] if text_too else []
        contents.extend(file.data for file in self.files)
        for key, content in zip(self.parcel_keys, contents, strict=True):
            yield ParcelPost(self.last_day, seal_data(content, key))
        yield ReplyPost(self.last_day, shard_number(self.thread), self.reply)


@dataclass(frozen=True, slots=True)
class TakeBackRecord:
    """An answer was taken back."""

    thread: bytes  # [16]
    number: int
    day: date
    answer: bytes  # the reply's id [16]


Record = AnswerRecord | TakeBackRecord


def record_letter(record: Record, keyset: Keyset) -> Letter:
    """The letter that keeps a record."""
    attachments: tuple[Attachment, ...] = ()
    fields: list[tuple[str, ...]] = [("number", str(record.number)), ("day", record.day.isoformat())]
    if isinstance(record, AnswerRecord):
        fields += [("record", "answer"), ("last_day", record.last_day.isoformat()), ("text", record.text)]
        if record.parcel_ids:
            fields.append(("parcels", *(one.hex() for one in record.parcel_ids)))
            fields.append(("parcel_keys", *(one.hex() for one in record.parcel_keys)))
        attachments = (Attachment(_REPLY_NAME, record.reply), *record.files)
    else:
        fields += [("record", "take-back"), ("answer", record.answer.hex())]
    return Letter(
        "team",
        keyset.campaign,
        keyset.id,
        thread=record.thread,
        fields=tuple(fields),
        attachments=attachments,
    )


def read_record(letter: Letter) -> Record:
    """The record that a letter keeps. Raises RecordMalformed."""
    fields = {name: tuple(values) for name, *values in letter.fields}
    try:
        if letter.purpose != "team" or letter.thread is None:
            raise RecordMalformed
        number, day = _number(*fields["number"]), date.fromisoformat(*fields["day"])
        match fields["record"]:
            case ("answer",):
                return _answer(letter, letter.thread, number, day, fields)
            case ("take-back",):
                return TakeBackRecord(letter.thread, number, day, _bytes(16, *fields["answer"]))
    except (KeyError, TypeError, ValueError):  # a field is missing, has too many values, or means nothing
        pass
    raise RecordMalformed


def _answer(
    letter: Letter, thread: bytes, number: int, day: date, fields: dict[str, tuple[str, ...]]
) -> AnswerRecord:
    reply, *files = letter.attachments
    ids = tuple(_bytes(16, one) for one in fields.get("parcels", ()))
    keys = tuple(_bytes(32, one) for one in fields.get("parcel_keys", ()))
    if len(reply.data) != REPLY_LENGTH or len(ids) != len(keys) or len(keys) - len(files) not in (0, 1):
        raise RecordMalformed
    (text,) = fields["text"]
    last_day = date.fromisoformat(*fields["last_day"])
    return AnswerRecord(thread, number, day, last_day, text, reply.data, ids, keys, tuple(files))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > MAX_NUMBER:
        raise RecordMalformed
    return int(text)


def _bytes(length: int, digits: str) -> bytes:
    if not _HEX.fullmatch(digits) or len(digits) != 2 * length:
        raise RecordMalformed
    return bytes.fromhex(digits)

"""Packs (FORMAT.md, 11): what desks want on the board, and off it, and tell each other through the server.

Nothing here can open a reply, a parcel or an envelope, so the server may import it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from pathlib import Path
from struct import Struct
from typing import Final

from offramp.crypto import framing, labels
from offramp.crypto.board import MAX_SHARD_NUMBER, REPLY_LENGTH, reply_id
from offramp.crypto.card import CARD_LENGTH
from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_id
from offramp.crypto.errors import NotAPack, PackTruncated
from offramp.crypto.framing import READ_SIZE, Framing
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.parcel import PARCEL_LENGTHS, parcel_id

VERSION: Final = 1
HEADER: Final = labels.PACK + bytes((VERSION,))
ID_LENGTH: Final = 16

_EPOCH: Final = date(1970, 1, 1)
_MOST_DAYS: Final = (date.max - _EPOCH).days


class _Kind(IntEnum):
    REPLY = 1
    PARCEL = 2
    TAKEN_BACK = 3
    ENVELOPE = 4
    CARD = 5


# 11: kind, last day; then what the kind demands
_HEAD: Final = Struct(">BI")
_SHARD_NUMBER: Final = Struct(">H")
_LENGTHS: Final = {
    _Kind.REPLY: frozenset({_HEAD.size + _SHARD_NUMBER.size + REPLY_LENGTH}),
    _Kind.PARCEL: frozenset(_HEAD.size + length for length in PARCEL_LENGTHS),
    _Kind.TAKEN_BACK: frozenset({_HEAD.size + ID_LENGTH}),
    _Kind.ENVELOPE: frozenset(_HEAD.size + length for length in ENVELOPE_LENGTHS),
    _Kind.CARD: frozenset({_HEAD.size + CARD_LENGTH}),
}
_FRAMING: Final = Framing(HEADER, frozenset().union(*_LENGTHS.values()), NotAPack, PackTruncated)

MOST_RECORD_LENGTH: Final = 4 + _HEAD.size + max(ENVELOPE_LENGTHS)
"""The bytes of the longest frame there is, that of the largest envelope."""


@dataclass(frozen=True, slots=True)
class ReplyPost:
    """A reply for the board, kept until `last_day` (UTC) is over."""

    last_day: date
    shard_number: int  # 0 to 65 535
    reply: bytes  # [4096]

    @property
    def id(self) -> bytes:
        """The reply's id [16] (9.1)."""
        return reply_id(self.reply)


@dataclass(frozen=True, slots=True)
class ParcelPost:
    """A parcel, kept until `last_day` (UTC) is over."""

    last_day: date
    parcel: bytes  # of one of the lengths of 10.1

    @property
    def id(self) -> bytes:
        """The parcel's id [16] (10.1)."""
        return parcel_id(self.parcel)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A reply or parcel that is not to be handed out, or not any more, until `last_day` (UTC) is over."""

    last_day: date
    id: bytes  # [16], of a reply or a parcel


@dataclass(frozen=True, slots=True)
class EnvelopePost:
    """An envelope for all desks: the server keeps it as it keeps those that were sent to the intake.

    After `last_day` (UTC) it takes it in no more. Nobody here looks into it.
    """

    last_day: date
    envelope: bytes  # of one of the lengths of 2.1

    @property
    def id(self) -> bytes:
        """The envelope's id [16] (2.5)."""
        return envelope_id(self.envelope)


@dataclass(frozen=True, slots=True)
class CardPost:
    """A card for the server to show (section 16). After `last_day` (UTC) it takes it in no more."""

    last_day: date
    card: bytes  # [89]

    @property
    def id(self) -> bytes:
        """The first 16 bytes of a hash of the card (section 11)."""
        return labelled_hash(labels.CARD_ID, self.card)[:ID_LENGTH]


BoardPost = ReplyPost | ParcelPost | TakenBack
Post = BoardPost | EnvelopePost | CardPost


def frame(post: Post) -> bytes:
    """One post as it stands in a pack, behind its length. Raises NotAPack where no reader would take it."""
    kind, payload = _payload(post)
    days = (post.last_day - _EPOCH).days
    record = _HEAD.pack(kind, days) + payload if days >= 0 else b""
    if len(record) not in _LENGTHS[kind]:
        raise NotAPack
    return framing.frame(record)


def _payload(post: Post) -> tuple[_Kind, bytes]:
    match post:
        case ReplyPost(_, number, reply):
            if not 0 <= number <= MAX_SHARD_NUMBER:
                raise NotAPack
            return _Kind.REPLY, _SHARD_NUMBER.pack(number) + reply
        case ParcelPost(_, parcel):
            return _Kind.PARCEL, parcel
        case TakenBack(_, name):
            return _Kind.TAKEN_BACK, name
        case EnvelopePost(_, envelope):
            return _Kind.ENVELOPE, envelope
        case CardPost(_, card):
            return _Kind.CARD, card


def read_stream(chunks: Iterable[bytes]) -> Iterator[Post]:
    """The posts of a pack that arrives in chunks of any size, each as soon as it is whole.

    Raises NotAPack or UnsupportedVersion at once, and PackTruncated after the last whole record.
    """
    return map(_read_record, _FRAMING.read(chunks))


def read_pack(path: Path) -> Iterator[Post]:
    """The posts of a pack's file, one after another. Raises as `read_stream` does, and OSError."""
    with path.open("rb") as file:
        yield from read_stream(iter(lambda: file.read(READ_SIZE), b""))


def _read_record(record: bytes) -> Post:
    kind, days = _HEAD.unpack_from(record)
    if len(record) not in _LENGTHS.get(kind, ()) or days > _MOST_DAYS:
        raise NotAPack
    last_day = _EPOCH + timedelta(days=days)
    payload = record[_HEAD.size :]
    match kind:
        case _Kind.REPLY:
            (number,) = _SHARD_NUMBER.unpack_from(payload)
            return ReplyPost(last_day, number, payload[_SHARD_NUMBER.size :])
        case _Kind.PARCEL:
            return ParcelPost(last_day, payload)
        case _Kind.ENVELOPE:
            return EnvelopePost(last_day, payload)
        case _Kind.CARD:
            return CardPost(last_day, payload)
        case _:
            return TakenBack(last_day, payload)

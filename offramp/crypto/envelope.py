"""The envelope from outside (FORMAT.md, 2.1 and 2.5): its layout, lengths, header and id.

Nothing here can open an envelope, so the server may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final

from offramp.crypto import labels
from offramp.crypto.errors import NotAnEnvelope, UnsupportedVersion, WrongLength, WrongSlots
from offramp.crypto.hashing import labelled_hash

VERSION: Final = 1
SIZE_CLASSES: Final = (16_384, 65_536, 262_144, 1_048_576, 4_194_304, 8_388_608)
MIN_SLOTS: Final = 2
MAX_SLOTS: Final = 10

MLKEM_CIPHERTEXT_LENGTH: Final = 1088
SLOT_LENGTH: Final = MLKEM_CIPHERTEXT_LENGTH + 96
CHUNK_LENGTH: Final = 65_536
TAG_LENGTH: Final = 16

# 2.1: magic, version, slot count, slot length, keyset id, key commitment
FIXED_HEADER: Final = Struct(">16sBBH32s32s")


@dataclass(frozen=True, slots=True)
class Header:
    """What an envelope says of itself before it is opened; none of it is proven yet."""

    slot_count: int
    keyset_id: bytes  # [32]
    commitment: bytes  # [32]
    size_class: int  # bytes of padded content


def header_length(slot_count: int) -> int:
    """The bytes before the body (2.1)."""
    return FIXED_HEADER.size + SLOT_LENGTH * slot_count


def envelope_length(size_class: int, slot_count: int) -> int:
    """The exact length in bytes of every envelope of this class with so many slots (2.1)."""
    chunks = -(-size_class // CHUNK_LENGTH)
    return header_length(slot_count) + size_class + TAG_LENGTH * chunks


_CLASSES: Final = {
    (envelope_length(size_class, slots), slots): size_class
    for size_class in SIZE_CLASSES
    for slots in range(MIN_SLOTS, MAX_SLOTS + 1)
}
ENVELOPE_LENGTHS: Final = frozenset(length for length, _ in _CLASSES)


def class_of_length(length: int, slot_count: int) -> int | None:
    """The size class of an envelope of this length in bytes, or None where no envelope has that length."""
    return _CLASSES.get((length, slot_count))


def fits(length: int, size_class: int) -> bool:
    """Whether content of `length` bytes, behind the four bytes that tell its length, fits into the class."""
    return 4 + length <= size_class


def smallest_class(length: int) -> int | None:
    """The smallest class for content of `length` bytes (2.2, step 1), or None where there is none."""
    return next((size_class for size_class in SIZE_CLASSES if fits(length, size_class)), None)


def chunk_nonce(index: int, *, is_last: bool) -> bytes:
    """The nonce [24] of chunk `index` (2.2, step 7). Unique, since a body key is used for one body."""
    return index.to_bytes(8, "big") + bytes(15) + (b"\1" if is_last else b"\0")


def read_header(envelope: bytes) -> Header:
    """The header, after all checks of 2.3, step 1, in its order.

    Raises NotAnEnvelope, UnsupportedVersion, WrongSlots or WrongLength.
    """
    if len(envelope) < FIXED_HEADER.size:
        raise NotAnEnvelope
    magic, version, slots, slot_length, keyset_id, commitment = FIXED_HEADER.unpack_from(envelope)
    if magic != labels.ENVELOPE:
        raise NotAnEnvelope
    if version != VERSION:
        raise UnsupportedVersion
    if not MIN_SLOTS <= slots <= MAX_SLOTS or slot_length != SLOT_LENGTH:
        raise WrongSlots
    size_class = class_of_length(len(envelope), slots)
    if size_class is None:
        raise WrongLength
    return Header(slots, keyset_id, commitment, size_class)


def envelope_id(envelope: bytes) -> bytes:
    """The 16 bytes by which server, courier and desk name this envelope (2.5)."""
    return labelled_hash(labels.ENVELOPE_ID, envelope)[:16]

"""Parcels from outside (FORMAT.md, 10): their lengths and ids.

Nothing here can open a parcel, so the server may import it.
"""

from __future__ import annotations

from typing import Final

from offramp.crypto import labels
from offramp.crypto.envelope import CHUNK_LENGTH, SIZE_CLASSES, TAG_LENGTH
from offramp.crypto.hashing import labelled_hash


def parcel_length(size_class: int) -> int:
    """The exact length in bytes of every parcel of this class (10.1)."""
    return size_class + TAG_LENGTH * -(-size_class // CHUNK_LENGTH)


_CLASSES: Final = {parcel_length(size_class): size_class for size_class in SIZE_CLASSES}
PARCEL_LENGTHS: Final = frozenset(_CLASSES)


def class_of_parcel(length: int) -> int | None:
    """The size class of a parcel of this length in bytes, or None where no parcel has that length."""
    return _CLASSES.get(length)


def parcel_id(parcel: bytes) -> bytes:
    """The 16 bytes by which server, courier, desk and answer name this parcel (10.1)."""
    return labelled_hash(labels.PARCEL_ID, parcel)[:16]

"""Sealing and opening parcels (FORMAT.md, 10).

For laptops and tests; the page opens with its own, and no server imports this.
"""

from __future__ import annotations

import secrets

from offramp.crypto import labels
from offramp.crypto.answer import Parcel
from offramp.crypto.body import open_chunks, pad, seal_chunks, unpad
from offramp.crypto.envelope import smallest_class
from offramp.crypto.errors import ParcelDamaged, ParcelTooLarge, WrongParcelLength
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.parcel import parcel_id, parcel_length


def seal_parcel(data: bytes, name: str) -> tuple[bytes, Parcel]:
    """The sealed bytes of a file, and the entry with which an answer points to them. Raises ParcelTooLarge."""
    key = secrets.token_bytes(32)  # 10.2, step 3
    sealed = seal_data(data, key)
    return sealed, Parcel(parcel_id(sealed), key, name, len(data))


def seal_data(data: bytes, key: bytes) -> bytes:
    """The sealed bytes of a file under a key [32] that is used for this parcel only (10.2)."""
    padded = pad(data, ParcelTooLarge)  # 10.2, steps 1 and 2
    return b"".join(seal_chunks(_body_key(key), padded))  # 10.2, steps 4 and 5


def open_parcel(sealed: bytes, key: bytes, size: int) -> bytes:
    """The file in a parcel, given the key [32] and the size that the answer says (10.3).

    Raises WrongParcelLength or ParcelDamaged.
    """
    size_class = smallest_class(size)
    if size_class is None or len(sealed) != parcel_length(size_class):  # 10.3, step 1
        raise WrongParcelLength
    data = unpad(open_chunks(_body_key(key), sealed, ParcelDamaged), ParcelDamaged)  # 10.3, steps 2 and 3
    if len(data) != size:
        raise ParcelDamaged
    return data


def _body_key(key: bytes) -> bytes:
    """Not the parcel key itself, which is thereby no key of SecretBox anywhere (10.2, step 4)."""
    return labelled_hash(labels.PARCEL, b"", key)

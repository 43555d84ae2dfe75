"""`Hash` of FORMAT.md, section 1: the one hash that every format here uses."""

from __future__ import annotations

from hashlib import blake2b


def labelled_hash(label: bytes, data: bytes, key: bytes = b"") -> bytes:
    """BLAKE2b of `data` with the personalisation `label` [16] and, where given, `key` [32]; 32 bytes."""
    return blake2b(data, digest_size=32, key=key, person=label).digest()

"""The body of envelopes and parcels: padding (FORMAT.md, 2.2, steps 1 and 2) and chunks (step 7), both ways.

No server imports this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nacl.bindings import crypto_secretbox_easy, crypto_secretbox_open_easy
from nacl.exceptions import CryptoError

from offramp.crypto.envelope import (
    CHUNK_LENGTH,
    SIZE_CLASSES,
    TAG_LENGTH,
    chunk_nonce,
    fits,
    smallest_class,
)
from offramp.crypto.errors import OfframpError

_SEALED_CHUNK: Final = CHUNK_LENGTH + TAG_LENGTH
_SMALLER_CLASS: Final = dict(zip(SIZE_CLASSES, (0, *SIZE_CLASSES), strict=False))


def pad(data: bytes, too_large: type[OfframpError]) -> bytes:
    """`data` behind its length, filled up to the smallest class that it fits (2.2, steps 1 and 2)."""
    size_class = smallest_class(len(data))
    if size_class is None:
        raise too_large
    return (len(data).to_bytes(4, "big") + data).ljust(size_class, b"\0")


def unpad(padded: bytes, malformed: type[OfframpError]) -> bytes:
    """The data of padded bytes that have the length of a class (2.3, step 6)."""
    length = int.from_bytes(padded[:4], "big")
    size_class = len(padded)
    if not fits(length, size_class) or fits(length, _SMALLER_CLASS[size_class]):
        raise malformed
    if not padded.endswith(bytes(size_class - 4 - length)):
        raise malformed
    return padded[4 : 4 + length]


def seal_chunks(body_key: bytes, padded: bytes) -> Iterator[bytes]:
    """The sealed chunks of a body (2.2, step 7), under a key [32] that is used for this body only."""
    last = (len(padded) - 1) // CHUNK_LENGTH
    for index in range(last + 1):
        chunk = padded[index * CHUNK_LENGTH : (index + 1) * CHUNK_LENGTH]
        yield crypto_secretbox_easy(chunk, chunk_nonce(index, is_last=index == last), body_key)


def open_chunks(body_key: bytes, sealed: bytes, damaged: type[OfframpError], *, start: int = 0) -> bytes:
    """The padded bytes of the body that stands in `sealed` from `start` to the end (2.3, step 5)."""
    starts = range(start, len(sealed), _SEALED_CHUNK)
    chunks = []
    try:
        for index, offset in enumerate(starts):
            nonce = chunk_nonce(index, is_last=index == len(starts) - 1)
            chunks.append(
                crypto_secretbox_open_easy(sealed[offset : offset + _SEALED_CHUNK], nonce, body_key)
            )
    except CryptoError:
        raise damaged from None
    return b"".join(chunks)

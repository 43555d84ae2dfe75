"""The stick file (FORMAT.md, section 19): anything, under a passphrase, as bytes that say nothing.

It is written and read piece by piece, so a large one needs no more memory than a small one.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO, Final

from nacl.bindings import (
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
    crypto_secretbox_easy,
    crypto_secretbox_open_easy,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumError

from offramp.crypto import labels
from offramp.crypto.envelope import CHUNK_LENGTH, TAG_LENGTH, chunk_nonce
from offramp.crypto.errors import NotAStickFile, NotEnoughMemory, StickTooLarge
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.secret_file import MEMORY, OPERATIONS

LENGTHS: Final = tuple(mebibytes << 20 for mebibytes in (1, 4, 16, 64, 256, 1024, 2048, 3072))
"""How long a stick file can be, in bytes: round numbers, and all below the 4 GiB of a stick's file system."""

_SALT_LENGTH: Final = 16
_SEALED_CHUNK: Final = CHUNK_LENGTH + TAG_LENGTH
_ZEROS: Final = bytes(CHUNK_LENGTH)

test_only_cost: dict[str, int] = {"ops": OPERATIONS, "mem": MEMORY}
"""Argon2id's settings. They stand in no file, so only tests can have others than the format's."""


def length_for(size: int) -> int:
    """How long the file is that holds `size` bytes. Raises StickTooLarge."""
    for length in LENGTHS:
        if sum(_chunk_lengths(length)) >= size:
            return length
    raise StickTooLarge


class StickWriter:
    """Seals into `file` what is written, up to `size` bytes, and fills it up to its length (19.2)."""

    def __init__(self, file: BinaryIO, passphrase: str, size: int) -> None:
        """Raises StickTooLarge, NotEnoughMemory, OSError."""
        salt = secrets.token_bytes(_SALT_LENGTH)
        self._file, self._key = file, _stick_key(passphrase, salt)
        self._lengths = list(_chunk_lengths(length_for(size)))
        self._index, self._pending = 0, bytearray()
        file.write(salt)

    def write(self, data: bytes) -> None:
        """Raises OSError, and StickTooLarge for more than was announced."""
        self._pending += data
        while self._index < len(self._lengths) and len(self._pending) >= self._lengths[self._index]:
            self._seal_one()
        if self._index == len(self._lengths) and self._pending:
            raise StickTooLarge

    def finish(self) -> None:
        """Fill the file up. Raises OSError."""
        while self._index < len(self._lengths):
            self.write(_ZEROS[: self._lengths[self._index] - len(self._pending)])

    def _seal_one(self) -> None:
        length, is_last = self._lengths[self._index], self._index == len(self._lengths) - 1
        chunk = bytes(self._pending[:length])
        self._file.write(crypto_secretbox_easy(chunk, chunk_nonce(self._index, is_last=is_last), self._key))
        del self._pending[:length]
        self._index += 1


class StickReader:
    """Opens a stick file of `length` bytes, and gives nothing that was not proven (19.3)."""

    def __init__(self, file: BinaryIO, passphrase: str, length: int) -> None:
        """Raises NotAStickFile, NotEnoughMemory, OSError."""
        if length not in LENGTHS:
            raise NotAStickFile
        self._file, self._key = file, _stick_key(passphrase, _exactly(file, _SALT_LENGTH))
        self._lengths = list(_chunk_lengths(length))
        self._index, self._pending = 0, memoryview(b"")

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes. Raises NotAStickFile, also where there are fewer, and OSError."""
        parts = []
        while size:
            if not self._pending:
                self._pending = self._open_one()
            parts.append(bytes(self._pending[:size]))
            self._pending = self._pending[size:]
            size -= len(parts[-1])
        return b"".join(parts)

    def finish(self) -> None:
        """See that there is nothing more but zeros. Raises NotAStickFile, OSError."""
        while self._pending == _ZEROS[: len(self._pending)]:
            if self._index == len(self._lengths):
                return
            self._pending = self._open_one()
        raise NotAStickFile

    def _open_one(self) -> memoryview:
        if self._index == len(self._lengths):
            raise NotAStickFile
        sealed = _exactly(self._file, self._lengths[self._index] + TAG_LENGTH)
        nonce = chunk_nonce(self._index, is_last=self._index == len(self._lengths) - 1)
        self._index += 1
        try:
            return memoryview(crypto_secretbox_open_easy(sealed, nonce, self._key))
        except CryptoError:
            raise NotAStickFile from None


def _chunk_lengths(length: int) -> Iterator[int]:
    """How many bytes are in each chunk of a file of `length` bytes, without its tag (19.1)."""
    full, rest = divmod(length - _SALT_LENGTH, _SEALED_CHUNK)
    yield from (CHUNK_LENGTH for _ in range(full))
    if rest:
        yield rest - TAG_LENGTH


def _stick_key(passphrase: str, salt: bytes) -> bytes:
    """The stick key [32] (19.1). Words that were heard over a call open it however they are typed."""
    spelt = unicodedata.normalize("NFC", " ".join(passphrase.lower().split())).encode()
    ops, memory = test_only_cost["ops"], test_only_cost["mem"] * 1024
    try:
        stretched = crypto_pwhash_alg(32, spelt, salt, ops, memory, crypto_pwhash_ALG_ARGON2ID13)
    except SodiumError:  # what libsodium says when it gets no memory
        raise NotEnoughMemory from None
    return labelled_hash(labels.STICK, salt, stretched)


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) != size:
        raise NotAStickFile
    return data

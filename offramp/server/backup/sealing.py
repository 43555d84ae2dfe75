"""The backup's file (FORMAT.md, 4.3): any bytes under a passphrase, piece by piece, so that size costs no memory."""

from __future__ import annotations

import secrets
import unicodedata
from struct import Struct
from typing import BinaryIO, Final

from nacl.bindings import (
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumError

from offramp.crypto import labels
from offramp.crypto.errors import NotEnoughMemory, UnsupportedVersion, WrongPassphrase
from offramp.crypto.hashing import labelled_hash
from offramp.server.errors import BackupDamaged, NotABackup

VERSION: Final = 1
CHUNK_LENGTH: Final = 65_536
OPERATIONS: Final = 4
MEMORY: Final = 131_072  # KiB: half of what a laptop takes for a key, since the server goes on beside it
_MOST_OPERATIONS: Final = 16
_MEMORY_RANGE: Final = range(8_192, 1_048_577)  # KiB

# magic, version, operations, memory, salt
_HEADER: Final = Struct(">16sBII16s")
_SEALED_CHUNK: Final = CHUNK_LENGTH + crypto_secretstream_xchacha20poly1305_ABYTES

test_only_cost: dict[str, int] = {"ops": OPERATIONS, "mem": MEMORY}
"""Argon2id's settings for new files.  Only tests have a reason for others than the format's."""


class SealingWriter:
    """Seals into *file* what is written.  The file is one only once `finish` has returned."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Raises NotEnoughMemory, OSError."""
        ops, mem = test_only_cost["ops"], test_only_cost["mem"]
        header = _HEADER.pack(labels.BACKUP, VERSION, ops, mem, secrets.token_bytes(16))
        self._file, self._pending = file, bytearray()
        self._state = crypto_secretstream_xchacha20poly1305_state()
        start = crypto_secretstream_xchacha20poly1305_init_push(self._state, _file_key(header, passphrase))
        file.write(header + start)

    def write(self, data: bytes) -> int:
        """Raises OSError."""
        self._pending += data
        while len(self._pending) > CHUNK_LENGTH:  # never the last one: only `finish` knows which that is
            self._seal(crypto_secretstream_xchacha20poly1305_TAG_MESSAGE)
        return len(data)

    def finish(self) -> None:
        """Raises OSError."""
        self._seal(crypto_secretstream_xchacha20poly1305_TAG_FINAL)

    def _seal(self, tag: int) -> None:
        chunk = bytes(self._pending[:CHUNK_LENGTH])
        del self._pending[:CHUNK_LENGTH]
        self._file.write(crypto_secretstream_xchacha20poly1305_push(self._state, chunk, tag=tag))


class SealedReader:
    """Opens such a file, and gives nothing that was not proven."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Raises NotABackup, UnsupportedVersion, WrongPassphrase, NotEnoughMemory, OSError."""
        header = file.read(_HEADER.size)
        _check(header)
        start = file.read(crypto_secretstream_xchacha20poly1305_HEADERBYTES)
        if len(start) != crypto_secretstream_xchacha20poly1305_HEADERBYTES:
            raise NotABackup
        self._file, self._ended = file, False
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, start, _file_key(header, passphrase))
        try:
            self._pending = memoryview(self._open_one())
        except BackupDamaged:
            raise WrongPassphrase from None  # at the first chunk nobody can tell these apart

    def read(self, size: int) -> bytes:
        """Up to *size* bytes; fewer only at the end.  Raises BackupDamaged, OSError."""
        parts = []
        while size:
            if not self._pending:
                if self._ended:
                    break
                self._pending = memoryview(self._open_one())
            parts.append(bytes(self._pending[:size]))
            self._pending = self._pending[size:]
            size -= len(parts[-1])
        return b"".join(parts)

    def finish(self) -> None:
        """Read to the end, which is where the writer ended, or somebody cut it off.  Raises BackupDamaged, OSError."""
        while self.read(CHUNK_LENGTH):
            pass
        if self._file.read(1):
            raise BackupDamaged

    def _open_one(self) -> bytes:
        sealed = self._file.read(_SEALED_CHUNK)
        try:
            chunk, tag = crypto_secretstream_xchacha20poly1305_pull(self._state, sealed)
        except (CryptoError, ValueError):  # the second for what is too short to be a chunk
            raise BackupDamaged from None
        self._ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL
        if not self._ended and len(sealed) != _SEALED_CHUNK:
            raise BackupDamaged
        return chunk


def _check(header: bytes) -> None:
    """Before Argon2id, so that a strange file cannot keep the machine busy."""
    if len(header) != _HEADER.size:
        raise NotABackup
    magic, version, ops, mem, _ = _HEADER.unpack(header)
    if magic != labels.BACKUP:
        raise NotABackup
    if version != VERSION:
        raise UnsupportedVersion
    if not 1 <= ops <= _MOST_OPERATIONS or mem not in _MEMORY_RANGE:
        raise NotABackup


def _file_key(header: bytes, passphrase: str) -> bytes:
    """The key [32] of 4.3.  The header is hashed in, so changed settings do not open."""
    _, _, ops, mem, salt = _HEADER.unpack(header)
    normal = unicodedata.normalize("NFC", passphrase).encode()
    try:
        stretched = crypto_pwhash_alg(32, normal, salt, ops, mem * 1024, crypto_pwhash_ALG_ARGON2ID13)
    except SodiumError:  # what libsodium says when it gets no memory
        raise NotEnoughMemory from None
    return labelled_hash(labels.BACKUP, header, stretched)

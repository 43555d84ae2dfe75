"""Private keys on a laptop's disk, under a passphrase (FORMAT.md, section 4)."""

from __future__ import annotations

import secrets
import unicodedata
from enum import IntEnum
from struct import Struct
from typing import Final

import nacl.exceptions
from nacl.bindings import (
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
    crypto_secretbox_easy,
    crypto_secretbox_open_easy,
)

from offramp.crypto import labels
from offramp.crypto.errors import NotASecretFile, NotEnoughMemory, UnsupportedVersion, WrongPassphrase
from offramp.crypto.hashing import labelled_hash

VERSION: Final = 1
OPERATIONS: Final = 3
MEMORY: Final = 262_144  # KiB
MIN_OPERATIONS, MAX_OPERATIONS = 1, 16
MIN_MEMORY, MAX_MEMORY = 8_192, 1_048_576  # KiB

# magic, version, kind, operations, memory, salt, nonce
_HEADER: Final = Struct(">16sBBII16s24s")
_TAG_LENGTH: Final = 16


class SecretKind(IntEnum):
    """Whose private key a file holds."""

    ROOT = 1
    COURIER = 3
    SHARE = 4


PAYLOAD_LENGTHS: Final = {SecretKind.ROOT: 32, SecretKind.COURIER: 64, SecretKind.SHARE: 66}


def write_secret(
    kind: SecretKind, payload: bytes, passphrase: str, *, ops: int = OPERATIONS, mem: int = MEMORY
) -> bytes:
    """The file that holds `payload` (its length is the kind's) under `passphrase`.

    `ops` and `mem` (in KiB) are Argon2id's; only tests have a reason to give others than the format's.
    Raises NotASecretFile where any of them is out of range, NotEnoughMemory where this machine cannot do it.
    """
    if len(payload) != PAYLOAD_LENGTHS[kind] or not _in_range(ops, mem):
        raise NotASecretFile
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(24)
    header = _HEADER.pack(labels.SECRET, VERSION, kind, ops, mem, salt, nonce)
    return header + crypto_secretbox_easy(payload, nonce, _file_key(header, passphrase, salt, ops, mem))


def read_secret(raw: bytes, passphrase: str, kind: SecretKind) -> bytes:
    """The payload of a file of this kind.

    Raises UnsupportedVersion, NotASecretFile (also for a file of another kind), WrongPassphrase or
    NotEnoughMemory.
    """
    if len(raw) < _HEADER.size:
        raise NotASecretFile
    magic, version, found, ops, mem, salt, nonce = _HEADER.unpack_from(raw)
    if magic != labels.SECRET:
        raise NotASecretFile
    if version != VERSION:
        raise UnsupportedVersion
    # All of it before Argon2id, so that a strange file cannot keep the machine busy for long.
    length = _HEADER.size + _TAG_LENGTH + PAYLOAD_LENGTHS[kind]
    if found != kind or not _in_range(ops, mem) or len(raw) != length:
        raise NotASecretFile
    header, sealed = raw[: _HEADER.size], raw[_HEADER.size :]
    try:
        return crypto_secretbox_open_easy(sealed, nonce, _file_key(header, passphrase, salt, ops, mem))
    except nacl.exceptions.CryptoError:
        raise WrongPassphrase from None


def _in_range(ops: int, mem: int) -> bool:
    return MIN_OPERATIONS <= ops <= MAX_OPERATIONS and MIN_MEMORY <= mem <= MAX_MEMORY


def _file_key(header: bytes, passphrase: str, salt: bytes, ops: int, mem: int) -> bytes:
    """The file key [32] of section 4. The header is hashed in, so a changed kind or setting does not open."""
    normal = unicodedata.normalize("NFC", passphrase).encode()
    try:
        stretched = crypto_pwhash_alg(32, normal, salt, ops, mem * 1024, crypto_pwhash_ALG_ARGON2ID13)
    except nacl.exceptions.RuntimeError:  # what libsodium says when it gets no memory
        raise NotEnoughMemory from None
    return labelled_hash(labels.FILE_KEY, header, stretched)

"""How a vault's keys and records are sealed (FORMAT.md, 12)."""

from __future__ import annotations

import secrets
import unicodedata
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
from offramp.crypto.errors import NotEnoughMemory
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.secret_file import (
    MAX_MEMORY,
    MAX_OPERATIONS,
    MEMORY,
    MIN_MEMORY,
    MIN_OPERATIONS,
    OPERATIONS,
)
from offramp.desk.vault.errors import NotAVault, VaultDamaged, WrongVaultPassphrase

VERSION: Final = 1
KEY_LENGTH: Final = 32
PLACE_LENGTH: Final = 16
PAD_TO: Final = 256

# magic, version, operations, memory in KiB, salt, nonce
_HEADER: Final = Struct(">16sBII16s24s")
_NONCE: Final = 24
_TAG: Final = 16


def seal_vault_key(vault_key: bytes, passphrase: str, *, ops: int = OPERATIONS, mem: int = MEMORY) -> bytes:
    """The header [113] (12.2): the vault key [32] under a passphrase. Raises NotEnoughMemory."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE)
    header = _HEADER.pack(labels.VAULT, VERSION, ops, mem, salt, nonce)
    return header + crypto_secretbox_easy(vault_key, nonce, _header_key(header, passphrase, salt, ops, mem))


def open_vault_key(raw: bytes, passphrase: str) -> bytes:
    """The vault key [32] in a header (12.2). Raises NotAVault, WrongVaultPassphrase or NotEnoughMemory."""
    if len(raw) != _HEADER.size + KEY_LENGTH + _TAG:
        raise NotAVault
    header, sealed = raw[: _HEADER.size], raw[_HEADER.size :]
    magic, version, ops, mem, salt, nonce = _HEADER.unpack(header)
    in_range = MIN_OPERATIONS <= ops <= MAX_OPERATIONS and MIN_MEMORY <= mem <= MAX_MEMORY
    if magic != labels.VAULT or version != VERSION or not in_range:
        raise NotAVault
    try:
        return crypto_secretbox_open_easy(sealed, nonce, _header_key(header, passphrase, salt, ops, mem))
    except nacl.exceptions.CryptoError:
        raise WrongVaultPassphrase from None


def _header_key(header: bytes, passphrase: str, salt: bytes, ops: int, mem: int) -> bytes:
    normal = unicodedata.normalize("NFC", passphrase).encode()
    try:
        stretched = crypto_pwhash_alg(32, normal, salt, ops, mem * 1024, crypto_pwhash_ALG_ARGON2ID13)
    except nacl.exceptions.RuntimeError:  # what libsodium says when it gets no memory
        raise NotEnoughMemory("This machine has too little free memory to check the passphrase.") from None
    return labelled_hash(labels.VAULT_KEY, header, stretched)


def seal_rooms_key(vault_key: bytes, rooms_key: bytes) -> bytes:
    """The rooms key [32] under the vault key (12.3): 72 bytes."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + crypto_secretbox_easy(rooms_key, nonce, labelled_hash(labels.VAULT_ROOMS, b"", vault_key))


def open_rooms_key(vault_key: bytes, sealed: bytes) -> bytes:
    """The rooms key [32] again. Raises VaultDamaged."""
    if len(sealed) != _NONCE + _TAG + KEY_LENGTH:
        raise VaultDamaged
    return _open(sealed, labelled_hash(labels.VAULT_ROOMS, b"", vault_key))


def place(vault_key: bytes, *parts: bytes) -> bytes:
    """Where something lies in the file [16] (12.4): without the vault key it tells nothing."""
    framed = b"".join(bytes((len(part),)) + part for part in parts)
    return labelled_hash(labels.VAULT_PLACE, framed, vault_key)[:PLACE_LENGTH]


def seal_record(key: bytes, content: bytes) -> bytes:
    """A record's content, padded, under its room's key [32] (12.5)."""
    padded = (content + b"\x80").ljust(_padded_length(len(content) + 1), b"\0")
    nonce = secrets.token_bytes(_NONCE)
    return nonce + crypto_secretbox_easy(padded, nonce, key)


def open_record(key: bytes, sealed: bytes) -> bytes:
    """The content again. Raises VaultDamaged."""
    content, mark, rest = _open(sealed, key).rpartition(b"\x80")
    if not mark or rest.strip(b"\0"):
        raise VaultDamaged
    return content


def _open(sealed: bytes, key: bytes) -> bytes:
    try:
        return crypto_secretbox_open_easy(sealed[_NONCE:], sealed[:_NONCE], key)
    except (nacl.exceptions.CryptoError, ValueError):
        raise VaultDamaged from None


def _padded_length(length: int) -> int:
    """A multiple of 256, and of a 32nd or so of a long content: a file's length does not tell which file it is."""
    step = max(PAD_TO, 1 << max(0, length.bit_length() - 5))
    return -(-length // step) * step

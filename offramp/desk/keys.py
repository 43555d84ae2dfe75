"""Private keys in files of their own; each is on the disk under a passphrase only (FORMAT.md, 4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from nacl.signing import SigningKey

from offramp.crypto.secret_file import SecretKind, read_secret, write_secret
from offramp.desk.files import read_whole, write_new
from offramp.desk.passphrases import known_passphrase, new_passphrase
from offramp.tor.onion import ClientKey

_FILE_LIMIT = 1024
_WORDS = {
    SecretKind.ROOT: "The campaign's root key",
    SecretKind.COURIER: "This courier's key",
    SecretKind.SHARE: "This share of the root key",
}

test_only_cost: dict[str, int] = {}
"""Tests put a cheap `ops` and `mem` of Argon2id here; empty means what FORMAT.md says."""


@dataclass(frozen=True, slots=True)
class RootKey:
    """Signs keysets: an Ed25519 seed [32]."""

    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        return cls(secrets.token_bytes(32))

    @property
    def public(self) -> bytes:
        return bytes(SigningKey(self.seed).verify_key)


@dataclass(frozen=True, slots=True)
class CourierKey:
    """Signs requests (Ed25519 seed [32]), and opens the onion's descriptor (X25519 private key [32])."""

    seed: bytes = field(repr=False)
    client_auth: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        return cls(secrets.token_bytes(32), secrets.token_bytes(32))

    @property
    def public(self) -> bytes:
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def public_client_auth(self) -> bytes:
        return ClientKey(self.client_auth).public


def store_courier(path: Path, key: CourierKey, passphrase_file: Path | None) -> None:
    _store(path, SecretKind.COURIER, key.seed + key.client_auth, passphrase_file)


def load_root(path: Path, passphrase_file: Path | None) -> RootKey:
    return RootKey(_load(path, SecretKind.ROOT, passphrase_file))


def load_courier(path: Path, passphrase_file: Path | None) -> CourierKey:
    payload = _load(path, SecretKind.COURIER, passphrase_file)
    return CourierKey(payload[:32], payload[32:])


def _store(path: Path, kind: SecretKind, payload: bytes, passphrase_file: Path | None) -> None:
    passphrase = new_passphrase(_WORDS[kind], passphrase_file)
    write_new(path, write_secret(kind, payload, passphrase, **test_only_cost))


def _load(path: Path, kind: SecretKind, passphrase_file: Path | None) -> bytes:
    raw = read_whole(path, limit=_FILE_LIMIT)
    return read_secret(raw, known_passphrase(path.name, passphrase_file), kind)

"""The keys and addresses of v3 onion services, made and read without a tor that runs.

An onion's key is 32 random bytes, an Ed25519 seed (RFC 8032).
Its address says the public half: whoever holds the key is the onion, and whoever loses it loses the address.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from hashlib import sha3_256, sha512
from typing import Final, Self

from nacl.bindings import crypto_scalarmult_base
from nacl.signing import SigningKey
from nacl.utils import random

from offramp.tor.errors import NotAnOnionAddress

SEED_LENGTH: Final = 32
CLIENT_KEY_LENGTH: Final = 32

_VERSION: Final = b"\x03"
_CHECKSUM_LABEL: Final = b".onion checksum"
_CHECKSUM_LENGTH: Final = 2
_SUFFIX: Final = ".onion"
_ADDRESS: Final = re.compile(r"([a-z2-7]{56})\.onion")


@dataclass(frozen=True, slots=True)
class OnionKey:
    """The key of one onion: an Ed25519 seed [32]. It does not show in its `repr`."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_LENGTH:
            raise ValueError("an onion's seed has 32 bytes")

    @classmethod
    def generate(cls) -> Self:
        """A new key, from the system's generator."""
        return cls(random(SEED_LENGTH))

    @property
    def public(self) -> bytes:
        """The Ed25519 public key [32]."""
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def address(self) -> str:
        """56 characters and `.onion` (rend-spec-v3, section 6)."""
        return _address(self.public)

    @property
    def for_add_onion(self) -> str:
        """The key as ADD_ONION takes it: not the seed, but what it expands to (RFC 8032, 5.1.5)."""
        digest = bytearray(sha512(self.seed).digest())
        digest[0] &= 0b1111_1000
        digest[31] &= 0b0111_1111
        digest[31] |= 0b0100_0000
        return "ED25519-V3:" + base64.b64encode(digest).decode("ascii")


@dataclass(frozen=True, slots=True)
class ClientKey:
    """What lets one courier reach an onion with client authorization: an X25519 private key [32]."""

    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.private) != CLIENT_KEY_LENGTH:
            raise ValueError("a client's key has 32 bytes")

    @classmethod
    def generate(cls) -> Self:
        """A new key, from the system's generator."""
        return cls(random(CLIENT_KEY_LENGTH))

    @property
    def public(self) -> bytes:
        """The X25519 public key [32]."""
        return crypto_scalarmult_base(self.private)

    @property
    def for_client_auth_v3(self) -> str:
        """The public half as `ClientAuthV3=` of ADD_ONION takes it."""
        return client_auth_v3(self.public)

    def auth_private_line(self, address: str) -> str:
        """The line of a file `*.auth_private` in tor's ClientOnionAuthDir."""
        return f"{bare_address(address)}:descriptor:x25519:{_base32(self.private)}"

    def control_line(self, address: str) -> str:
        """The control command that gives the key to a tor that runs, until it is taken back or tor stops."""
        return f"ONION_CLIENT_AUTH_ADD {bare_address(address)} {self.for_control}"

    @property
    def for_control(self) -> str:
        """The private half as the control connection writes it."""
        return "x25519:" + base64.b64encode(self.private).decode("ascii")


def client_auth_v3(public: bytes) -> str:
    """A courier's X25519 public key [32] in the form of ADD_ONION: 52 characters of base32."""
    if len(public) != CLIENT_KEY_LENGTH:
        raise ValueError("a client's public key has 32 bytes")
    return _base32(public)


def bare_address(address: str) -> str:
    """The address without `.onion`; `NotAnOnionAddress` if its form, version or checksum is wrong."""
    form = _ADDRESS.fullmatch(address)
    if form is None:
        raise NotAnOnionAddress
    public = base64.b32decode(form[1].upper())[:32]
    if _address(public) != address:
        raise NotAnOnionAddress
    return form[1]


def _address(public: bytes) -> str:
    checksum = sha3_256(_CHECKSUM_LABEL + public + _VERSION).digest()[:_CHECKSUM_LENGTH]
    return _base32(public + checksum + _VERSION).lower() + _SUFFIX


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")

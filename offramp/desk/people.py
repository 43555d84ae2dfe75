"""The public halves of organizers' and couriers' keys: small TOML files, made to be sent to somebody."""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from nacl.bindings import crypto_box_seal, crypto_core_ed25519_is_valid_point

from offramp.crypto.errors import BadRecipient
from offramp.crypto.fingerprint import fingerprint
from offramp.crypto.keyset import MLKEM_LENGTH, X25519_LENGTH, Recipient
from offramp.crypto.opening import OpeningKey
from offramp.crypto.signing import signing_public
from offramp.crypto.team_list import Member
from offramp.desk.errors import BadName, NotAPublicHalf
from offramp.desk.files import read_whole
from offramp.tor.onion import client_auth_v3

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_FILE_LIMIT: Final = 8192


@dataclass(frozen=True, slots=True)
class OrganizerCard:
    """Who can open and decide: a name that the campaign's people know, and the public halves of their keys."""

    name: str
    recipient: Recipient
    ed25519: bytes  # [32], signs what the team decides

    KIND = "offramp organizer"

    @classmethod
    def of(cls, name: str, key: OpeningKey) -> Self:
        """The card of whoever has this key."""
        return cls(name, key.public, signing_public(key))

    @property
    def keys(self) -> tuple[bytes, bytes, bytes]:
        """All three public keys: what opens, with both locks, and what signs."""
        return self.recipient.x25519, self.recipient.mlkem, self.ed25519

    @property
    def member(self) -> Member:
        """How a team list says it."""
        return Member(self.name, self.ed25519, self.recipient.x25519)

    @property
    def fingerprint(self) -> str:
        """What is read over a call before this key is enrolled (FORMAT.md, 4.1)."""
        return fingerprint(self.name, *self.keys)

    def write(self) -> bytes:
        return _written(
            "The public half of an organizer's key. Nothing in here is secret.",
            kind=self.KIND,
            name=self.name,
            x25519=self.recipient.x25519.hex(),
            mlkem768=base64.b64encode(self.recipient.mlkem).decode(),
            ed25519=self.ed25519.hex(),
        )


@dataclass(frozen=True, slots=True)
class CourierCard:
    """Who may fetch: a name, an Ed25519 public key [32], and an X25519 public key [32] for the onion."""

    name: str
    ed25519: bytes
    client_auth: bytes

    KIND = "offramp courier"

    @property
    def fingerprint(self) -> str:
        """What is read over a call before this key is enrolled (FORMAT.md, 4.1)."""
        return fingerprint(self.name, self.ed25519, self.client_auth)

    def write(self) -> bytes:
        return _written(
            "The public half of a courier's key. Nothing in here is secret.",
            kind=self.KIND,
            name=self.name,
            ed25519=self.ed25519.hex(),
            client_auth=client_auth_v3(self.client_auth),
        )


def check_name(name: str) -> str:
    """`name`, which becomes part of file names; `BadName`."""
    if not _NAME.fullmatch(name):
        raise BadName
    return name


def read_organizer(path: Path) -> OrganizerCard:
    """`NotAPublicHalf`, `BadName`, or `BadRecipient` for keys that could not be used."""
    found = _read(path, OrganizerCard.KIND, ("name", "x25519", "mlkem768", "ed25519"), without="ed25519")
    try:
        mlkem = base64.b64decode(found["mlkem768"], validate=True)
    except binascii.Error:
        raise NotAPublicHalf from None
    recipient, ed25519 = Recipient(_key(found["x25519"]), mlkem), _key(found["ed25519"])
    card = OrganizerCard(check_name(found["name"]), recipient, ed25519)
    if len(mlkem) != MLKEM_LENGTH:
        raise NotAPublicHalf
    _check_usable(recipient)
    if not crypto_core_ed25519_is_valid_point(ed25519):
        raise BadRecipient
    return card


def _read(path: Path, kind: str, wanted: tuple[str, ...], *, without: str) -> dict[str, str]:
    """The members of a card: exactly those wanted, all of them text. Older cards are `without` one of them."""
    raw = read_whole(path, limit=_FILE_LIMIT)
    try:
        found = tomllib.loads(raw.decode()) if len(raw) <= _FILE_LIMIT else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise NotAPublicHalf from None
    if set(found) == {"kind", *wanted} - {without}:
        raise NotAPublicHalf(f"{path} was made by an older Offramp. Make it again: 'offramp organizer card'.")
    texts = {key: value for key, value in found.items() if isinstance(value, str)}
    if texts.get("kind") != kind or set(found) != {"kind", *wanted} or len(texts) != len(found):
        raise NotAPublicHalf
    return texts


def _key(digits: str) -> bytes:
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        raise NotAPublicHalf from None
    if len(key) != X25519_LENGTH or key.hex() != digits:
        raise NotAPublicHalf
    return key


def _check_usable(recipient: Recipient) -> None:
    """Seal to both locks once, so that a bad key is found here and not in a worker's browser."""
    try:
        MLKEM768PublicKey.from_public_bytes(recipient.mlkem)
        crypto_box_seal(b"", recipient.x25519)
    except (ValueError, nacl.exceptions.RuntimeError):
        raise BadRecipient from None


def _written(comment: str, **members: str) -> bytes:
    """TOML. No member needs an escape: each is checked to be letters, digits and a few signs."""
    lines = [f"# {comment}", *(f'{key} = "{value}"' for key, value in members.items())]
    return ("\n".join(lines) + "\n").encode()

"""The public half of an adviser's key as a small TOML file, made to be sent to an organizer."""

from __future__ import annotations

import base64
import binascii
import tomllib
from pathlib import Path
from typing import Final

import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from nacl.bindings import crypto_box_seal, crypto_core_ed25519_is_valid_point

from offramp.crypto.errors import BadRecipient
from offramp.crypto.keyset import MLKEM_LENGTH, X25519_LENGTH, Recipient
from offramp.desk.desk import Person
from offramp.desk.files import read_whole
from offramp.desk.handing.advisers import AdviserKey
from offramp.desk.handing.errors import NotAnAdvisersHalf
from offramp.desk.people import check_name

_KIND: Final = "offramp adviser"
_MEMBERS: Final = ("kind", "name", "x25519", "mlkem768", "ed25519")
_FILE_LIMIT: Final = 8192


def key_of(person: Person) -> AdviserKey:
    """The public half of somebody's key."""
    return AdviserKey(person.name, person.key.public, person.public)


def write_card(key: AdviserKey) -> bytes:
    """The file NAME.adviser.toml. No member needs an escape: each is letters, digits and a few signs."""
    values = (
        _KIND,
        key.name,
        key.recipient.x25519.hex(),
        base64.b64encode(key.recipient.mlkem).decode(),
        key.ed25519.hex(),
    )
    lines = [f'{name} = "{value}"' for name, value in zip(_MEMBERS, values, strict=True)]
    comment = "# The public half of an adviser's key. Nothing in here is secret."
    return ("\n".join((comment, *lines)) + "\n").encode()


def read_card(path: Path) -> AdviserKey:
    """Raises MissingFile, and what `parse_card` does."""
    return parse_card(read_whole(path, limit=_FILE_LIMIT))


def parse_card(raw: bytes) -> AdviserKey:
    """What stands in a card. Raises NotAnAdvisersHalf, BadName, or BadRecipient for keys that cannot be used."""
    try:
        found = tomllib.loads(raw.decode()) if len(raw) <= _FILE_LIMIT else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise NotAnAdvisersHalf from None
    match found:
        case {
            "kind": str(kind),
            "name": str(name),
            "x25519": str(x25519),
            "mlkem768": str(mlkem),
            "ed25519": str(ed25519),
        } if kind == _KIND and len(found) == len(_MEMBERS):
            recipient = Recipient(_of_hex(x25519), _of_base64(mlkem))
            key = AdviserKey(check_name(name), recipient, _of_hex(ed25519))
            _check_usable(key)
            return key
    raise NotAnAdvisersHalf


def _of_hex(digits: str) -> bytes:
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        raise NotAnAdvisersHalf from None
    if len(key) != X25519_LENGTH or key.hex() != digits:
        raise NotAnAdvisersHalf
    return key


def _of_base64(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NotAnAdvisersHalf from None
    if len(key) != MLKEM_LENGTH:
        raise NotAnAdvisersHalf
    return key


def _check_usable(key: AdviserKey) -> None:
    """Seal to both locks once, so that a bad key is found here and not when a case is handed over."""
    try:
        MLKEM768PublicKey.from_public_bytes(key.recipient.mlkem)
        crypto_box_seal(b"", key.recipient.x25519)
    except (ValueError, nacl.exceptions.RuntimeError):
        raise BadRecipient("A key in this file cannot be sealed to.") from None
    if not crypto_core_ed25519_is_valid_point(key.ed25519):
        raise BadRecipient("The signing key in this file cannot be used.")

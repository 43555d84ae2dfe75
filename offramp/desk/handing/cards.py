"""The public half of an adviser's key as a small TOML file, made to be sent to an organizer."""

from __future__ import annotations

import base64
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
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
from offramp.desk.handing.errors import KeyPastedBadly, NotAnAdvisersHalf
from offramp.desk.people import check_name

_KIND: Final = "offramp adviser"
_MEMBERS: Final = ("kind", "name", "x25519", "mlkem768", "ed25519")
_FILE_LIMIT: Final = 8192

_QUOTES: Final = "\"'“”„‟«»‘’‚"
_PAIR: Final = re.compile(rf"\b({'|'.join(_MEMBERS)})\s*=\s*[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]")
_CITED: Final = re.compile(r"(?m)^[ \t]*(?:>[ \t]*)+")
"""How programs for mail mark what was written before."""

_Wrong = Callable[[str], NotAnAdvisersHalf]
"""What to raise about a member of this name."""


def key_of(person: Person) -> AdviserKey:
    """The public half of somebody's key."""
    return AdviserKey(person.name, person.key.public, person.public)


def write_card(key: AdviserKey) -> bytes:
    """The file NAME.adviser.toml."""
    return f"# The public half of an adviser's key. Nothing in here is secret.\n{card_text(key)}".encode()


def card_text(key: AdviserKey) -> str:
    """The same to be pasted. No member needs an escape: each is letters, digits and a few signs."""
    values = (
        _KIND,
        key.name,
        key.recipient.x25519.hex(),
        base64.b64encode(key.recipient.mlkem).decode(),
        key.ed25519.hex(),
    )
    lines = [f'{name} = "{value}"' for name, value in zip(_MEMBERS, values, strict=True)]
    return "\n".join(lines) + "\n"


def read_card(path: Path) -> AdviserKey:
    """Raises MissingFile, and what `parse_card` does."""
    return parse_card(read_whole(path, limit=_FILE_LIMIT))


def parse_card(raw: bytes) -> AdviserKey:
    """What stands in a card. Raises NotAnAdvisersHalf, BadName, or BadRecipient for keys that cannot be used."""
    try:
        found = tomllib.loads(raw.decode()) if len(raw) <= _FILE_LIMIT else {}
    except (ValueError, RecursionError):  # not UTF-8, not TOML, too many digits, nested too deeply
        raise NotAnAdvisersHalf from None
    members = {name: value for name, value in found.items() if isinstance(value, str)}
    if set(found) != set(_MEMBERS) or set(members) != set(found):
        raise NotAnAdvisersHalf
    return _key_of(members)


def pasted_card(text: str) -> AdviserKey:
    """What stands in a card that was pasted into a form: broken lines, other quotation marks and what stands
    around it do no harm, for the ten words are over the key.

    Raises KeyPastedBadly, which says what is missing, BadName, BadRecipient.
    """
    plain = "".join(one for one in text[:_FILE_LIMIT] if unicodedata.category(one) != "Cf")
    found: dict[str, set[str]] = defaultdict(set)
    for name, value in _PAIR.findall(_CITED.sub("", plain)):
        found[name].add("".join(value.split()))
    for name in _MEMBERS:
        if len(found[name]) != 1:
            raise KeyPastedBadly(name, missing=not found[name])
    members = {name: found[name].pop() for name in _MEMBERS}
    if members["kind"] != "".join(_KIND.split()):
        raise KeyPastedBadly("kind")
    return _key_of(members | {"kind": _KIND}, KeyPastedBadly)


def looks_like_card(text: str) -> bool:
    """Whether somebody pasted a card there, whole or not."""
    return _KIND in text and "mlkem768" in text


def _key_of(members: Mapping[str, str], wrong: _Wrong = lambda name: NotAnAdvisersHalf()) -> AdviserKey:
    if members["kind"] != _KIND:
        raise wrong("kind")
    recipient = Recipient(
        _of_hex(members["x25519"], wrong("x25519")), _of_base64(members["mlkem768"], wrong("mlkem768"))
    )
    key = AdviserKey(check_name(members["name"]), recipient, _of_hex(members["ed25519"], wrong("ed25519")))
    _check_usable(key)
    return key


def _of_hex(digits: str, wrong: NotAnAdvisersHalf) -> bytes:
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        raise wrong from None
    if len(key) != X25519_LENGTH or key.hex() != digits:
        raise wrong
    return key


def _of_base64(text: str, wrong: NotAnAdvisersHalf) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:  # not base64, or not even ASCII
        raise wrong from None
    if len(key) != MLKEM_LENGTH:
        raise wrong
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

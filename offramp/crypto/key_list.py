"""The key list (FORMAT.md, 15.1): the public halves of an organizer's weekly opening keys, signed by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from struct import Struct
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.errors import KeyListForged, KeyListOfAnotherCampaign, NotAKeyList, UnsupportedVersion
from offramp.crypto.keyset import CAMPAIGN_ID, MLKEM_LENGTH, X25519_LENGTH, Recipient

VERSION: Final = 1
MAX_WEEKS: Final = 60
MAX_KEY_LIST: Final = 262_144
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")

_HEADER: Final = Struct(">16sB32s")  # magic, version, author
_SIGNATURE: Final = 64


@dataclass(frozen=True, slots=True)
class KeyList:
    """A key list whose signature was checked.

    `weeks` gives, for the Mondays with which weeks begin, the public halves of that week's opening key.
    """

    campaign: str
    name: str
    author: bytes  # the organizer's Ed25519 public key [32]
    day: date
    weeks: Mapping[date, Recipient]
    raw: bytes = field(repr=False, compare=False, default=b"")


def sign_key_list(
    seed: bytes, *, campaign: str, name: str, day: date, weeks: Mapping[date, Recipient]
) -> KeyList:
    """A new list, signed with the organizer's Ed25519 seed [32]. Raises NotAKeyList."""
    key = SigningKey(seed)
    made = KeyList(campaign, name, bytes(key.verify_key), day, dict(sorted(weeks.items())))
    signed = _HEADER.pack(labels.KEY_LIST, VERSION, made.author) + _canonical(made).encode()
    return read_key_list(signed + key.sign(signed).signature, campaign=campaign)


def read_key_list(raw: bytes, *, campaign: str) -> KeyList:
    """The list that `raw` says, after all checks of 15.1; who the author is, is for people to find out.

    Raises UnsupportedVersion or a KeyListError.
    """
    if not _HEADER.size + _SIGNATURE < len(raw) <= MAX_KEY_LIST or raw[:16] != labels.KEY_LIST:
        raise NotAKeyList
    _, version, author = _HEADER.unpack_from(raw)
    if version != VERSION:
        raise UnsupportedVersion
    if not crypto_core_ed25519_is_valid_point(author):
        raise NotAKeyList
    try:
        VerifyKey(author).verify(raw[:-_SIGNATURE], raw[-_SIGNATURE:])
    except BadSignatureError:
        raise KeyListForged from None
    text, parsed = parse_json(raw[_HEADER.size : -_SIGNATURE], NotAKeyList)
    found = _list_of(parsed, author, raw)
    _check(found)
    if _canonical(found) != text:
        raise NotAKeyList
    if found.campaign != campaign:
        raise KeyListOfAnotherCampaign
    return found


def _list_of(parsed: object, author: bytes, raw: bytes) -> KeyList:
    match parsed:
        case {"campaign": str(campaign), "name": str(name), "day": str(day), "weeks": list(weeks)}:
            return KeyList(campaign, name, author, _day(day), dict(map(_week_of, weeks)), raw)
    raise NotAKeyList


def _week_of(parsed: object) -> tuple[date, Recipient]:
    match parsed:
        case [str(week), str(x25519), str(mlkem)]:
            halves = bytes_of_hex(x25519, NotAKeyList), bytes_of_hex(mlkem, NotAKeyList)
            return _day(week), Recipient(*halves)
    raise NotAKeyList


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAKeyList from None


def _check(found: KeyList) -> None:
    weeks, keys = list(found.weeks), list(found.weeks.values())
    if (
        not CAMPAIGN_ID.fullmatch(found.campaign)
        or not NAME.fullmatch(found.name)
        or not 1 <= len(weeks) <= MAX_WEEKS
        or weeks != sorted(weeks)
        or any(week.weekday() != 0 for week in weeks)
        or any(len(one.x25519) != X25519_LENGTH or len(one.mlkem) != MLKEM_LENGTH for one in keys)
        or len({one.x25519 for one in keys}) != len(keys)
        or len({one.mlkem for one in keys}) != len(keys)
    ):
        raise NotAKeyList


def _canonical(found: KeyList) -> str:
    """The one spelling: compact JSON, the members in the order of 15.1."""
    return to_json(
        {
            "campaign": found.campaign,
            "name": found.name,
            "day": found.day.isoformat(),
            "weeks": [
                (week.isoformat(), one.x25519.hex(), one.mlkem.hex()) for week, one in found.weeks.items()
            ],
        }
    )

"""The team list (FORMAT.md, 13.1): who the organizers are, and the keys that they sign with.

The root signs one with each keyset, so that desks know whose decisions count. No server needs one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from struct import Struct
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.envelope import MAX_SLOTS
from offramp.crypto.errors import (
    NotATeamList,
    TeamListForged,
    TeamListOfAnotherCampaign,
    UnsupportedVersion,
)
from offramp.crypto.keyset import CAMPAIGN_ID, X25519_LENGTH

VERSION: Final = 1
MAX_TEAM_LIST: Final = 16_384
ED25519_LENGTH: Final = 32

_HEADER: Final = Struct(">16sB")  # magic, version
_SIGNATURE: Final = 64
_MAX_SEQUENCE: Final = 2**32 - 1
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Member:
    """An organizer: a name that the team knows them by, and the public halves of their two keys."""

    name: str
    ed25519: bytes  # [32], signs
    x25519: bytes  # [32], stands in the keyset


@dataclass(frozen=True, slots=True)
class TeamList:
    """A team list whose signature was checked."""

    campaign: str
    sequence: int
    """That of the keyset with which it was signed."""
    day: date
    """The day on which it was signed."""
    members: tuple[Member, ...]
    """By name, in ascending order of characters."""
    raw: bytes = field(repr=False, compare=False, default=b"")


def sign_team_list(
    root_seed: bytes, *, campaign: str, sequence: int, day: date, members: Sequence[Member]
) -> TeamList:
    """A new list, signed with the root's Ed25519 seed [32]. Raises NotATeamList."""
    root = SigningKey(root_seed)
    made = TeamList(campaign, sequence, day, tuple(sorted(members, key=lambda one: one.name)))
    signed = _HEADER.pack(labels.TEAM, VERSION) + _canonical(made).encode()
    return read_team_list(
        signed + root.sign(signed).signature, root=bytes(root.verify_key), campaign=campaign
    )


def read_team_list(raw: bytes, *, root: bytes, campaign: str) -> TeamList:
    """The list that `raw` says, after all checks of 13.1; `root` is the campaign's Ed25519 public key [32].

    Raises UnsupportedVersion or a TeamListError.
    """
    if not _HEADER.size + _SIGNATURE < len(raw) <= MAX_TEAM_LIST or raw[:16] != labels.TEAM:
        raise NotATeamList
    if raw[16] != VERSION:
        raise UnsupportedVersion
    signed, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    try:
        VerifyKey(root).verify(signed, signature)
    except BadSignatureError:
        raise TeamListForged from None
    text, parsed = parse_json(signed[_HEADER.size :], NotATeamList)
    found = _list_of(parsed, raw)
    _check(found)
    if _canonical(found) != text:
        raise NotATeamList
    if found.campaign != campaign:
        raise TeamListOfAnotherCampaign
    return found


def _list_of(parsed: object, raw: bytes) -> TeamList:
    match parsed:
        case {
            "campaign": str(campaign),
            "sequence": int(sequence),
            "day": str(day),
            "members": list(members),
        }:
            return TeamList(campaign, sequence, _day(day), tuple(map(_member_of, members)), raw)
    raise NotATeamList


def _member_of(parsed: object) -> Member:
    match parsed:
        case [str(name), str(ed25519), str(x25519)]:
            return Member(name, bytes_of_hex(ed25519, NotATeamList), bytes_of_hex(x25519, NotATeamList))
    raise NotATeamList


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotATeamList from None


def _check(found: TeamList) -> None:
    names = [one.name for one in found.members]
    if (
        not CAMPAIGN_ID.fullmatch(found.campaign)
        or isinstance(found.sequence, bool)
        or not 1 <= found.sequence <= _MAX_SEQUENCE
        or not 1 <= len(names) <= MAX_SLOTS
        or names != sorted(names)
        or not all(map(_NAME.fullmatch, names))
        or not all(map(_is_usable, found.members))
        or not _all_differ([name.lower() for name in names])
        or not _all_differ([one.ed25519 for one in found.members])
        or not _all_differ([one.x25519 for one in found.members])
    ):
        raise NotATeamList


def _is_usable(member: Member) -> bool:
    """Under a key of low order, a signature that somebody made up could hold."""
    return (
        len(member.ed25519) == ED25519_LENGTH
        and len(member.x25519) == X25519_LENGTH
        and crypto_core_ed25519_is_valid_point(member.ed25519)
    )


def _all_differ(values: Sequence[object]) -> bool:
    return len(set(values)) == len(values)


def _canonical(found: TeamList) -> str:
    """The one spelling: compact JSON, the members in the order of 13.1."""
    return to_json(
        {
            "campaign": found.campaign,
            "sequence": found.sequence,
            "day": found.day.isoformat(),
            "members": [(one.name, one.ed25519.hex(), one.x25519.hex()) for one in found.members],
        }
    )

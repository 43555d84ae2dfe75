"""Signed events (FORMAT.md, 13): what an organizer decided, for every desk of the team to see."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from struct import Struct
from typing import Final, cast

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.errors import (
    EventForged,
    EventFromStranger,
    EventMalformed,
    EventOfAnotherCampaign,
    UnsupportedVersion,
)
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import CAMPAIGN_ID

VERSION: Final = 1
ID_LENGTH: Final = 16
MAX_EVENT: Final = 4_000_000
MAX_NUMBER: Final = 2**32 - 1
MAX_WHOLE: Final = 2**53 - 1
"""The largest whole number in a value."""
MAX_DEPTH: Final = 8
"""How many lists and objects may stand within each other in a value."""

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
# magic, version, author
_HEADER: Final = Struct(">16sB32s")
_SIGNATURE: Final = 64

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a subject gets a value, in place of what the events `after` had given it.

    `subject` [16] is a case, an adviser or the team; `after` are ids [16] of events, in ascending order.
    """

    subject: bytes
    field: str
    value: Json
    after: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What one organizer decided at once: changes that belong together.

    `number` counts an author's events from 1, and `previous` [16] is the id of the one before (zeros for the
    first), so that a desk knows when one is missing.
    """

    campaign: str
    author: bytes  # Ed25519 public key [32]
    number: int
    previous: bytes
    day: date
    changes: tuple[Change, ...]
    raw: bytes = field(repr=False, compare=False, default=b"")
    """The signed bytes."""

    id: bytes = field(init=False, compare=False)
    """16 bytes by which other events name this one (13.2). The signature has no part in it."""

    def __post_init__(self) -> None:
        name = labelled_hash(labels.EVENT_ID, self.raw[:-_SIGNATURE])[:ID_LENGTH]
        object.__setattr__(self, "id", name)


def sign_event(
    seed: bytes, *, campaign: str, number: int, previous: bytes, day: date, changes: tuple[Change, ...]
) -> Event:
    """A new event, signed with an Ed25519 seed [32]. Raises EventMalformed."""
    key = SigningKey(seed)
    event = Event(campaign, bytes(key.verify_key), number, previous, day, changes)
    _check(event)
    try:
        text = _canonical(event).encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise EventMalformed from None
    signed = _HEADER.pack(labels.EVENT, VERSION, event.author) + text
    return read_event(signed + key.sign(signed).signature)


def verify_event(raw: bytes, *, campaign: str, is_member: Callable[[bytes, date | None], bool]) -> Event:
    """The event that `raw` says, after all checks of 13.3 but whether it is known already.

    `is_member` tells whether a public key [32] is that of an organizer on a day, or on any day.
    Raises UnsupportedVersion, EventMalformed, EventFromStranger, EventForged, EventOfAnotherCampaign.
    """
    # Strangers cost no signature: anyone can send a letter full of these.
    if not is_member(_author(raw), None):
        raise EventFromStranger
    event = read_event(raw)
    if event.campaign != campaign:
        raise EventOfAnotherCampaign
    if not is_member(event.author, event.day):
        raise EventFromStranger
    return event


def read_event(raw: bytes) -> Event:
    """The event that `raw` says, its signature checked. Raises UnsupportedVersion, EventMalformed, EventForged.

    Who the author is, and whether they are of the team, is for the caller to find out.
    """
    author = _author(raw)
    try:
        VerifyKey(author).verify(raw[:-_SIGNATURE], raw[-_SIGNATURE:])
    except (BadSignatureError, ValueError):
        raise EventForged from None
    text, parsed = parse_json(raw[_HEADER.size : -_SIGNATURE], EventMalformed)
    event = _event_of(parsed, author, raw)
    _check(event)
    if _canonical(event) != text:
        raise EventMalformed
    return event


def kept_event(raw: bytes) -> Event:
    """An event out of the vault, whose seal proves that it is what was verified before it was kept.

    Raises EventMalformed. Checking ten thousand signatures anew would take a second at each unlocking.
    """
    _, parsed = parse_json(raw[_HEADER.size : -_SIGNATURE], EventMalformed)
    return _event_of(parsed, _author(raw), raw)


def _author(raw: bytes) -> bytes:
    """13.3, steps 1 and 2."""
    if not _HEADER.size + _SIGNATURE < len(raw) <= MAX_EVENT or raw[:16] != labels.EVENT:
        raise EventMalformed
    _, version, author = _HEADER.unpack_from(raw)
    if version != VERSION:
        raise UnsupportedVersion
    return bytes(author)


def _event_of(parsed: object, author: bytes, raw: bytes) -> Event:
    match parsed:
        case {
            "campaign": str(campaign),
            "number": int(number),
            "previous": str(previous),
            "day": str(day),
            "changes": list(changes),
        }:
            return Event(
                campaign,
                author,
                number,
                bytes_of_hex(previous, EventMalformed),
                _day(day),
                tuple(_change_of(change) for change in changes),
                raw,
            )
    raise EventMalformed


def _change_of(parsed: object) -> Change:
    match parsed:
        case [str(subject), str(name), value, list(after)] if all(isinstance(one, str) for one in after):
            ids = tuple(bytes_of_hex(one, EventMalformed) for one in after)
            return Change(bytes_of_hex(subject, EventMalformed), name, cast("Json", value), ids)
    raise EventMalformed


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise EventMalformed from None


def _check(event: Event) -> None:
    places = [(change.subject, change.field) for change in event.changes]
    if (
        not CAMPAIGN_ID.fullmatch(event.campaign)
        or isinstance(event.number, bool)
        or not 1 <= event.number <= MAX_NUMBER
        or len(event.previous) != ID_LENGTH
        or not places
        or len(set(places)) != len(places)
        or not all(len(one.subject) == 16 and _FIELD.fullmatch(one.field) for one in event.changes)
        or not all(_ascending(one.after) and _spellable(one.value) for one in event.changes)
    ):
        raise EventMalformed


def _ascending(ids: tuple[bytes, ...]) -> bool:
    return all(len(one) == ID_LENGTH for one in ids) and list(ids) == sorted(set(ids))


def _spellable(value: object, depth: int = MAX_DEPTH) -> bool:
    """Whether everybody can read it, and spells it in the same way: fractions and huge numbers they do not."""
    match value:
        case None | bool() | str():
            return True
        case int():
            return 0 <= value <= MAX_WHOLE
        case list():
            return depth > 0 and all(_spellable(one, depth - 1) for one in value)
        case dict():
            named = all(isinstance(name, str) for name in value)
            return named and depth > 0 and all(_spellable(one, depth - 1) for one in value.values())
        case _:
            return False


def _canonical(event: Event) -> str:
    """The one spelling: compact JSON, the members in the order of section 13."""
    return to_json(
        {
            "campaign": event.campaign,
            "number": event.number,
            "previous": event.previous.hex(),
            "day": event.day.isoformat(),
            "changes": [
                (one.subject.hex(), one.field, one.value, [name.hex() for name in one.after])
                for one in event.changes
            ],
        }
    )

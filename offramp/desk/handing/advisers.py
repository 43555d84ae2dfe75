"""Advisers as the team knows them: whether somebody spoke with them, and the key whose words were compared."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from offramp.crypto.event import Event, Json
from offramp.crypto.keyset import Recipient
from offramp.crypto.words import fingerprint_words
from offramp.desk.desk import Decision
from offramp.desk.handing.errors import (
    AdviserKeysDiffer,
    AdviserNotEnrolled,
    KeyEnrolledAlready,
    NoSuchAdviser,
    NotVetted,
    SeveralAdvisers,
)

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

VETTING: Final = "vetting"
ADVISER_KEY: Final = "adviser_key"
PROFILE: Final = "profile"
"""Fields of an adviser."""

Vetting = Literal["none", "asked", "vetted", "declined"]
VETTINGS: Final[tuple[Vetting, ...]] = get_args(Vetting)


@dataclass(frozen=True, slots=True)
class AdviserKey:
    """The public halves of an adviser's key, and the name that they gave with it."""

    name: str
    recipient: Recipient
    ed25519: bytes  # [32]

    @property
    def words(self) -> str:
        """The ten words that are read over a call (FORMAT.md, 14.1)."""
        return fingerprint_words(self.name, self.ed25519, self.recipient.x25519, self.recipient.mlkem)

    def to_value(self) -> Json:
        """How an event says it."""
        return {
            "name": self.name,
            "x25519": self.recipient.x25519.hex(),
            "mlkem768": base64.b64encode(self.recipient.mlkem).decode(),
            "ed25519": self.ed25519.hex(),
        }

    @classmethod
    def from_value(cls, value: Json) -> AdviserKey | None:
        """None for a key that was ended, and for what is no key."""
        match value:
            case {"name": str(name), "x25519": str(x25519), "mlkem768": str(mlkem), "ed25519": str(ed25519)}:
                try:
                    recipient = Recipient(bytes.fromhex(x25519), base64.b64decode(mlkem, validate=True))
                    return cls(name, recipient, bytes.fromhex(ed25519))
                except ValueError:  # base64's error is one too
                    return None
        return None


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody who offered help, as far as the team has come with them."""

    id: bytes  # [16]: the case of their offer, or an id of its own
    name: str
    vetting: Vetting
    vetting_differs: bool
    """Organizers decided differently, without knowing of each other."""
    keys: tuple[AdviserKey, ...]
    """The enrolled key; more than one only where two organizers enrolled different ones."""

    @property
    def is_vetted(self) -> bool:
        return self.vetting == "vetted" and not self.vetting_differs

    @property
    def may_be_handed(self) -> bool:
        """Whether anything can be handed to them."""
        return self.is_vetted and len(self.keys) == 1

    def key(self) -> AdviserKey:
        """What to seal to. Raises NotVetted, AdviserNotEnrolled or AdviserKeysDiffer."""
        if not self.is_vetted:
            raise NotVetted
        if not self.keys:
            raise AdviserNotEnrolled
        if len(self.keys) > 1:
            raise AdviserKeysDiffer
        return self.keys[0]


def advisers(desk: Desk) -> list[Adviser]:
    """Everybody about whom the team decided anything as an adviser, by name; mere offers are not among them."""
    known = (one for one in desk.state.subjects() if desk.state.fields(one) & {VETTING, ADVISER_KEY, PROFILE})
    return sorted((adviser(desk, one) for one in known), key=lambda one: (one.name.lower(), one.id))


def adviser(desk: Desk, adviser_id: bytes) -> Adviser:
    """What is known of the adviser with this id [16], an offer's or another. Raises NoSuchAdviser."""
    fields = desk.state.fields(adviser_id)
    case = desk.cases.get(adviser_id)
    if not fields & {VETTING, ADVISER_KEY, PROFILE} and (case is None or case.kind != "offer"):
        raise NoSuchAdviser
    heads = desk.state.heads(adviser_id, VETTING)
    found = [_vetting(head.value) for head in heads]
    return Adviser(
        adviser_id,
        adviser_name(desk, adviser_id),
        found[-1] if found else "none",
        len(set(found)) > 1,
        tuple(_keys(desk, adviser_id)),
    )


def adviser_name(desk: Desk, adviser_id: bytes) -> str:
    """What to call somebody: the name that came with their key, or the profile's, or the beginning of the id."""
    for field in (ADVISER_KEY, PROFILE):
        for head in reversed(desk.state.heads(adviser_id, field)):
            if isinstance(head.value, dict) and isinstance(name := head.value.get("name"), str) and name:
                return name
    return f"offer {adviser_id.hex()[:8]}"


def find_adviser(desk: Desk, text: str) -> Adviser:
    """By name, or by the beginning of the id in hexadecimal. Raises NoSuchAdviser or SeveralAdvisers."""
    known = advisers(desk)
    found = {one.id for one in known if one.name.lower() == text.lower()}
    if not found and len(text) >= 4:
        offers = (case.id for case in desk.cases.values() if case.kind == "offer")
        ids = {*(one.id for one in known), *offers}
        found = {one for one in ids if one.hex().startswith(text.lower())}
    if len(found) > 1:
        raise SeveralAdvisers
    for one in found:
        return adviser(desk, one)
    raise NoSuchAdviser


def add_adviser(desk: Desk, name: str, profile: dict[str, Json] | None = None) -> bytes:
    """Somebody who wrote no offer here; their new id [16]. `profile` is what MATCHING asks of an offer."""
    adviser_id = secrets.token_bytes(16)
    empty: dict[str, Json] = {"skills": [], "languages": [], "regions": [], "hours": None}
    desk.decide(Decision(adviser_id, PROFILE, {"name": name, **empty, **(profile or {})}))
    return adviser_id


def vet(desk: Desk, adviser_id: bytes, vetting: Vetting) -> Event:
    """Say how far the team is with somebody. Raises NoSuchAdviser."""
    adviser(desk, adviser_id)
    return desk.decide(Decision(adviser_id, VETTING, {"is": vetting}))


def enroll(desk: Desk, adviser_id: bytes, key: AdviserKey) -> Event:
    """Let hand-offs be sealed to this key; its words were compared before, over a call.

    What was handed over to another key of theirs is ended. Raises NoSuchAdviser, NotVetted, KeyEnrolledAlready.
    """
    one = adviser(desk, adviser_id)
    if not one.is_vetted:
        raise NotVetted
    _check_new(desk, one, key)
    return desk.decide(Decision(adviser_id, ADVISER_KEY, key.to_value()), *_endings(desk, adviser_id))


def end_adviser(desk: Desk, adviser_id: bytes) -> Event:
    """Take back an adviser's key, and end what was handed to them. Raises NoSuchAdviser, AdviserNotEnrolled."""
    if not adviser(desk, adviser_id).keys:
        raise AdviserNotEnrolled
    return desk.decide(Decision(adviser_id, ADVISER_KEY, None), *_endings(desk, adviser_id))


def _endings(desk: Desk, adviser_id: bytes) -> list[Decision]:
    from offramp.desk.handing.handing_over import endings  # which itself asks for advisers

    return endings(desk, adviser_id)


def _check_new(desk: Desk, one: Adviser, key: AdviserKey) -> None:
    """Nobody is two advisers; but where two keys of one differ, either can be enrolled again."""
    others = [other for other in advisers(desk) if other.id != one.id or len(other.keys) == 1]
    taken = {half for other in others for known in other.keys for half in _halves(known)}
    if taken & _halves(key):
        raise KeyEnrolledAlready


def _halves(key: AdviserKey) -> set[bytes]:
    return {key.recipient.x25519, key.recipient.mlkem, key.ed25519}


def _keys(desk: Desk, adviser_id: bytes) -> Iterator[AdviserKey]:
    """The keys that nobody replaced, each once; none where one of two organizers ended it."""
    keys = [AdviserKey.from_value(head.value) for head in desk.state.heads(adviser_id, ADVISER_KEY)]
    if all(keys):
        yield from dict.fromkeys(key for key in keys if key)


def _vetting(value: Json) -> Vetting:
    found = value.get("is") if isinstance(value, dict) else None
    return next((one for one in VETTINGS if one == found), "none")

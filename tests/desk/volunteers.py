"""Requests and offers that stand at a desk as if they had been imported, made quickly and by the thousand."""

from __future__ import annotations

import secrets
from datetime import date

from offramp.crypto.event import Json
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.cases.case import LETTER, KeptLetter
from offramp.desk.desk import Decision, Desk
from offramp.desk.handing.advisers import VETTING, AdviserKey, Vetting, enroll
from offramp.desk.vault.vault import Record

Fields = dict[str, str | list[str]]


def request(desk: Desk, fields: Fields, *, arrived: date | None = None) -> bytes:
    """A request with these fields of the form, on the disk; its id [16]."""
    return _taken_in(desk, "help", _typed("I would like to leave.") | fields, arrived)


def offer(desk: Desk, fields: Fields, *, vetted: bool = False, arrived: date | None = None) -> bytes:
    """An offer, and whether its writer has been vetted."""
    known = _typed("I would like to help.") | {"contact": "me@example.org"}
    adviser = _taken_in(desk, "offer", known | fields, arrived)
    if vetted:
        vet(desk, adviser)
    return adviser


def vet(desk: Desk, adviser: bytes, vetting: Vetting = "vetted") -> None:
    desk.decide(Decision(adviser, VETTING, {"is": vetting}))


def enrolled(desk: Desk, adviser: bytes, name: str) -> None:
    enroll(desk, adviser, AdviserKey(name, OpeningKey.generate().public, secrets.token_bytes(32)))


def hand(desk: Desk, case: bytes, adviser: bytes, *, last_day: date, ended: date | None = None) -> None:
    """What a hand-off leaves behind in the team's state."""
    value: Json = {
        "id": secrets.token_hex(16),
        "adviser": adviser.hex(),
        "day": days.today().isoformat(),
        "last_day": last_day.isoformat(),
        "parts": ["message"],
        "ended": ended.isoformat() if ended else None,
    }
    desk.decide(Decision(case, "hand_off", value, adds=True))


def _typed(message: str) -> Fields:
    """No two people write the same; what is the same word for word is taken for a retry."""
    return {"message": f"{message} ({secrets.token_hex(4)})"}


def _taken_in(desk: Desk, purpose: str, fields: Fields, arrived: date | None) -> bytes:
    letter = KeptLetter(
        secrets.token_bytes(16),
        purpose,
        bytes(32),
        None,
        None,
        tuple((name, *([values] if isinstance(values, str) else values)) for name, values in fields.items()),
        (),
        arrived or days.today(),
    )
    desk.keep(Record(letter.case_id, LETTER, letter.id, letter.to_bytes()))
    return letter.case_id

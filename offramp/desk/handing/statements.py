"""What exactly goes over: the chosen parts, in the words that were chosen for them, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from offramp.crypto.envelope import smallest_class
from offramp.crypto.handoff import LONGEST, Statement, seal_hand_off, sign_statement
from offramp.crypto.letter import Attachment
from offramp.desk import days
from offramp.desk.cases.merging import main_of
from offramp.desk.handing.advisers import AdviserKey, adviser
from offramp.desk.handing.errors import (
    BadEndDate,
    HandOffTooLarge,
    NoSuchPart,
    NotARequest,
    NothingChosen,
    PartEmpty,
)
from offramp.desk.handing.parts import Part, part_bytes, parts_of
from offramp.desk.schedule import to_come

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

USUAL_DAYS: Final = 30
"""For how long a hand-off is open where nobody says otherwise."""


def would_go(
    desk: Desk,
    case_id: bytes,
    adviser_id: bytes,
    parts: Collection[str],
    last_day: date | None = None,
    wording: Mapping[str, str] | None = None,
) -> Statement:
    """What `hand_over` would seal, but for the id of the hand-off: to be looked at before. Raises the same."""
    statement, _ = statement_for(desk, case_id, adviser_id, parts, last_day, wording or {})
    sealed_to(signed_statement(statement, desk), adviser(desk, adviser_id).key())  # whether it is too large
    return statement


def statement_for(
    desk: Desk,
    case_id: bytes,
    adviser_id: bytes,
    parts: Collection[str],
    last_day: date | None,
    wording: Mapping[str, str],
) -> tuple[Statement, tuple[str, ...]]:
    """What goes over, and the names of the parts. Raises what `hand_over` does."""
    today, main = days.today(), main_of(desk, case_id)
    if main not in desk.cases or desk.cases[main].kind != "request":
        raise NotARequest
    key = adviser(desk, adviser_id).key()
    last_day = today + timedelta(days=USUAL_DAYS) if last_day is None else last_day
    if not today <= last_day <= today + LONGEST:
        raise BadEndDate
    chosen = [_reworded(one, wording) for one in _chosen(desk, main, parts)]
    return _statement(desk, main, key, chosen, last_day), tuple(one.name for one in chosen)


def _chosen(desk: Desk, case_id: bytes, names: Collection[str]) -> list[Part]:
    known = parts_of(desk, case_id)
    if not names:
        raise NothingChosen
    if not set(names) <= {one.name for one in known}:
        raise NoSuchPart
    return [one for one in known if one.name in names]


def _reworded(part: Part, wording: Mapping[str, str]) -> Part:
    if part.name not in wording or part.file is not None:
        return part
    if not wording[part.name].strip():
        raise PartEmpty
    return replace(part, text=wording[part.name].strip())


def _statement(desk: Desk, case_id: bytes, key: AdviserKey, parts: list[Part], last_day: date) -> Statement:
    texts = tuple((one.heading, one.text) for one in parts if one.file is None)
    # Numbered anew: a gap would tell that there are more.
    files = tuple(
        Attachment(
            f"file-{number}.{one.file.shown_as.rpartition('.')[2]}", part_bytes(desk, case_id, one.name)
        )
        for number, one in enumerate((one for one in parts if one.file is not None), start=1)
        if one.file is not None
    )
    return Statement(
        desk.campaign.id,
        secrets.token_bytes(16),
        desk.me.public,
        key.ed25519,
        days.today(),
        last_day,
        texts,
        files,
        tuple(_keysets(desk, last_day)),
    )


def _keysets(desk: Desk, last_day: date) -> Iterator[bytes]:
    """Those of the weeks until the end, so that the adviser needs no newer copy of the campaign meanwhile."""
    end = datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(days=1)
    for keyset in to_come(desk.keysets, days.now(), end.timestamp()):
        yield keyset.raw


def signed_statement(statement: Statement, desk: Desk) -> bytes:
    """Signed; with the keysets of fewer weeks where a large file leaves them no room."""
    while True:
        signed = sign_statement(statement, desk.me.seed)
        if smallest_class(len(signed)) is not None or not statement.keysets:
            return signed
        statement = replace(statement, keysets=statement.keysets[:-1])


def sealed_to(signed: bytes, key: AdviserKey) -> bytes:
    """The file for an adviser. Raises HandOffTooLarge."""
    if smallest_class(len(signed)) is None:
        raise HandOffTooLarge
    return seal_hand_off(signed, key.recipient)

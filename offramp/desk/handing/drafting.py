"""An adviser writes a draft, and seals it to the organizers, in the vault and as a file to carry or send."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from offramp.crypto.bundle import HEADER, frame
from offramp.crypto.draft import Draft, letter_of, sign_draft
from offramp.crypto.errors import KeysetError, UnsupportedVersion
from offramp.crypto.handoff import Statement
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.letter import Attachment
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.answers.composing import check_files, check_text
from offramp.desk.errors import NoKeysets
from offramp.desk.handing.errors import NothingDrafted
from offramp.desk.handing.handed import what_was_handed
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

UNFINISHED: Final = "handed_text"
WRITTEN: Final = "handed_draft"
"""Kinds of records in a hand-off's room: what is being written, and what was sealed (its text, not its files)."""


@dataclass(frozen=True, slots=True)
class WrittenDraft:
    """What an adviser sealed, as their own desk remembers it until the last day."""

    id: bytes  # [16]
    day: date
    text: str
    files: tuple[str, ...]


def save_unfinished(desk: Desk, hand_off_id: bytes, text: str) -> None:
    """Keep what is being written, in place of what was kept. Raises NoSuchHandOff, TextTooLong, VaultFull."""
    what_was_handed(desk, hand_off_id)
    if text:
        desk.keep(Record(hand_off_id, UNFINISHED, b"", check_text(text).encode()))
    else:
        desk.drop(hand_off_id, UNFINISHED, b"")


def unfinished(desk: Desk, hand_off_id: bytes) -> str:
    """What was kept, or ""."""
    return desk.small[UNFINISHED].get((hand_off_id, b""), b"").decode()


def write_draft(desk: Desk, hand_off_id: bytes, text: str, files: Sequence[Attachment] = ()) -> bytes:
    """Sign a draft and seal it to the organizers: a bundle's bytes, for a stick or for `offramp send`.

    Raises NoSuchHandOff, NothingDrafted, TextTooLong, FilesTooLarge and others of `check_files`, NoKeysets, VaultFull.
    """
    statement = what_was_handed(desk, hand_off_id)
    text = check_text(text).strip()
    if not text and not files:
        raise NothingDrafted
    check_files(files)
    draft = sign_draft(
        desk.me.seed,
        campaign=desk.campaign.id,
        hand_off=hand_off_id,
        day=days.today(),
        text=text,
        files=tuple(files),
    )
    keyset = _keyset(desk, statement)
    envelope = seal(letter_of(draft, keyset.id), keyset)
    desk.keep(Record(hand_off_id, WRITTEN, draft.id, _remembered(draft)))
    desk.drop(hand_off_id, UNFINISHED, b"")
    return HEADER + frame(envelope)


def written_drafts(desk: Desk, hand_off_id: bytes) -> list[WrittenDraft]:
    """What was sealed for this hand-off, oldest first."""
    kept = desk.small[WRITTEN].items()
    found = [_written(name, raw) for (room, name), raw in kept if room == hand_off_id]
    return sorted(found, key=lambda one: (one.day, one.id))


def _keyset(desk: Desk, statement: Statement) -> Keyset:
    """The newest that is valid now; else the newest of all, which can still be carried. Raises NoKeysets."""
    known = {one.id: one for one in (*desk.keysets, *_keysets_in(desk, statement))}
    if not known:
        raise NoKeysets(
            "There is no keyset here to seal to. Ask the organizers for a newer copy of the campaign."
        )
    now = time.time()
    begun = [one for one in known.values() if one.valid_from <= now] or list(known.values())
    valid = [one for one in begun if now < one.valid_until] or begun
    return max(valid, key=lambda one: one.sequence)


def _keysets_in(desk: Desk, statement: Statement) -> list[Keyset]:
    """Those that came with the hand-off. The organizer signed them, but only the root says who can open."""
    found = []
    for raw in statement.keysets:
        try:
            found.append(read_keyset(raw, root=desk.root, campaign=desk.campaign.id))
        except (KeysetError, UnsupportedVersion):
            continue
    return found


def _remembered(draft: Draft) -> bytes:
    said = [draft.day.isoformat(), draft.text, [one.name for one in draft.files]]
    return json.dumps(said, ensure_ascii=False).encode()


def _written(name: bytes, raw: bytes) -> WrittenDraft:
    try:
        found: list[Any] = json.loads(raw)
        day, text, files = found
        return WrittenDraft(name, date.fromisoformat(day), text, tuple(files))
    except (ValueError, TypeError):
        raise VaultDamaged from None

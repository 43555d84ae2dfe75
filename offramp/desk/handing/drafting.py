"""An adviser writes a draft, and seals it to the organizers, in the vault and as a file to carry or send."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from offramp.crypto.bundle import HEADER, frame
from offramp.crypto.draft import Draft, letter_of, read_draft, sign_draft
from offramp.crypto.errors import KeysetError, UnsupportedVersion
from offramp.crypto.handoff import Statement
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.letter import Attachment
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.answers.composing import check_files, check_text
from offramp.desk.handing.errors import NothingDrafted, NothingInForce, NothingWritten
from offramp.desk.handing.handed import what_was_handed
from offramp.desk.schedule import about_now
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

UNFINISHED: Final = "handed_text"
WRITTEN: Final = "handed_draft"
SIGNED: Final = "handed_signed"
"""Kinds of records in a hand-off's room: what is being written, what of a draft is shown in a list, and all of it
as it was signed (large), so that it can be sealed again when keys have changed."""


@dataclass(frozen=True, slots=True)
class WrittenDraft:
    """What an adviser sealed, as their own desk remembers it until the last day."""

    id: bytes  # [16]
    number: int
    """From 1 on, in the order in which they were written."""
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

    Raises NoSuchHandOff, NothingDrafted, TextTooLong, FilesTooLarge and others of `check_files`, NothingInForce,
    VaultFull; the text is kept where it could not be sealed.
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
    try:
        sealed = _sealed(desk, draft, statement)
    except NothingInForce:
        save_unfinished(desk, hand_off_id, text)
        raise
    _keep(desk, draft)
    desk.drop(hand_off_id, UNFINISHED, b"")
    return sealed


def seal_again(desk: Desk, hand_off_id: bytes, draft_id: bytes | None = None) -> bytes:
    """The draft with this id [16], or the last one, as it was written, sealed to the keyset that is in force now.

    Raises NoSuchHandOff, NothingWritten, NothingInForce, VaultDamaged.
    """
    statement = what_was_handed(desk, hand_off_id)
    written = written_drafts(desk, hand_off_id)
    one = next((one for one in reversed(written) if draft_id in (None, one.id)), None)
    signed = desk.vault.get(hand_off_id, SIGNED, one.id) if one else None
    if signed is None:
        raise NothingWritten
    return _sealed(desk, read_draft(signed), statement)


def written_drafts(desk: Desk, hand_off_id: bytes) -> list[WrittenDraft]:
    """What was sealed for this hand-off, oldest first."""
    kept = desk.small[WRITTEN].items()
    found = [_written(name, raw) for (room, name), raw in kept if room == hand_off_id]
    return sorted(found, key=lambda one: one.number)


def keyset_for(desk: Desk, hand_off_id: bytes) -> Keyset:
    """The keyset to which a draft is sealed now. Raises NoSuchHandOff, NothingInForce."""
    return _keyset(desk, what_was_handed(desk, hand_off_id))


def _keyset(desk: Desk, statement: Statement) -> Keyset:
    raw = (*(one.raw for one in desk.keysets), *statement.keysets)
    keyset = about_now(list(_signed_by_root(desk, raw)), days.now())
    if keyset is None:
        raise NothingInForce
    return keyset


def _sealed(desk: Desk, draft: Draft, statement: Statement) -> bytes:
    keyset = _keyset(desk, statement)
    return HEADER + frame(seal(letter_of(draft, keyset.id), keyset))


def _signed_by_root(desk: Desk, keysets: Iterable[bytes]) -> Iterator[Keyset]:
    """Nothing is sealed to what another signed: the organizer who handed over, or a former root key."""
    for raw in dict.fromkeys(keysets):
        with contextlib.suppress(KeysetError, UnsupportedVersion):
            yield read_keyset(raw, root=desk.root, campaign=desk.campaign.id)


def _keep(desk: Desk, draft: Draft) -> None:
    number = 1 + max((one.number for one in written_drafts(desk, draft.hand_off)), default=0)
    small = Record(draft.hand_off, WRITTEN, draft.id, _remembered(draft, number))
    with desk.vault.writing() as writing:
        writing.put(Record(draft.hand_off, SIGNED, draft.id, draft.raw), large=True)
        writing.put(small)
    desk.take(small)


def _remembered(draft: Draft, number: int) -> bytes:
    said = [number, draft.day.isoformat(), draft.text, [one.name for one in draft.files]]
    return json.dumps(said, ensure_ascii=False).encode()


def _written(name: bytes, raw: bytes) -> WrittenDraft:
    try:
        found: list[Any] = json.loads(raw)
        number, day, text, files = found
        return WrittenDraft(name, number, date.fromisoformat(day), text, tuple(files))
    except (ValueError, TypeError):
        raise VaultDamaged from None

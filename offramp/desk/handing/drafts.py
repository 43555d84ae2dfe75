"""Drafts that advisers sent back: taken in, shown beside the case, and used or dismissed.

A draft can come before the event that says what was handed over, for the two travel apart. It waits in the
house then, a few at a time, and is looked at again when something new came in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from offramp.crypto.draft import Draft, draft_in, read_draft
from offramp.crypto.errors import DraftMalformed
from offramp.crypto.event import Event, Json
from offramp.crypto.letter import Attachment, Letter
from offramp.desk import days
from offramp.desk.answers.unfinished import draft_text, save_text
from offramp.desk.cases.case import KeptFile
from offramp.desk.cases.merging import members_of
from offramp.desk.desk import Decision
from offramp.desk.handing.advisers import adviser
from offramp.desk.handing.errors import (
    DraftAfterEnd,
    DraftByAnother,
    DraftForNoHandOff,
    DraftOfAnotherCampaign,
    DraftReplayed,
    DraftTooLate,
    HandingError,
    NoSuchDraft,
    NoSuchHandOff,
)
from offramp.desk.handing.handing_over import HandOff, find_hand_off
from offramp.desk.team.chains import FORGOTTEN
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import HOUSE, Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

DRAFT: Final = "draft"
DRAFT_FILE: Final = "draft_file"
WAITING: Final = "draft_early"
"""Kinds of records: what a draft says, under its id; its files' bytes (large), under the id and a number as u16;
and, in the house, the raw bytes (large) of one whose hand-off is not known here yet."""
WAITING_SINCE: Final = "draft_early_since"

DRAFT_DONE: Final = "draft_done"
"""The field of a case that collects which drafts were used or dismissed."""

ON_ITS_WAY: Final = timedelta(days=7)
"""How long after the last day a draft may still come: a courier may fetch once a week."""
MOST_FILES: Final = 200
MOST_WAITING: Final = 64
"""Anybody can send the like, so they must not fill the disk."""

Done = Literal["used", "dismissed"]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft in the vault: what it says, without the bytes of its files."""

    id: bytes  # [16]
    case: bytes  # [16]
    hand_off: bytes  # [16]
    adviser: bytes  # [16]
    day: date
    text: str
    files: tuple[KeptFile, ...]
    arrived: date
    done: Done | None = None
    """What an organizer did with it; None while nobody did anything."""


def receive_draft(desk: Desk, letter: Letter) -> KeptDraft | None:
    """Take in a draft from a letter that carries one; None where it waits for what it answers to be known.

    When this returns, it is on the disk. Raises DraftMalformed, DraftForged, UnsupportedVersion,
    DraftOfAnotherCampaign, DraftReplayed, DraftByAnother, DraftAfterEnd, DraftTooLate, VaultFull, and
    DraftForNoHandOff where too many wait already: that one is to be read again later.
    """
    draft = draft_in(letter)
    if len(draft.files) > MOST_FILES:
        raise DraftMalformed
    if draft.campaign != desk.campaign.id:
        raise DraftOfAnotherCampaign
    if _known(desk, draft.id):
        raise DraftReplayed
    try:
        hand_off = find_hand_off(desk, draft.hand_off)
    except NoSuchHandOff:
        _let_wait(desk, draft)
        return None
    return _keep(desk, draft, hand_off, came=days.today())


def settle_drafts(desk: Desk) -> list[tuple[bytes, HandingError]]:
    """Look again at drafts that wait; the ids [16] of those that are refused now, and why."""
    refused: list[tuple[bytes, HandingError]] = []
    for (room, name), since in list(desk.small[WAITING_SINCE].items()):
        came = date.fromisoformat(since.decode())
        raw = desk.vault.get(room, WAITING, name)
        try:
            draft = read_draft(raw or b"")
            _keep(desk, draft, find_hand_off(desk, draft.hand_off), came=came)
        except NoSuchHandOff:
            if days.today() <= came + ON_ITS_WAY * 8:
                continue
            refused.append((name, DraftForNoHandOff()))
        except HandingError as reason:
            refused.append((name, reason))
        _stop_waiting(desk, name)
    return refused


def drafts(desk: Desk, case_id: bytes) -> list[KeptDraft]:
    """The drafts for a case [16], oldest first."""
    rooms = set(members_of(desk, case_id))
    found = [_read(desk, *place, raw) for place, raw in desk.small[DRAFT].items() if place[0] in rooms]
    return sorted(found, key=lambda one: (one.day, one.id))


def all_drafts(desk: Desk) -> list[KeptDraft]:
    """The drafts for all cases, oldest first."""
    found = [_read(desk, *place, raw) for place, raw in desk.small[DRAFT].items()]
    return sorted(found, key=lambda one: (one.day, one.id))


def find_draft(desk: Desk, draft_id: bytes) -> KeptDraft:
    """Raises NoSuchDraft."""
    for one in all_drafts(desk):
        if one.id == draft_id:
            return one
    raise NoSuchDraft


def draft_files(desk: Desk, draft: KeptDraft) -> tuple[Attachment, ...]:
    """The files of a draft. Their names are somebody else's words. Raises VaultDamaged."""
    return tuple(
        Attachment(one.name, desk.vault.get(draft.case, DRAFT_FILE, _file_name(draft.id, number)) or b"")
        for number, one in enumerate(draft.files)
    )


def use_draft(desk: Desk, draft: KeptDraft) -> Event | None:
    """Make its text what an organizer is writing to this person; below what they had begun, if anything.

    Raises TextTooLong, NoSuchCase, VaultFull.
    """
    begun = draft_text(desk, draft.case)
    if draft.text not in begun:
        save_text(desk, draft.case, f"{begun}\n\n{draft.text}".strip())
    return mark_draft(desk, draft, "used")


def dismiss_draft(desk: Desk, draft: KeptDraft) -> Event | None:
    """Say that it is not going to be used. It stays where it is."""
    return mark_draft(desk, draft, "dismissed")


def mark_draft(desk: Desk, draft: KeptDraft, done: Done) -> Event | None:
    """Say what was done with a draft; None where it is said already."""
    marks = _marks(desk, draft.case, draft.id)
    if marks and marks[-1][1] == done:
        return None
    value: Json = {"draft": draft.id.hex(), "what": done}
    after = tuple(event for event, _ in marks)
    return desk.decide(Decision(draft.case, DRAFT_DONE, value, adds=True, after=after))


def _keep(desk: Desk, draft: Draft, hand_off: HandOff, *, came: date) -> KeptDraft:
    _check(desk, draft, hand_off, came)
    kept = KeptDraft(
        draft.id,
        hand_off.case,
        hand_off.id,
        hand_off.adviser,
        draft.day,
        draft.text,
        tuple(KeptFile.of(one) for one in draft.files),
        came,
    )
    small = Record(kept.case, DRAFT, kept.id, _written(kept))
    with desk.vault.writing() as writing:
        for number, file in enumerate(draft.files):
            writing.put(Record(kept.case, DRAFT_FILE, _file_name(kept.id, number), file.data), large=True)
        writing.put(small)
    desk.take(small)
    return kept


def _check(desk: Desk, draft: Draft, hand_off: HandOff, came: date) -> None:
    """Whether this adviser may still answer. An organizer's word counts at once, a last day has a week's grace."""
    if draft.author not in {key.ed25519 for key in adviser(desk, hand_off.adviser).keys}:
        raise DraftByAnother
    if hand_off.ended is not None:
        raise DraftAfterEnd
    if draft.day > hand_off.last_day or came - ON_ITS_WAY > hand_off.last_day:
        raise DraftTooLate


def _known(desk: Desk, draft_id: bytes) -> bool:
    here = any(name == draft_id for _, name in desk.small[DRAFT])
    waits = (HOUSE, draft_id) in desk.small[WAITING_SINCE]
    return here or waits or (HOUSE, draft_id) in desk.small[FORGOTTEN]


def _let_wait(desk: Desk, draft: Draft) -> None:
    if len(desk.small[WAITING_SINCE]) >= MOST_WAITING:
        raise DraftForNoHandOff
    small = Record(HOUSE, WAITING_SINCE, draft.id, days.today().isoformat().encode())
    with desk.vault.writing() as writing:
        writing.put(Record(HOUSE, WAITING, draft.id, draft.raw), large=True)
        writing.put(small)
    desk.take(small)


def _stop_waiting(desk: Desk, draft_id: bytes) -> None:
    desk.drop(HOUSE, WAITING_SINCE, draft_id)
    with desk.vault.writing() as writing:
        writing.delete(HOUSE, WAITING, draft_id)


def _marks(desk: Desk, case_id: bytes, draft_id: bytes) -> list[tuple[bytes, Done]]:
    """Events that say what was done with a draft, the one that counts last."""
    heads = desk.state.heads(case_id, DRAFT_DONE)
    values = [(head.event, cast("dict[str, Any]", head.value)) for head in heads]
    return [(event, value["what"]) for event, value in values if value["draft"] == draft_id.hex()]


def _file_name(draft_id: bytes, number: int) -> bytes:
    return draft_id + number.to_bytes(2, "big")


def _written(draft: KeptDraft) -> bytes:
    return json.dumps(
        {
            "hand_off": draft.hand_off.hex(),
            "adviser": draft.adviser.hex(),
            "day": draft.day.isoformat(),
            "text": draft.text,
            "files": [(one.name, one.size, one.digest) for one in draft.files],
            "arrived": draft.arrived.isoformat(),
        },
        ensure_ascii=False,
    ).encode()


def _read(desk: Desk, room: bytes, name: bytes, raw: bytes) -> KeptDraft:
    try:
        found = json.loads(raw)
        marks = _marks(desk, room, name)
        return KeptDraft(
            name,
            room,
            bytes.fromhex(found["hand_off"]),
            bytes.fromhex(found["adviser"]),
            date.fromisoformat(found["day"]),
            found["text"],
            tuple(KeptFile(*one) for one in found["files"]),
            date.fromisoformat(found["arrived"]),
            marks[-1][1] if marks else None,
        )
    except (ValueError, KeyError, TypeError):
        raise VaultDamaged from None

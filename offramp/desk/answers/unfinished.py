"""What an organizer is writing and has not sealed yet: kept in the vault, so that locking loses nothing."""

from __future__ import annotations

from typing import Final

from offramp.desk.answers.composing import check_text
from offramp.desk.cases.errors import NoSuchCase
from offramp.desk.cases.merging import main_of
from offramp.desk.desk import Desk
from offramp.desk.vault.vault import Record, Writing

DRAFT_TEXT: Final = "draft_text"


def save_text(desk: Desk, case_id: bytes, text: str) -> None:
    """Keep it, in place of what was kept before; when this returns, it is on the disk.

    Raises NoSuchCase, TextTooLong, VaultFull.
    """
    if case_id not in desk.cases:
        raise NoSuchCase
    room = main_of(desk, case_id)
    if check_text(text):
        desk.keep(Record(room, DRAFT_TEXT, b"", text.encode()))
    else:
        desk.drop(room, DRAFT_TEXT, b"")


def draft_text(desk: Desk, case_id: bytes) -> str:
    """What was kept, or ""."""
    return desk.small[DRAFT_TEXT].get((main_of(desk, case_id), b""), b"").decode()


def drop_text(desk: Desk, writing: Writing, case_id: bytes) -> None:
    """Destroy it together with something else that is written; `forget_text` comes when that is done."""
    writing.delete(main_of(desk, case_id), DRAFT_TEXT, b"")


def forget_text(desk: Desk, case_id: bytes) -> None:
    """Let go of what was destroyed."""
    desk.small[DRAFT_TEXT].pop((main_of(desk, case_id), b""), None)

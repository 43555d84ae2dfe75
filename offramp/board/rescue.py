"""Saving what can be read of a damaged board.db into a new one.

What is lost of it comes back by itself: couriers ask at each push what is missing, and push it again.
Until then the board would be without those answers, so as many as can be read stay on it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from offramp.board.database import BOARD
from offramp.board.tree import BoardTree
from offramp.crypto.board import REPLY_LENGTH, reply_id
from offramp.store.carving import rows_in
from offramp.store.connection import connect, translated
from offramp.store.pages import Pages
from offramp.store.rescue import Rescued, name_aside, swap, with_log

_HIGHEST_TURNED: Final = 65_535
"""Below it are the shard numbers in the index of the slots' ids, which looks like these lists otherwise."""


@dataclass(slots=True)
class _Found:
    """Slots by id: (turned, is_reply, last_day); replies by id; and the ids, with a last day, of two lists alike."""

    slots: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)
    replies: dict[bytes, bytes] = field(default_factory=dict)
    listed: dict[bytes, int] = field(default_factory=dict)


def rescue_board(path: Path, tree: BoardTree) -> Rescued:
    """Put a new file in the place of a damaged one, with all slots whose bytes are whole.  Raises StoreError."""
    aside, new = name_aside(path), path.with_name(f"{path.name}.new")
    with translated(path):
        for left in with_log(new):
            left.unlink(missing_ok=True)
        found = _find(aside if aside.exists() else path)
        whole = found.slots.keys() & found.replies.keys()
        _write(new, found, whole, tree)
        swap(path, new, aside)
    return Rescued(len(whole), len(found.slots.keys() - whole), 0, aside)


def _find(path: Path) -> _Found:
    found, pages = _Found(), Pages(path)
    for row in rows_in(pages):
        match row:
            case (int(turned), bytes(name), int(is_reply), int(last_day), int()) if len(name) == 16:
                found.slots[name] = turned, is_reply, last_day
            case (None, bytes(reply)) if len(reply) == REPLY_LENGTH:
                found.replies[reply_id(reply)] = reply
            case (bytes(name), int(last_day)) if len(name) == 16 and last_day > _HIGHEST_TURNED:
                found.listed[name] = last_day
    pages.close()
    return found


def _write(new: Path, found: _Found, whole: set[bytes], tree: BoardTree) -> None:
    connection = connect(new, BOARD)
    connection.execute("BEGIN IMMEDIATE")
    for name in whole:
        (turned, is_reply, last_day), place = found.slots[name], secrets.randbits(63)
        connection.execute("INSERT INTO slots VALUES (?,?,?,?,?)", (turned, name, is_reply, last_day, place))
        connection.execute("INSERT INTO replies VALUES (?,?)", (place, found.replies[name]))
    for name, last_day in found.listed.items():
        # A parcel has its file; what has none was taken back.
        table = "parcels" if tree.has_parcel(name) else "taken_back"
        connection.execute(f"INSERT INTO {table} VALUES (?,?)", (name, last_day))  # noqa: S608
    connection.execute("COMMIT")
    connection.close()

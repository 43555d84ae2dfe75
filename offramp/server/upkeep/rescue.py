"""Finding damage in a server's databases, and saving what can be read of them."""

from __future__ import annotations

import time

from offramp.board.database import BoardDatabase
from offramp.board.rescue import rescue_board
from offramp.board.tree import BoardTree
from offramp.crypto.envelope import envelope_id, read_header
from offramp.crypto.errors import OfframpError
from offramp.server.envelopes import day_of
from offramp.server.layout import ServerFolder
from offramp.server.locks import require_stopped
from offramp.store import StoreDamaged
from offramp.store.rescue import Rescued, examine, rescue


def examine_store(folder: ServerFolder) -> None:
    """Read every letter in the store's file.  Raises StoreError: StoreDamaged where one is not as it came in."""
    examine(folder.store, _identify)


def rescue_store(folder: ServerFolder) -> Rescued | None:
    """Save what can be read of a damaged store; None where it is not damaged.

    Raises AlreadyRunning, StoreError.
    """
    require_stopped(folder)
    if not folder.store.exists():
        return None
    try:
        examine_store(folder)
    except StoreDamaged:
        return rescue(folder.store, _identify, day_of(time.time))
    return None


def rescue_answers(folder: ServerFolder) -> Rescued | None:
    """Save what can be read of a damaged board.db; None where it is not damaged.  Raises AlreadyRunning, StoreError."""
    require_stopped(folder)
    if not folder.board_database.exists():
        return None
    database = BoardDatabase(folder.board_database, clock=time.time)
    try:
        database.look()
    except StoreDamaged:
        database.close()
        return rescue_board(folder.board_database, BoardTree(folder.board))
    finally:
        database.close()
    return None


def _identify(envelope: bytes) -> tuple[bytes, int] | None:
    try:
        header = read_header(envelope)
    except OfframpError:
        return None
    return envelope_id(envelope), header.size_class

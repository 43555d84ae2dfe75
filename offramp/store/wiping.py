"""Leaving nothing behind in SQLite's log, and nothing in the blocks that a file gives back to the disk.

Blocks that a file lets go of keep their bytes until something else is written there.  So the log stays as long as
it is, and is overwritten; and a file that was written anew is as long afterwards as before.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Final

import apsw

LOG_BYTES: Final = 17 * 1024 * 1024
"""How long the log of a store is made, with room for all that is written between two checkpoints: then writing to it
changes nothing that the file system notes down, and costs one flush instead of two."""

READERS_MILLISECONDS: Final = 100
"""So long a checkpoint waits for those who read: all who write wait behind it, and a look through the whole store
(`offramp server check`) takes minutes."""

_LONGEST_LOG: Final = 64 * 1024 * 1024
_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_STEP: Final = 1024 * 1024


def keep_log(connection: apsw.Connection) -> None:
    """Have SQLite neither shorten nor delete the log, also when it is closed."""
    connection.pragma("journal_size_limit", -1)
    yes = ctypes.c_int(1)
    connection.file_control("main", apsw.SQLITE_FCNTL_PERSIST_WAL, ctypes.addressof(yes))


def empty_log(connection: apsw.Connection, *, log_bytes: int = 0) -> bool:
    """Copy what is in the log into the file, and overwrite it; False where something came in between.

    Make it *log_bytes* long where it is shorter.
    Raises apsw.BusyError where another process empties the log just now, or reads in it for long.
    """
    before = connection.pragma("data_version")
    _checkpoint(connection)
    # All of it is in the file and flushed, and nobody reads in the log any more.  As long as we may write and
    # nobody has since the checkpoint, nobody will: readers go to the file, and the next writer begins anew.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.pragma("data_version") != before:
            return False
        log = Path(f"{connection.filename}-wal")
        _overwrite(log, int(connection.pragma("page_size")), log_bytes)
    finally:
        connection.execute("ROLLBACK")
    return True


def vacuum(connection: apsw.Connection) -> None:
    """Write the file anew, in the order of its keys, and as long as it was: the rest is zeros.  In memory."""
    before = int(connection.pragma("page_count"))
    connection.execute("VACUUM")
    shorter = before - int(connection.pragma("page_count"))
    if shorter > 0:
        connection.execute("BEGIN IMMEDIATE; CREATE TABLE filler (zeros BLOB)")
        zeros = _filling(shorter, int(connection.pragma("page_size")))
        connection.execute("INSERT INTO filler VALUES (zeroblob(?))", (zeros,))
        connection.execute("DROP TABLE filler; COMMIT")


def _checkpoint(connection: apsw.Connection) -> None:
    patience = int(connection.pragma("busy_timeout"))
    connection.set_busy_timeout(READERS_MILLISECONDS)
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
    finally:
        connection.set_busy_timeout(patience)


def _filling(pages: int, page_size: int) -> int:
    """How many bytes of a blob in a table of its own take so many pages.

    The first page keeps the smallest part that SQLite leaves there, and all others are full but for four bytes.
    """
    return (page_size - 12) * 32 // 255 - 23 + (pages - 1) * (page_size - 4)


def _overwrite(log: Path, page_size: int, log_bytes: int) -> None:
    with log.open("r+b", buffering=0) as file:
        # The header first, and for good: frames count only behind a header, and half of the frames would
        # be older than the file.
        file.write(bytes(_HEADER))
        os.fdatasync(file.fileno())
        used = _used(file.fileno(), page_size + _FRAME_HEADER)
        length = file.seek(0, os.SEEK_END)
        _zeros(file.fileno(), _HEADER, used)
        _zeros(file.fileno(), length, log_bytes)
        if length > _LONGEST_LOG:
            file.truncate(max(log_bytes, _STEP))
        os.fsync(file.fileno())


def _used(file: int, frame: int) -> int:
    """Where the frames end.  A frame begins with the number of its page, which is never 0; overwritten ones do."""
    end = _HEADER
    while any(os.pread(file, _FRAME_HEADER, end)):
        end += frame
    return end


def _zeros(file: int, start: int, end: int) -> None:
    while start < end:
        start += os.pwrite(file, bytes(min(_STEP, end - start)), start)

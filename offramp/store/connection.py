"""One connection to the SQLite file, set up so that what is committed stays and what is deleted goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw

from offramp.store.errors import StoreBusy, StoreError, StoreFull, StoreUnavailable

RESERVE_BYTES = 64 * 1024 * 1024
"""Room on the disk that additions leave alone: on a full disk SQLite cannot even delete."""

_REORDER_BYTES = 16 * 1024 * 1024
"""Up to this size a file is rewritten in the order of its places (VACUUM works in memory here)."""

_LOG_PAGES = 4000  # 16 MiB: pages that many envelopes share are then copied once for all of them
_BUSY_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Schema:
    """What stands in a file: the number that marks it as ours, that of its version, and its tables."""

    application_id: int
    version: int
    tables: str


# An envelope lies at a random place: row numbers that count up would keep the order of arrival for ever.
# The ids are apart from the envelopes so that both trees stay flat: SQLite keeps 500 bytes of a large row in
# the tree itself, and without row numbers in its inner pages too.  `noise` is what the ticks write.
ENVELOPES = Schema(
    0x4F66_666D,  # "Offm"
    1,
    """
CREATE TABLE IF NOT EXISTS ids (
  id BLOB PRIMARY KEY, place INTEGER NOT NULL, size_class INTEGER NOT NULL, length INTEGER NOT NULL,
  day INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS envelopes (place INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS acknowledged (
  courier BLOB NOT NULL, id BLOB NOT NULL, PRIMARY KEY (courier, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS noise (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
""",
)


def connect(path: Path, schema: Schema = ENVELOPES) -> apsw.Connection:
    """Open the file and make its tables where they are missing.  Raises apsw.Error, StoreUnavailable."""
    # The file is made here and not by SQLite, so that it is never readable by others, whatever the umask.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(_BUSY_MILLISECONDS)
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    # These two hold for a connection, not for a file: every process must set them.
    connection.pragma("secure_delete", "ON")
    connection.pragma("temp_store", "MEMORY")
    connection.pragma("journal_size_limit", 0)
    connection.wal_autocheckpoint(_LOG_PAGES)
    _prepare(connection, schema)
    return connection


def _prepare(connection: apsw.Connection, schema: Schema) -> None:
    found = (connection.pragma("application_id"), connection.pragma("user_version"))
    if found == (schema.application_id, schema.version):
        return
    if found != (0, 0):
        connection.close()
        raise StoreUnavailable("The store's file was written by another program or another version.")
    connection.execute(
        f"BEGIN IMMEDIATE;{schema.tables}"
        f"PRAGMA application_id = {schema.application_id};PRAGMA user_version = {schema.version};COMMIT"
    )


def tidy(connection: apsw.Connection, *, reorder: bool) -> bool:
    """Take everything deleted, and with *reorder* arrival's order, out of the files; whether that was done.

    Pages are used in the order of arrival, whatever the ids; rewriting a file that is small enough puts them
    into the order of the places, which are random.
    Then the log is emptied: it holds old pages and their order.
    Raises apsw.BusyError where another process empties the log just now.
    """
    reorder = reorder and _live_bytes(connection) <= _REORDER_BYTES
    if reorder:
        connection.execute("VACUUM")
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    return reorder


def _live_bytes(connection: apsw.Connection) -> int:
    pages = int(connection.pragma("page_count")) - int(connection.pragma("freelist_count"))
    return pages * int(connection.pragma("page_size"))


def free_bytes(path: Path) -> int:
    """Bytes that this process may still write where *path* lies."""
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors into the store's own."""
    try:
        yield
    except (apsw.Error, OSError) as error:
        raise as_store_error(error, path) from error


def as_store_error(error: apsw.Error | OSError, path: Path) -> StoreError:
    """The store's error for one of SQLite's, whose texts name statements and never the data bound to them."""
    if isinstance(error, apsw.FullError):
        return StoreFull()
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return StoreBusy()
    if isinstance(error, apsw.IOError | OSError) and _out_of_room(path):
        # Some writes to a full disk come back as input/output errors (the shared-memory file's, for one).
        return StoreFull()
    return StoreUnavailable()


def _out_of_room(path: Path) -> bool:
    try:
        return free_bytes(path) < RESERVE_BYTES
    except OSError:
        return False

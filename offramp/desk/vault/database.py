"""The SQLite file in which a vault lies: set up so that what is committed stays and what is deleted goes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import apsw

from offramp.desk.files import PRIVATE
from offramp.desk.vault.errors import (
    NotAVault,
    VaultDamaged,
    VaultDiskFailed,
    VaultError,
    VaultFull,
    VaultInUse,
    VaultLocked,
    VaultReadOnly,
)

RESERVE: Final = 64 * 1024 * 1024
"""Bytes of the disk that additions leave alone: on a full disk SQLite cannot even delete."""

_APPLICATION_ID: Final = 0x4F66_7661  # "Ofva"
_VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE vault (
  one INTEGER PRIMARY KEY CHECK (one = 1), header BLOB NOT NULL, rooms_key BLOB NOT NULL
) STRICT;
CREATE TABLE rooms (place BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE records (place BLOB PRIMARY KEY, room BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE TABLE large (place BLOB PRIMARY KEY, room BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE INDEX records_by_room ON records (room);
CREATE INDEX large_by_room ON large (room);
"""

_MEANINGS: Final[tuple[tuple[type[apsw.Error], type[VaultError]], ...]] = (
    (apsw.BusyError, VaultInUse),
    (apsw.LockedError, VaultInUse),
    (apsw.FullError, VaultFull),
    (apsw.NotADBError, NotAVault),
    (apsw.CorruptError, VaultDamaged),
    (apsw.SQLError, VaultDamaged),  # a table is not there: the statements are always the same few
    (apsw.ReadOnlyError, VaultReadOnly),
    (apsw.PermissionsError, VaultReadOnly),
    (apsw.CantOpenError, VaultReadOnly),
    (apsw.ConnectionClosedError, VaultLocked),
    (apsw.IOError, VaultDiskFailed),
)


def make_database(path: Path, header: bytes, rooms_key: bytes) -> None:
    """A vault's file with nothing in it but the two sealed keys. Raises VaultFull, VaultDiskFailed, OSError."""
    # Made here and not by SQLite, so that nobody else may read it, whatever the umask.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE))
    with translated(), contextlib.closing(connect(path)) as connection, connection:
        connection.execute(_TABLES)
        connection.execute("INSERT INTO vault VALUES (1, ?, ?)", (header, rooms_key))
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_VERSION}")


def open_database(path: Path) -> apsw.Connection:
    """The file of a vault, for nobody else to have it; one of something else is left as it is.

    Raises NotAVault, VaultInUse and what else `translated` does.
    """
    # SQLite looks, though it is a matter of eight bytes: whoever closes a file takes away all locks that the
    # process has on it, and SQLite alone knows whether there is one.
    where = f"file:{quote(str(path.absolute()))}?immutable=1"
    with translated():
        look = apsw.Connection(where, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    # A crash can leave the file shorter than its first page says, and whole only with its log.
    with contextlib.closing(look), contextlib.suppress(VaultDamaged):
        _check_marks(look)
    connection = connect(path)
    try:
        _check_marks(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_marks(connection: apsw.Connection) -> None:
    with translated():
        found = connection.pragma("application_id"), connection.pragma("user_version")
    if found != (_APPLICATION_ID, _VERSION):
        raise NotAVault


def connect(path: Path) -> apsw.Connection:
    """Open the file, for nobody else to have it. Raises VaultInUse and what else `translated` does."""
    with translated():
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            if connection.readonly(
                "main"
            ):  # SQLite settles for that, and says so only when it locks or writes
                raise VaultReadOnly
            _set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _set_up(connection: apsw.Connection) -> None:
    # One process has it at a time, and the file's own lock says so; then the log needs no shared memory.
    connection.pragma("locking_mode", "EXCLUSIVE")
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    connection.pragma("secure_delete", "ON")
    connection.pragma("temp_store", "MEMORY")
    connection.pragma("journal_size_limit", 0)
    with connection:  # takes the lock
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


def without_log(connection: apsw.Connection) -> None:
    """Move everything from the log into the file, and keep the lock. Raises what `translated` does."""
    with translated():
        connection.pragma("journal_mode", "DELETE")


def beside(path: Path) -> tuple[Path, ...]:
    """What SQLite may leave beside a file, and would take for a part of whatever comes to have that name."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def free_bytes(path: Path) -> int:
    """Bytes that may still be written where `path` lies."""
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into the vault's own, without a word of what was being written."""
    try:
        yield
    except apsw.Error as error:
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHORT_READ:  # the file ends within a page
            raise VaultDamaged from None
        for theirs, ours in _MEANINGS:
            if isinstance(error, theirs):
                raise ours from None
        raise

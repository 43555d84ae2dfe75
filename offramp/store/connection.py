"""One connection to the SQLite file, set up so that what is committed stays and what is deleted goes."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw

from offramp.disk import file_mode
from offramp.store.errors import (
    StoreBusy,
    StoreDamaged,
    StoreDiskFails,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from offramp.store.schema import ENVELOPES, FileSchema, bring
from offramp.store.wiping import empty_log, keep_log, vacuum

RESERVE_BYTES = 64 * 1024 * 1024
"""Room on the disk that additions leave alone: on a full disk SQLite cannot even delete."""

_SMALL_BYTES = 16 * 1024 * 1024
"""Up to this size a file is written anew in the order of its places (VACUUM works in memory here)."""

_DISKS_FAULT: Final = (
    apsw.IOError,
    apsw.CantOpenError,
    apsw.ReadOnlyError,
    apsw.CorruptError,
    apsw.NotADBError,
    OSError,
)

_LOG_PAGES = 4000  # 16 MiB: pages that many envelopes share are then copied once for all of them
_BUSY_MILLISECONDS = 10_000
_CACHED_OF = 250
_CACHE_BYTES = 2_048_000, 16 * 1024 * 1024  # at least and at most


def connect(path: Path, schema: FileSchema = ENVELOPES) -> apsw.Connection:
    """Open the file, and bring its tables to the newest version.  Raises apsw.Error, StoreUnavailable, StoreNewer."""
    connection = open_file(path)
    try:
        bring(connection, schema, schema.version)
    except BaseException:
        connection.close()
        raise
    return connection


def open_file(path: Path) -> apsw.Connection:
    """Open the file as it is, or make an empty one.  Raises apsw.Error, OSError."""
    _make(path)
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(_BUSY_MILLISECONDS)
    connection.pragma("journal_mode", "WAL")
    connection.pragma("synchronous", "FULL")
    # These two hold for a connection, not for a file: every process must set them.
    connection.pragma("secure_delete", "ON")
    connection.pragma("temp_store", "MEMORY")
    keep_log(connection)
    connection.wal_autocheckpoint(_LOG_PAGES)
    fit_cache(connection)
    return connection


def fit_cache(connection: apsw.Connection) -> None:
    """Give the connection as much memory as the inner pages of its trees take, so that none is read at each addition.

    They are a three-hundredth of the leaves.  SQLite's own 2 MB are enough for half a gigabyte.
    """
    size = int(connection.pragma("page_count")) * int(connection.pragma("page_size"))
    connection.pragma("cache_size", -min(max(size // _CACHED_OF, _CACHE_BYTES[0]), _CACHE_BYTES[1]) // 1024)


def _make(path: Path) -> None:
    """Make an empty file where there is none.

    SQLite would, but here it is never readable by others, whatever the umask; log and shared memory get its mode.
    One that is there is not opened: closing it would drop the locks of all this process's connections to it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file_mode(path.parent)))


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """All of what is done within it, or nothing.  Raises apsw.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def empty_files(connection: apsw.Connection, *, anew: bool = True, log_bytes: int = 0) -> None:
    """Take everything deleted out of the files; with *anew* the order of arrival too, where the file is small.

    Pages are used in the order of arrival, whatever the ids; writing a file anew that is small enough puts them
    into the order of the places, which are random.  Larger ones are mixed (mixing.py).
    Then the log is emptied: it holds old pages and their order.  It is *log_bytes* long afterwards, at least.
    Raises apsw.BusyError where another process empties the log just now.
    """
    if anew and is_small(connection):
        vacuum(connection)
    empty_log(connection, log_bytes=log_bytes)


def is_small(connection: apsw.Connection) -> bool:
    """Whether the file can be written anew within a second and in memory."""
    pages, free = int(connection.pragma("page_count")), int(connection.pragma("freelist_count"))
    size = int(connection.pragma("page_size"))
    return (pages - free) * size <= _SMALL_BYTES and pages * size <= 2 * _SMALL_BYTES


def free_bytes(path: Path) -> int:
    """Bytes that this process may still write where *path* lies."""
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize


def require_room(path: Path, size: int = 0) -> None:
    """Raise StoreFull where so many bytes more would use up the reserve."""
    if free_bytes(path) < RESERVE_BYTES + size:
        raise StoreFull


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
    if isinstance(error, _DISKS_FAULT):
        return _of_disk(path, damaged=isinstance(error, apsw.CorruptError | apsw.NotADBError))
    return StoreUnavailable()


def _of_disk(path: Path, *, damaged: bool) -> StoreError:
    """What is wrong with the disk or the file.  SQLite takes a disk that was pulled for a damaged file."""
    try:
        require_disk(path)
    except StoreError as error:
        return error
    return StoreDamaged() if damaged else StoreDiskFails()


def require_disk(path: Path) -> None:
    """Raise StoreReadOnly or StoreDiskFails where nothing can be written beside the file at *path*."""
    try:
        path.stat()
        # A file without a name: to open and close the store's own would drop this process's locks on it.
        os.close(os.open(path.parent, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        if error.errno == errno.EROFS:
            raise StoreReadOnly from None
        # These two are what file systems say that have no such files.
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):
            raise StoreDiskFails from None


def _out_of_room(path: Path) -> bool:
    try:
        return free_bytes(path) < RESERVE_BYTES
    except OSError:
        return False

"""Bringing a store's file to another version of its tables, for a release to come or one to go back to."""

from __future__ import annotations

from pathlib import Path

import apsw

from offramp.store.connection import empty_files, open_file, translated
from offramp.store.errors import StoreUnavailable
from offramp.store.schema import ENVELOPES, FileSchema, bring, version_of


def migrate(path: Path, to: int = ENVELOPES.version, schema: FileSchema = ENVELOPES) -> tuple[int, int]:
    """Bring the file at *path* to the version *to*; the versions before and after.

    It is done in one transaction, and nothing of what was taken out stays in the file.
    No server may have the file open: it would not know the tables any more.
    Raises StoreUnavailable, StoreBusy, StoreFull, StoreNewer, UnknownVersion.
    """
    if not path.is_file():
        raise StoreUnavailable("There is no file of a store here.")
    with translated(path):
        connection = open_file(path)
        try:
            return _migrate(connection, to, schema)
        finally:
            connection.close()


def version(path: Path, schema: FileSchema = ENVELOPES) -> int:
    """The version of the tables in a file; 0 where it is empty.  Raises StoreUnavailable, StoreNewer."""
    with translated(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return version_of(connection, schema)
        finally:
            connection.close()


def _migrate(connection: apsw.Connection, to: int, schema: FileSchema) -> tuple[int, int]:
    before = version_of(connection, schema)
    bring(connection, schema, to)
    empty_files(connection)
    return before, to

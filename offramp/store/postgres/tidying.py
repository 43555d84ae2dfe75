"""Rewriting the tables, so that what was deleted and the order of arrival are out of PostgreSQL's own files.

It keeps deleted rows until their pages are used again, rows in the order in which they came, and in each row the
number of the transaction that wrote it.  Only new files are without all that.
The write-ahead log has it for longer, with times of day: docs/growing.md tells what an examiner finds there.
"""

from __future__ import annotations

from psycopg.errors import DiskFull

from offramp.store.postgres.connection import Connection
from offramp.store.postgres.schema import WRITING

REWRITE_BYTES = 64 * 1024 * 1024
"""Up to this size the tables are rewritten: nobody can write or read for the second that it takes."""

_TABLES = {"ids": "id", "pieces": "id, number", "acknowledged": "id, courier", "counts": "part, size_class"}


def tidy(connection: Connection) -> None:
    """After something was destroyed: rewrite the tables, or have the room in their files used again at least.

    Raises psycopg.Error.
    """
    try:
        if rewrite(connection, always=True):
            return
    except DiskFull:  # the copy did not fit
        pass
    connection.execute(b"VACUUM ids, pieces, acknowledged, counts")


def rewrite(connection: Connection, *, always: bool) -> bool:
    """Put everything in the order of the ids, which are random, into new files; whether that was done.

    Only where the tables are small enough and nobody else is at it, and unless *always* only where more than one
    transaction has left its rows.  Raises psycopg.Error.
    """
    with connection.transaction():
        if not _is_due(connection, always=always):
            return False
        # Readers lock `ids` first too, so that nobody waits in a circle.
        connection.execute(f"LOCK TABLE {', '.join(_TABLES)}".encode())
        for table in _TABLES:
            connection.execute(f"CREATE TEMPORARY TABLE old_{table} ON COMMIT DROP AS TABLE {table}".encode())
        connection.execute(f"TRUNCATE {', '.join(_TABLES)}".encode())
        for table, order in _TABLES.items():
            connection.execute(f"INSERT INTO {table} SELECT * FROM old_{table} ORDER BY {order}".encode())  # noqa: S608
    return True


def _is_due(connection: Connection, *, always: bool) -> bool:
    if connection.rows("SELECT pg_try_advisory_xact_lock(%s)", (WRITING,)) != [(True,)]:
        return False
    ((size,),) = connection.rows("SELECT pg_relation_size('ids') + pg_relation_size('pieces')")
    if size > REWRITE_BYTES:
        return False
    return always or len(connection.rows("SELECT DISTINCT xmin::text FROM ids LIMIT 2")) > 1

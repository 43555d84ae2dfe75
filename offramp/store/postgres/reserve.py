"""Room on the database's disk that is kept for what makes room: noting who has an envelope, and destroying it.

How full that disk is a client cannot ask.  So a table of nothing takes some of it, and is given up when it is full.
"""

from __future__ import annotations

from typing import Final

import psycopg

from offramp.store.postgres.connection import Connection
from offramp.store.postgres.schema import RESERVE

_EXISTS: Final = "SELECT to_regclass('reserve') IS NOT NULL"


def keep_reserve(connection: Connection) -> None:
    """Take the room again where it was given up.  Raises psycopg.Error, DiskFull while there is too little."""
    if connection.rows(_EXISTS) == [(True,)]:
        return
    try:
        with connection.transaction():
            connection.execute(RESERVE.encode())
    except psycopg.errors.DuplicateTable:
        pass  # another intake was quicker


def give_reserve_up(connection: Connection) -> bool:
    """Free the room; whether there was any.  Raises psycopg.Error."""
    if connection.rows(_EXISTS) != [(True,)]:
        return False
    connection.execute(b"DROP TABLE IF EXISTS reserve")
    return True

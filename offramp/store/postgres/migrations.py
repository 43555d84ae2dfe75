"""Bringing a database to another version of the store's tables, for a release to come or one to go back to."""

from __future__ import annotations

import contextlib

import psycopg

from offramp.store.postgres.connection import Connection
from offramp.store.postgres.errors import as_store_error
from offramp.store.postgres.schema import ENVELOPES, bring, version_of
from offramp.store.versions import Schema


def migrate(url: str, to: int | None = None, schema: Schema = ENVELOPES) -> tuple[int, int]:
    """Bring the database at *url* to the version *to*, this release's where it is None; the versions before and after.

    It is done in one transaction.  No intake may run on it: it would not know the tables any more.
    Raises StoreUnavailable, StoreBusy, StoreFull, StoreNewer, UnknownVersion.
    """
    wanted = schema.version if to is None else to
    try:
        with contextlib.closing(Connection.open_as_it_is(url)) as connection:
            before = version_of(connection, schema)
            bring(connection, wanted, schema)
    except psycopg.Error as error:
        raise as_store_error(error) from None
    return before, wanted

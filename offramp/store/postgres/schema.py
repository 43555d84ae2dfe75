"""The tables in PostgreSQL, by version, and the steps between versions.

The numbers are those of the SQLite store's tables (offramp/store/schema.py), so that a release has one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from offramp.store.errors import StoreNewer, StoreUnavailable
from offramp.store.versions import Schema, Step

if TYPE_CHECKING:
    from offramp.store.postgres.connection import Connection

PIECE_BYTES: Final = 8112
"""What fits into a row that fills a page.  Larger values PostgreSQL would cut up itself, numbered as they came."""

WRITING: Final = 0x4F66_666D  # "Offm"
"""The advisory lock that every writer shares, and that is taken alone to rewrite the tables or change them."""


# 4 MiB of nothing: room for 20,000 acknowledgements on a full disk (reserve.py).
RESERVE: Final = """
CREATE TABLE reserve (nothing bytea);
ALTER TABLE reserve ALTER nothing SET STORAGE PLAIN;
INSERT INTO reserve SELECT decode(repeat('00', 8000), 'hex') FROM generate_series(1, 512);
"""

# `counts` has many rows for each size class, of which each transaction changes one by chance: else several
# intakes would wait for one another at every commit.  Their sum counts.
ENVELOPES: Final = Schema(
    f"""
CREATE TABLE offramp (version integer NOT NULL);
INSERT INTO offramp VALUES (0);
CREATE TABLE ids (
  id bytea PRIMARY KEY, size_class integer NOT NULL, length integer NOT NULL, day integer NOT NULL
);
CREATE TABLE pieces (id bytea, number smallint, piece bytea NOT NULL, PRIMARY KEY (id, number));
ALTER TABLE pieces ALTER piece SET STORAGE PLAIN;
CREATE TABLE acknowledged (
  id bytea REFERENCES ids ON DELETE CASCADE, courier bytea, day integer NOT NULL, PRIMARY KEY (id, courier)
);
CREATE TABLE counts (
  part smallint, size_class integer, here bigint NOT NULL, PRIMARY KEY (part, size_class)
) WITH (fillfactor = 25);
{RESERVE}
""",  # noqa: S608 - all of it is in this file
    first=2,  # there was no PostgreSQL before
    steps=(Step("", ""),),  # version 3 is another for SQLite's tables only
)


def prepare(connection: Connection, schema: Schema = ENVELOPES) -> None:
    """Make the tables where they are missing, and bring older ones to this release's version.

    Raises psycopg.Error, StoreUnavailable, StoreNewer.
    """
    if version_of(connection, schema) != schema.version:
        bring(connection, schema.version, schema)


def version_of(connection: Connection, schema: Schema = ENVELOPES) -> int:
    """The version of the tables in this database; 0 where there are none.  Raises StoreUnavailable, StoreNewer."""
    # Asked of the catalogue itself: to_regclass remembers what was so before another server made the tables.
    tables = {
        name
        for (name,) in connection.rows(
            "SELECT relname::text FROM pg_class WHERE relnamespace ="
            " current_schema()::regnamespace AND relkind = 'r'"
        )
    }
    if not tables:
        return 0
    if "offramp" not in tables:
        raise StoreUnavailable("The database holds tables of another program: give the store one of its own.")
    ((version,),) = connection.rows("SELECT version FROM offramp")
    if version > schema.version:
        raise StoreNewer
    return int(version)


def bring(connection: Connection, to: int, schema: Schema = ENVELOPES) -> None:
    """Bring the tables to the version *to* in one transaction: all of it is done, or nothing.

    Raises psycopg.Error, StoreUnavailable, StoreNewer, UnknownVersion.
    """
    with connection.transaction():
        # Two servers may start at once: the second finds it done.
        connection.execute(b"SELECT pg_advisory_xact_lock(%s)", (WRITING,))
        path = schema.path(version_of(connection, schema), to)
        connection.execute(";".join([*path, f"UPDATE offramp SET version = {to}"]).encode())  # noqa: S608 - a number

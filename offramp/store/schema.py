"""What stands in the SQLite files, by version, and the steps from one version to the next and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import apsw

from offramp.store.errors import StoreNewer, StoreUnavailable
from offramp.store.versions import Schema, Step


@dataclass(frozen=True, slots=True)
class FileSchema(Schema):
    """A Schema of an SQLite file; *application_id* marks the file as ours."""

    application_id: int = field(kw_only=True)


_COUNTED: Final = """
CREATE TABLE counts (size_class INTEGER PRIMARY KEY, here INTEGER NOT NULL) STRICT;
CREATE TRIGGER id_here AFTER INSERT ON ids BEGIN
  INSERT INTO counts VALUES (NEW.size_class, 1) ON CONFLICT DO UPDATE SET here = here + 1;
END;
CREATE TRIGGER id_gone AFTER DELETE ON ids BEGIN
  UPDATE counts SET here = here - 1 WHERE size_class = OLD.size_class;
END;
"""

# In version 2, those of `envelopes` that lay in the file where they were written first.
_FRESH: Final = "CREATE TABLE fresh (id BLOB PRIMARY KEY) WITHOUT ROWID, STRICT;"

# Those that lie in the file where they were written first: see mixing.py.  In a small tree of their own, so that
# one more changes pages that others have just changed, however many have a place among the envelopes.
_ARRIVALS: Final = """
CREATE TABLE arrivals (place INTEGER PRIMARY KEY, id BLOB NOT NULL, envelope BLOB NOT NULL) STRICT;
"""

ITS_ENVELOPE: Final = (
    "coalesce((SELECT envelope FROM envelopes WHERE place = ids.place),"
    " (SELECT envelope FROM arrivals WHERE place = ids.place))"
)
"""In a query of `ids`: the envelope of a row, wherever it is by now; NULL where it is nowhere."""

# In order of id, so that what everybody has is found in one pass, and goes with its envelope without a search.
_ACKNOWLEDGED: Final = """
CREATE TABLE acknowledged (
  id BLOB NOT NULL, courier BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (id, courier)
) WITHOUT ROWID, STRICT;
"""

# What was acknowledged before days were noted counts from the day of the migration.
_DAYS_AND_COUNTS: Final = Step(
    up=f"""
ALTER TABLE acknowledged RENAME TO acknowledged_1;
{_ACKNOWLEDGED}
INSERT INTO acknowledged SELECT id, courier, unixepoch() / 86400 + 719163 FROM acknowledged_1;
DROP TABLE acknowledged_1;
{_COUNTED}
{_FRESH}
INSERT INTO fresh SELECT id FROM ids;
INSERT INTO counts SELECT size_class, count(*) FROM ids GROUP BY size_class;
""",  # noqa: S608 - all of it is in this file
    down="""
DROP TRIGGER id_here; DROP TRIGGER id_gone; DROP TABLE counts; DROP TABLE fresh;
ALTER TABLE acknowledged RENAME TO acknowledged_2;
CREATE TABLE acknowledged (
  courier BLOB NOT NULL, id BLOB NOT NULL, PRIMARY KEY (courier, id)
) WITHOUT ROWID, STRICT;
INSERT INTO acknowledged SELECT courier, id FROM acknowledged_2;
DROP TABLE acknowledged_2;
""",
)

_ARRIVALS_APART: Final = Step(
    up=f"""
{_ARRIVALS}
INSERT INTO arrivals SELECT place, id, envelope FROM fresh JOIN ids USING (id) JOIN envelopes USING (place);
DELETE FROM envelopes WHERE place IN (SELECT place FROM arrivals);
DROP TABLE fresh;
""",  # noqa: S608 - all of it is in this file
    down=f"""
{_FRESH}
INSERT INTO fresh SELECT id FROM arrivals;
INSERT INTO envelopes SELECT place, envelope FROM arrivals;
DROP TABLE arrivals;
""",  # noqa: S608 - the same
)

# An envelope lies at a random place: row numbers that count up would keep the order of arrival for ever.
# The ids are apart from the envelopes so that both trees stay flat: SQLite keeps 500 bytes of a large row in
# the tree itself, and without row numbers in its inner pages too.  `noise` is what the ticks write.
ENVELOPES: Final = FileSchema(
    f"""
CREATE TABLE ids (
  id BLOB PRIMARY KEY, place INTEGER NOT NULL, size_class INTEGER NOT NULL, length INTEGER NOT NULL,
  day INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE TABLE envelopes (place INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
{_ACKNOWLEDGED}
{_COUNTED}
{_ARRIVALS}
CREATE TABLE noise (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
""",
    (_DAYS_AND_COUNTS, _ARRIVALS_APART),
    application_id=0x4F66_666D,  # "Offm"
)


def version_of(connection: apsw.Connection, schema: FileSchema) -> int:
    """The version of the tables in this file; 0 where it is empty.  Raises StoreUnavailable, StoreNewer."""
    mark, version = int(connection.pragma("application_id")), int(connection.pragma("user_version"))
    if (mark, version) == (0, 0):
        return 0
    if mark != schema.application_id or version < 1:
        raise StoreUnavailable("The store's file was written by another program.")
    if version > schema.version:
        raise StoreNewer
    return version


def bring(connection: apsw.Connection, schema: FileSchema, to: int) -> None:
    """Bring the tables to the version *to* in one transaction: all of it is done, or nothing.

    Raises apsw.Error, StoreUnavailable, StoreNewer, UnknownVersion.
    """
    if not schema.path(version_of(connection, schema), to):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Looked up again: another process may have been quicker.
        path = schema.path(version_of(connection, schema), to)
        marks = f"PRAGMA application_id = {schema.application_id}; PRAGMA user_version = {to};"
        connection.execute(";".join([*path, marks]))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

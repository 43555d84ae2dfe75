"""Taking the order of arrival out of a file that is too large to be written anew.

SQLite gives a new envelope the next free pages, so the pages' order is that of arrival, whatever the keys.
Each new one therefore changes places with one that chance picks among all of its length, itself among them:
then every order of them in the file is as likely as every other.  It costs two more writes of an envelope.
Within a page of a list, rows lie in the order in which they came too: so the lists are taken out and put
back sorted, a range at a time.  Both in place: what is copied elsewhere stays on the disk below.
"""

from __future__ import annotations

import secrets
from random import SystemRandom
from typing import Any, Final

import apsw

SLICE_BYTES: Final = 4 * 1024 * 1024
"""Envelopes that one call moves, at most, beside the first: nobody waits long behind that."""

SLICE_ROWS: Final = 10_000

_CHANCE: Final = SystemRandom()

Row = tuple[Any, ...]


def mix(connection: apsw.Connection) -> bool:
    """Give some of the new envelopes a place by chance; whether there are more.  In a transaction of the caller's."""
    size = 0
    new: list[Row] = connection.execute(
        "SELECT id, length FROM fresh JOIN ids USING (id) LIMIT 256"
    ).fetchall()
    for envelope_id, length in new:
        if size and size + length > SLICE_BYTES:
            return True
        _exchange(connection, envelope_id, _any_of(connection, length))
        connection.execute("DELETE FROM fresh WHERE id = ?", (envelope_id,))
        size += length
    if not new:  # of those that were destroyed meanwhile
        connection.execute("DELETE FROM fresh")
    return bool(new)


def sort_ids(connection: apsw.Connection, after: bytes) -> bytes:
    """Write a range of the list of ids anew; where the next begins: b"" at the end."""
    rows: list[Row] = connection.execute(
        "SELECT * FROM ids WHERE id > ? ORDER BY id LIMIT ?", (after, SLICE_ROWS)
    ).fetchall()
    connection.executemany("DELETE FROM ids WHERE id = ?", _shuffled([row[:1] for row in rows]))
    connection.executemany("INSERT INTO ids VALUES (?,?,?,?,?)", rows)
    return bytes(rows[-1][0]) if len(rows) == SLICE_ROWS else b""


def sort_acknowledged(connection: apsw.Connection, after: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The same for the list of acknowledgements; (b"", b"") at the end."""
    rows: list[Row] = connection.execute(
        "SELECT * FROM acknowledged WHERE (id, courier) > (?, ?) ORDER BY id, courier LIMIT ?",
        (*after, SLICE_ROWS),
    ).fetchall()
    keys = _shuffled([row[:2] for row in rows])
    connection.executemany("DELETE FROM acknowledged WHERE id = ? AND courier = ?", keys)
    connection.executemany("INSERT INTO acknowledged VALUES (?,?,?)", rows)
    return (bytes(rows[-1][0]), bytes(rows[-1][1])) if len(rows) == SLICE_ROWS else (b"", b"")


def _any_of(connection: apsw.Connection, length: int) -> bytes:
    """The id of one of the envelopes of a length.  Ids are hashes: the next one above any number is as good as any."""
    query = "SELECT id FROM ids WHERE id >= ? AND length = ? ORDER BY id LIMIT 1"
    for start in (secrets.token_bytes(16), b""):
        found: Any = connection.execute(query, (start, length)).get
        if found is not None:
            return bytes(found)
    raise AssertionError("the one that is to be moved is of this length")


def _exchange(connection: apsw.Connection, one: bytes, other: bytes) -> None:
    """Let two envelopes of one length change places in the file."""
    if one == other:
        return
    place = "SELECT place FROM ids WHERE id = ?"
    here: Any = connection.execute(place, (one,)).get
    there: Any = connection.execute(place, (other,)).get
    # Written into the pages where they are: an UPDATE might take others.
    with (
        connection.blob_open("main", "envelopes", "envelope", here, True) as first,
        connection.blob_open("main", "envelopes", "envelope", there, True) as second,
    ):
        bytes_of_first, bytes_of_second = first.read(), second.read()
        first.seek(0)
        second.seek(0)
        first.write(bytes_of_second)
        second.write(bytes_of_first)
    connection.executemany("UPDATE ids SET place = ? WHERE id = ?", [(there, one), (here, other)])


def _shuffled(rows: list[Row]) -> list[Row]:
    """In an order by chance, and so are the pages that they leave free."""
    _CHANCE.shuffle(rows)
    return rows

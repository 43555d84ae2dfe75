"""Taking the order of arrival out of a file that is too large to be written anew.

SQLite gives a new envelope the next free pages, so the pages' order is that of arrival, whatever the keys.
Each new one therefore takes the place of one that chance picks among all of its length, itself among them, which
then goes to where it would have been: so every order of them in the file is as likely as every other.
It costs three more writes of an envelope.
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
        "SELECT id, arrivals.place, length FROM arrivals JOIN ids USING (id) LIMIT 256"
    ).fetchall()
    for envelope_id, place, length in new:
        if size and size + length > SLICE_BYTES:
            return True
        _put_anywhere(connection, envelope_id, place, length)
        size += length
    return bool(new)


def settle(connection: apsw.Connection) -> None:
    """Put all new envelopes with the others, in a file that will be written anew.  In a transaction of the caller's."""
    places: list[Row] = connection.execute("SELECT place FROM arrivals").fetchall()
    for (
        place
    ) in places:  # one after the other: so each takes the pages of the one before, and the file stays as long
        _settle(connection, place)


def _settle(connection: apsw.Connection, place: Row) -> None:
    connection.execute("INSERT INTO envelopes SELECT place, envelope FROM arrivals WHERE place = ?", place)
    connection.execute("DELETE FROM arrivals WHERE place = ?", place)


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


def _put_anywhere(connection: apsw.Connection, envelope_id: bytes, here: int, length: int) -> None:
    """Put a new envelope in the place of any of its length, and that one where the new one would have been."""
    other, there = _any_of(connection, envelope_id, length)
    envelope: Any = connection.execute("SELECT envelope FROM arrivals WHERE place = ?", (here,)).get
    if there != here:
        # Written into the pages where it is: an UPDATE might take others.
        with connection.blob_open("main", "envelopes", "envelope", there, True) as blob:
            new, envelope = envelope, blob.read()
            blob.seek(0)
            blob.write(new)
        connection.executemany("UPDATE ids SET place = ? WHERE id = ?", [(there, envelope_id), (here, other)])
    connection.execute("INSERT INTO envelopes VALUES (?,?)", (here, envelope))
    connection.execute("DELETE FROM arrivals WHERE place = ?", (here,))


def _any_of(connection: apsw.Connection, envelope_id: bytes, length: int) -> tuple[bytes, int]:
    """Id and place of one of a length: this one, or any that is not new.

    Ids are hashes: the next one above any number is as good as any.
    """
    query = (
        "SELECT id, place FROM ids WHERE id >= ?1 AND length = ?2 AND (id = ?3 OR NOT EXISTS"
        " (SELECT 1 FROM arrivals WHERE arrivals.place = ids.place)) ORDER BY id LIMIT 1"
    )
    for start in (secrets.token_bytes(16), b""):
        found: Any = connection.execute(query, (start, length, envelope_id)).get
        if found is not None:
            name, place = found
            return name, place
    raise AssertionError("the one that is to be moved is of this length")


def _shuffled(rows: list[Row]) -> list[Row]:
    """In an order by chance, and so are the pages that they leave free."""
    _CHANCE.shuffle(rows)
    return rows

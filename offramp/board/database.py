"""board.db: the replies and dummies on the board, which parcels there are, and what was taken back.

Beside the bytes it holds shard numbers and days, and no time of day, order of arrival or courier.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import apsw

from offramp.board.days import Clock, day_of, set_to_day
from offramp.board.plan import turned
from offramp.disk import make_folder
from offramp.store.connection import RESERVE_BYTES, connect, empty_files, free_bytes, translated
from offramp.store.errors import StoreDamaged, StoreFull
from offramp.store.schema import FileSchema

# `turned` is a shard number with its bits in reverse (plan.py), so that a shard of any board is a range of the key.
# The bytes lie at random places and apart, for the reasons that are told of the envelopes.
BOARD: Final = FileSchema(
    """
CREATE TABLE slots (
  turned INTEGER NOT NULL, id BLOB NOT NULL UNIQUE, is_reply INTEGER NOT NULL, last_day INTEGER NOT NULL,
  place INTEGER NOT NULL, PRIMARY KEY (turned, id)
) WITHOUT ROWID, STRICT;
CREATE TABLE replies (place INTEGER PRIMARY KEY, reply BLOB NOT NULL) STRICT;
CREATE TRIGGER slot_gone AFTER DELETE ON slots BEGIN DELETE FROM replies WHERE place = OLD.place; END;
CREATE TABLE parcels (id BLOB PRIMARY KEY, last_day INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE taken_back (id BLOB PRIMARY KEY, last_day INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE last_build (
  one INTEGER PRIMARY KEY CHECK (one = 1), build INTEGER NOT NULL, doublings INTEGER NOT NULL
) STRICT;
""",
    application_id=0x4F66_6662,  # "Offb"
)


def rows_of(connection: apsw.Connection, statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of a query."""
    return connection.execute(statement, values).fetchall()


def live_replies(connection: apsw.Connection, today: date) -> dict[int, int]:
    """How many replies may be on the board today under each shard number.

    Those whose last day was yesterday are among them: they leave in the course of the day (builder.py).
    """
    query = "SELECT turned, count(*) FROM slots WHERE is_reply AND last_day >= ? GROUP BY turned"
    return {turned(number): count for number, count in rows_of(connection, query, (today.toordinal() - 1,))}


class BoardDatabase:
    """One connection, and one lock around it: pushes and rebuilds wait for one another.

    *reserve* is the room in bytes that is left on the disk; *free* tells how much there is.
    Opens the file when it is first needed, and again after every failure.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        reserve: int = RESERVE_BYTES,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.lock = threading.RLock()
        self._path, self._clock, self._reserve, self._free = path.absolute(), clock, reserve, free
        self._connection: apsw.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """All of what is done within it, on the disk once it is left; or nothing.  Raises StoreError."""
        with self.lock, translated(self._path):
            connection = self._connected()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self.close()  # and with it a transaction that did not commit
                raise
            finally:
                self._forget_time()

    def look(self) -> None:
        """See whether all of the file can be read, and change nothing.  Raises StoreError."""
        with self.lock, translated(self._path):
            if self._connected().pragma("quick_check", 1) != "ok":
                raise StoreDamaged

    def require_room(self, size: int) -> None:
        """Raise StoreFull where so many bytes more would use up the reserve."""
        if self._free(self._path) < self._reserve + size:
            raise StoreFull

    def tidy(self) -> None:
        """Take everything deleted and the order of arrival out of the file."""
        with self.lock, translated(self._path):
            with suppress(apsw.BusyError):  # somebody else looks at it; there will be another rebuild
                empty_files(self._connected())
            self._forget_time()

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self.lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close(True)

    def _connected(self) -> apsw.Connection:
        if self._connection is None:
            make_folder(self._path.parent)
            self._connection = connect(self._path, BOARD)
        return self._connection

    def _forget_time(self) -> None:
        """The files' own times would tell when something was pushed."""
        today = day_of(self._clock)
        for path in (*self._path.parent.glob(f"{self._path.name}*"), self._path.parent):
            with suppress(FileNotFoundError):  # SQLite took it away meanwhile
                set_to_day(path, today)

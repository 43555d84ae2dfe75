"""The store in one SQLite file."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from offramp.store import Addition, Stored
from offramp.store.adding import Adding, outcome
from offramp.store.connection import RESERVE_BYTES, as_store_error, connect, fit_cache, free_bytes, translated
from offramp.store.errors import QuotaReached, StoreBusy, StoreError, StoreFull, StoreUnavailable
from offramp.store.forgetting import Forgetting
from offramp.store.schema import ITS_ENVELOPE
from offramp.store.scrub import Scrub
from offramp.store.trouble import TroubleLog
from offramp.store.writer import Engine, GroupWriter

QUEUE_LENGTH = 2048
"""Writes that may wait at once: more than the threads of a server, so only a stuck disk fills it."""

_REMOVE_BYTES = 16 * 1024 * 1024
"""Envelopes that one transaction destroys: deleting writes as many zeros as there were bytes."""

_TIDY_SECONDS = 10.0

_LISTS_BYTES = 1024 * 1024
"""What is left free in the file itself, for the pages of the lists."""


# `counts` has those of the transaction that runs too.  One statement: each gives other threads their turn.
_INSERT = (
    "INSERT INTO ids SELECT ?1, ?2, ?3, ?4, ?5"
    " WHERE ?6 IS NULL OR coalesce((SELECT here FROM counts WHERE size_class = ?3), 0) < ?6"
    " ON CONFLICT DO NOTHING"
)


class SqliteStore(Adding):
    """A Store (see offramp.store) in one file with its write-ahead log beside it, made with mode 0600.

    *reserve* is the room in bytes that additions leave on the disk; *free* tells how much there is.
    Raises StoreUnavailable, StoreFull.
    """

    def __init__(
        self,
        path: Path,
        *,
        tick_seconds: float | None = None,
        reserve: int = RESERVE_BYTES,
        free: Callable[[Path], int] = free_bytes,
        queue_length: int = QUEUE_LENGTH,
    ) -> None:
        self._path, self._reserve, self._free = path.absolute(), reserve, free
        self._reading = threading.Lock()
        self._closed = False
        self._scrub = Scrub()
        self._forgetting = Forgetting(tick_seconds, self._look_for_trouble)
        with translated(self._path):
            self._reader: apsw.Connection | None = connect(self._path)
        engine = Engine(
            lambda: connect(self._path), _close, _together, (apsw.Error, OSError), self._translate
        )
        self._writer = GroupWriter(
            engine,
            self._check_room,
            queue_length=queue_length,
            tick=self._forgetting.tick,
            tick_seconds=tick_seconds,
            tell=TroubleLog(str(self._path)).note,
        )

    def start_adding(self, addition: Addition, then: Callable[[], None]) -> Callable[[], bool]:
        place = secrets.randbits(63)
        length = len(addition.envelope)
        row = (addition.id, place, addition.size_class, length, addition.day.toordinal(), addition.most)

        def work(connection: apsw.Connection) -> bool | QuotaReached:
            connection.execute(_INSERT, row)
            if connection.changes() == 0:
                return False if _has(connection, addition.id) else QuotaReached()
            connection.execute("INSERT INTO arrivals VALUES (?,?,?)", (place, addition.id, addition.envelope))
            self._forgetting.note()
            return True

        wait = self._writer.start(work, size=length, then=then)
        return partial(outcome, wait)

    def count(self) -> dict[int, int]:
        return dict(self._rows("SELECT size_class, here FROM counts WHERE here > 0", ()))

    def waiting(self, courier: bytes, *, after: bytes = b"", limit: int = 1000) -> list[Stored]:
        rows = self._rows(
            "SELECT id, size_class, length, day FROM ids WHERE id > ? AND NOT EXISTS"
            " (SELECT 1 FROM acknowledged AS a WHERE a.courier = ? AND a.id = ids.id) ORDER BY id LIMIT ?",
            (after, courier, limit),
        )
        return [Stored(id_, size, length, date.fromordinal(day)) for id_, size, length, day in rows]

    def read(self, envelope_id: bytes) -> bytes | None:
        rows = self._rows(f"SELECT {ITS_ENVELOPE} FROM ids WHERE id = ?", (envelope_id,))  # noqa: S608
        return rows[0][0] if rows else None

    def has(self, envelope_id: bytes) -> bool:
        return bool(self._rows("SELECT 1 FROM ids WHERE id = ?", (envelope_id,)))

    def acknowledge(self, courier: bytes, ids: Sequence[bytes], *, day: date) -> int:
        def work(connection: apsw.Connection) -> int:
            before = connection.total_changes()
            connection.executemany(
                "INSERT INTO acknowledged SELECT id, ?, ? FROM ids WHERE id = ? ON CONFLICT DO NOTHING",
                [(courier, day.toordinal(), id_) for id_ in ids],
            )
            self._forgetting.note()
            return connection.total_changes() - before

        return self._writer.do(work)

    def expire(self, couriers: Collection[bytes], *, acknowledged: date, received: date) -> int:
        wanted = sorted(set(couriers))
        removed = self._remove_all(partial(self._received_by, received))
        if wanted:  # "acknowledged by every one of nobody" would be everything
            removed += self._remove_all(partial(self._acknowledged_by, wanted, acknowledged))
        if removed:
            self._tidy_soon()
        return removed

    def close(self) -> None:
        with suppress(StoreError):  # it is another process's turn, or there was trouble already
            self._writer.do(self._forgetting.tidy, alone=True)
        self._writer.close()
        with self._reading:
            self._closed = True
            self._drop_reader()

    def _tidy_soon(self) -> None:
        """Tidy, as soon as the other processes let us.

        SQLite waits for readers and writers by itself, but not for somebody else's checkpoint.
        """
        until = time.monotonic() + _TIDY_SECONDS
        while True:
            try:
                return self._writer.do(self._forgetting.tidy, alone=True)
            except StoreBusy:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _remove(self, connection: apsw.Connection, ids: Sequence[bytes]) -> int:
        before = connection.total_changes()
        for table in ("envelopes", "arrivals"):
            connection.executemany(
                f"DELETE FROM {table} WHERE place = (SELECT place FROM ids WHERE id = ?)",  # noqa: S608
                [(id_,) for id_ in ids],
            )
        removed = connection.total_changes() - before
        connection.executemany("DELETE FROM ids WHERE id = ?", [(id_,) for id_ in ids])
        connection.executemany("DELETE FROM acknowledged WHERE id = ?", [(id_,) for id_ in ids])
        self._forgetting.note()
        return removed

    def _remove_all(self, next_batch: Callable[[bytes], list[bytes]]) -> int:
        """Destroy batch after batch: each is a group of its own, so that submissions get their turn in between."""
        removed, after = 0, b""
        while batch := next_batch(after):
            removed += self._writer.do(partial(self._remove, ids=batch))
            after = batch[-1]
        return removed

    def _received_by(self, day: date, after: bytes) -> list[bytes]:
        """Ids above *after* that came in by the end of that day, in order, of some 16 MiB together."""
        return self._batch("SELECT id, length FROM ids WHERE id > ? AND day <= ?", (after, day.toordinal()))

    def _acknowledged_by(self, couriers: Sequence[bytes], day: date, after: bytes) -> list[bytes]:
        """Ids above *after* that all of them had acknowledged by the end of that day, likewise."""
        return self._batch(
            "SELECT id, (SELECT length FROM ids WHERE ids.id = a.id) FROM acknowledged AS a"
            " WHERE id > ? AND day <= ? AND courier IN (SELECT unhex(value) FROM json_each(?))"
            " GROUP BY id HAVING count(*) = ?",
            (after, day.toordinal(), json.dumps([courier.hex() for courier in couriers]), len(couriers)),
        )

    def _batch(self, query: str, values: tuple[Any, ...]) -> list[bytes]:
        return _first_of_size(self._rows(f"{query} ORDER BY id LIMIT 256", values), _REMOVE_BYTES)

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        """All rows of a query, through the one connection that only reads."""
        with self._reading, translated(self._path):
            if self._closed:
                raise StoreUnavailable
            if self._reader is None:
                self._reader = connect(self._path)
            try:
                return self._reader.execute(statement, values).fetchall()
            except apsw.Error:
                self._drop_reader()  # so that it heals: the next one opens the file anew
                raise

    def _drop_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close(True)

    def _check_room(self, size: int) -> None:
        """Whether so many bytes fit: on the disk, or into what was destroyed, for the file never becomes shorter."""
        if self._free(self._path) < self._reserve + size and not 0 < size <= self._free_inside():
            raise StoreFull

    def _free_inside(self) -> int:
        ((pages,),) = self._rows("PRAGMA freelist_count", ())
        ((size,),) = self._rows("PRAGMA page_size", ())
        return int(pages * size) - _LISTS_BYTES

    def _translate(self, error: Exception) -> StoreError:
        assert isinstance(error, apsw.Error | OSError)  # noqa: S101 - the writer hands over no other
        return as_store_error(error, self._path)

    def _look_for_trouble(self, connection: apsw.Connection) -> None:
        self._check_room(0)
        self._scrub.read_on(connection)
        fit_cache(connection)


def _together(connection: apsw.Connection, works: Sequence[Callable[[apsw.Connection], Any]]) -> list[Any]:
    connection.execute("BEGIN IMMEDIATE")
    results = [work(connection) for work in works]
    connection.execute("COMMIT")  # with synchronous=FULL, the log is on the disk when this returns
    return results


def _close(connection: apsw.Connection) -> None:
    """With what did not commit."""
    connection.close(True)


def _has(connection: apsw.Connection, envelope_id: bytes) -> bool:
    return connection.execute("SELECT 1 FROM ids WHERE id = ?", (envelope_id,)).get is not None


def _first_of_size(rows: Iterable[tuple[bytes, int | None]], limit: int) -> list[bytes]:
    ids: list[bytes] = []
    size = 0
    for id_, length in rows:
        size += length or 0
        if ids and size > limit:
            break
        ids.append(id_)
    return ids

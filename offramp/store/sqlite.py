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

from offramp.store import Stored
from offramp.store.connection import RESERVE_BYTES, as_store_error, connect, free_bytes, tidy, translated
from offramp.store.errors import StoreBusy, StoreFull, StoreUnavailable
from offramp.store.writer import GroupWriter

QUEUE_LENGTH = 2048
"""Writes that may wait at once: more than the threads of a server, so only a stuck disk fills it."""

_REMOVE_BYTES = 16 * 1024 * 1024
"""Envelopes that one transaction destroys: deleting writes as many zeros as there were bytes."""

_TIDY_SECONDS = 10.0


class SqliteStore:
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
        self._unordered = True
        with translated(self._path):
            self._reader: apsw.Connection | None = connect(self._path)
        self._writer = GroupWriter(
            lambda: connect(self._path),
            lambda error: as_store_error(error, self._path),
            self._check_room,
            queue_length=queue_length,
            tick=self._tick,
            tick_seconds=tick_seconds,
        )

    def add(self, envelope: bytes, *, envelope_id: bytes, size_class: int, day: date) -> bool:
        place = secrets.randbits(63)
        row = (envelope_id, place, size_class, len(envelope), day.toordinal())

        def work(connection: apsw.Connection) -> bool:
            connection.execute("INSERT INTO ids VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING", row)
            if connection.changes() == 0:
                return False
            connection.execute("INSERT INTO envelopes VALUES (?,?)", (place, envelope))
            self._unordered = True
            return True

        return self._writer.do(work, size=len(envelope))

    def waiting(self, courier: bytes, *, after: bytes = b"", limit: int = 1000) -> list[Stored]:
        rows = self._rows(
            "SELECT id, size_class, length, day FROM ids WHERE id > ? AND NOT EXISTS"
            " (SELECT 1 FROM acknowledged AS a WHERE a.courier = ? AND a.id = ids.id) ORDER BY id LIMIT ?",
            (after, courier, limit),
        )
        return [Stored(id_, size, length, date.fromordinal(day)) for id_, size, length, day in rows]

    def read(self, envelope_id: bytes) -> bytes | None:
        rows = self._rows(
            "SELECT envelope FROM ids JOIN envelopes USING (place) WHERE id = ?", (envelope_id,)
        )
        return bytes(rows[0][0]) if rows else None

    def has(self, envelope_id: bytes) -> bool:
        return bool(self._rows("SELECT 1 FROM ids WHERE id = ?", (envelope_id,)))

    def acknowledge(self, courier: bytes, ids: Sequence[bytes]) -> int:
        def work(connection: apsw.Connection) -> int:
            before = connection.total_changes()
            connection.executemany(
                "INSERT INTO acknowledged SELECT ?, id FROM ids WHERE id = ? ON CONFLICT DO NOTHING",
                [(courier, id_) for id_ in ids],
            )
            return connection.total_changes() - before

        return self._writer.do(work)

    def remove_acknowledged(self, couriers: Collection[bytes]) -> int:
        if not couriers:
            return 0  # "acknowledged by every one of nobody" would be everything
        wanted, removed, after = sorted(set(couriers)), 0, b""
        while batch := self._acknowledged_by_all(wanted, after):
            # Each batch is a group of its own, so that submissions get their turn in between.
            removed += self._writer.do(partial(self._remove, ids=batch))
            after = batch[-1]
        self._tidy_soon()
        return removed

    def close(self) -> None:
        self._writer.close()
        with self._reading:
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close(True)

    def _tidy_soon(self) -> None:
        """Tidy, as soon as the other processes let us.

        SQLite waits for readers and writers by itself, but not for somebody else's checkpoint.
        """
        until = time.monotonic() + _TIDY_SECONDS
        while True:
            try:
                return self._writer.do(self._tidy, alone=True)
            except StoreBusy:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _remove(self, connection: apsw.Connection, ids: Sequence[bytes]) -> int:
        before = connection.total_changes()
        connection.executemany(
            "DELETE FROM envelopes WHERE place = (SELECT place FROM ids WHERE id = ?)",
            [(id_,) for id_ in ids],
        )
        removed = connection.total_changes() - before
        connection.executemany("DELETE FROM ids WHERE id = ?", [(id_,) for id_ in ids])
        connection.executemany("DELETE FROM acknowledged WHERE id = ?", [(id_,) for id_ in ids])
        self._unordered = True  # and larger than it has to be
        return removed

    def _acknowledged_by_all(self, couriers: Sequence[bytes], after: bytes) -> list[bytes]:
        """Ids above *after* that all of them acknowledged, in order, of some 16 MiB together."""
        rows = self._rows(
            "SELECT id, (SELECT length FROM ids WHERE ids.id = a.id) FROM acknowledged AS a"
            " WHERE id > ? AND courier IN (SELECT unhex(value) FROM json_each(?))"
            " GROUP BY id HAVING count(*) = ? ORDER BY id LIMIT 256",
            (after, json.dumps([courier.hex() for courier in couriers]), len(couriers)),
        )
        return _first_of_size(rows, _REMOVE_BYTES)

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        """All rows of a query, through the one connection that only reads."""
        with self._reading, translated(self._path):
            if self._reader is None:
                raise StoreUnavailable
            return self._reader.execute(statement, values).fetchall()

    def _check_room(self, size: int) -> None:
        if self._free(self._path) < self._reserve + size:
            raise StoreFull

    def _tick(self, connection: apsw.Connection) -> None:
        """Write something, so that the files' times tell of the clock and of nobody; then tidy."""
        connection.execute("REPLACE INTO noise VALUES (1, randomblob(8))")
        with suppress(apsw.BusyError):  # another process is at it; there will be another tick
            self._tidy(connection)

    def _tidy(self, connection: apsw.Connection) -> None:
        """Take arrival's order out, where something came or went since the last time."""
        if tidy(connection, reorder=self._unordered):
            self._unordered = False


def _first_of_size(rows: Iterable[tuple[bytes, int | None]], limit: int) -> list[bytes]:
    ids: list[bytes] = []
    size = 0
    for id_, length in rows:
        size += length or 0
        if ids and size > limit:
            break
        ids.append(id_)
    return ids

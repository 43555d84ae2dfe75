"""The store in a PostgreSQL database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any

import psycopg

from offramp.store import Addition, Stored
from offramp.store.adding import Adding, outcome
from offramp.store.errors import StoreUnavailable
from offramp.store.postgres.adding import COUNTS, Insertion, count, together
from offramp.store.postgres.connection import Connection
from offramp.store.postgres.errors import as_store_error, only_reads
from offramp.store.postgres.reserve import keep_reserve
from offramp.store.postgres.tidying import rewrite, tidy
from offramp.store.trouble import TroubleLog
from offramp.store.writer import Engine, GroupWriter

QUEUE_LENGTH = 2048
"""Writes that may wait at once, as for SQLite."""

_REMOVE_ROWS = 256


class PostgresStore(Adding):
    """A Store (see offramp.store) in the database at a postgresql:// URL, as libpq reads it.

    It makes its tables itself, and may share them with the stores of other processes and machines.
    How full the database's disk is it cannot know: its quotas are what leaves room there.
    Raises StoreUnavailable, StoreNewer.
    """

    def __init__(
        self, url: str, *, tick_seconds: float | None = None, queue_length: int = QUEUE_LENGTH
    ) -> None:
        self._url = url
        self._reading = threading.Lock()
        self._closed = False
        self._reader: Connection | None = self._open()
        self._writer = GroupWriter(
            Engine(
                lambda: Connection.open(url), Connection.close, together, (psycopg.Error,), as_store_error
            ),
            lambda _: None,
            queue_length=queue_length,
            tick=_tick,
            tick_seconds=tick_seconds,
            tell=TroubleLog("the letters' database").note,
        )

    def start_adding(self, addition: Addition, then: Callable[[], None]) -> Callable[[], bool]:
        wait = self._writer.start(Insertion(addition), size=len(addition.envelope), then=then)
        return partial(outcome, wait)

    def count(self) -> dict[int, int]:
        return {size_class: here for size_class, here in self._rows(COUNTS) if here}

    def waiting(self, courier: bytes, *, after: bytes = b"", limit: int = 1000) -> list[Stored]:
        rows = self._rows(
            "SELECT id, size_class, length, day FROM ids WHERE id > %b AND NOT EXISTS"
            " (SELECT FROM acknowledged AS a WHERE a.courier = %b AND a.id = ids.id) ORDER BY id LIMIT %b",
            (after, courier, limit),
        )
        return [Stored(id_, size, length, date.fromordinal(day)) for id_, size, length, day in rows]

    def read(self, envelope_id: bytes) -> bytes | None:
        rows = self._rows(
            "SELECT piece FROM ids LEFT JOIN pieces USING (id) WHERE id = %b ORDER BY number", (envelope_id,)
        )
        return b"".join(piece or b"" for (piece,) in rows) if rows else None

    def has(self, envelope_id: bytes) -> bool:
        return bool(self._rows("SELECT 1 FROM ids WHERE id = %b", (envelope_id,)))

    def acknowledge(self, courier: bytes, ids: Sequence[bytes], *, day: date) -> int:
        return self._writer.do(partial(_acknowledge, courier=courier, ids=ids, day=day.toordinal()))

    def expire(self, couriers: Collection[bytes], *, acknowledged: date, received: date) -> int:
        wanted = sorted(set(couriers))
        removed = self._remove_all("SELECT id FROM ids WHERE id > %b AND day <= %b", (received.toordinal(),))
        if wanted:  # "acknowledged by every one of nobody" would be everything
            removed += self._remove_all(
                "SELECT ids.id FROM ids JOIN acknowledged AS a USING (id)"
                " WHERE ids.id > %b AND a.day <= %b AND a.courier = ANY(%b) GROUP BY ids.id HAVING count(*) = %b",
                (acknowledged.toordinal(), wanted, len(wanted)),
            )
        if removed:
            self._writer.do(tidy, alone=True)
        return removed

    def close(self) -> None:
        self._writer.close()
        with self._reading:
            self._closed = True
            self._drop_reader()

    def _remove_all(self, query: str, values: tuple[Any, ...]) -> int:
        """Destroy batch after batch: each is a group of its own, so that submissions get their turn in between."""
        removed, after = 0, b""
        while rows := self._rows(f"{query} ORDER BY 1 LIMIT {_REMOVE_ROWS}", (after, *values)):
            batch = [id_ for (id_,) in rows]
            removed += self._writer.do(partial(_remove, ids=batch))
            after = batch[-1]
        return removed

    def _rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a query, through the one connection that only reads."""
        with self._reading:
            try:
                try:
                    return self._read(statement, values)
                except psycopg.OperationalError:
                    self._drop_reader()  # the database may have been restarted: a new connection tells
                    return self._read(statement, values)
            except psycopg.Error as error:
                self._drop_reader()
                raise as_store_error(error) from None

    def _read(self, statement: str, values: tuple[Any, ...]) -> list[Any]:
        if self._closed:
            raise StoreUnavailable
        if self._reader is None:
            self._reader = Connection.open(self._url)
        return self._reader.rows(statement, values)

    def _drop_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _open(self) -> Connection:
        try:
            return Connection.open(self._url)
        except psycopg.Error as error:
            # Their texts can hold the address, with its password.
            raise as_store_error(error) from None


def _tick(connection: Connection) -> None:
    """Look for trouble, for the operator; take order out; and see to the reserve."""
    if connection.rows("SELECT current_setting('transaction_read_only')") == [("on",)]:
        raise only_reads()
    rewrite(connection, always=False)
    keep_reserve(connection)


def _acknowledge(connection: Connection, courier: bytes, ids: Sequence[bytes], day: int) -> int:
    rows = connection.rows(
        "WITH new AS (INSERT INTO acknowledged SELECT id, %b, %b FROM ids WHERE id = ANY(%b) ORDER BY id"
        " ON CONFLICT DO NOTHING RETURNING id) SELECT count(*) FROM new",
        (courier, day, list(ids)),
    )
    return int(rows[0][0])


def _remove(connection: Connection, ids: Sequence[bytes]) -> int:
    rows = connection.rows(
        "WITH gone AS (DELETE FROM ids WHERE id = ANY(%b) RETURNING size_class),"
        " bytes AS (DELETE FROM pieces WHERE id = ANY(%b)) SELECT size_class, count(*) FROM gone GROUP BY 1",
        (ids, ids),
    )
    removed = Counter(dict(rows))
    count(connection, {size_class: -number for size_class, number in removed.items()})
    return removed.total()

"""Making the board anew: what has expired leaves, dummies fill up, and all of it is written out as files.

At any moment the old board or the new one is whole on the disk.  The database goes first: it holds more than
the files tell, and a build that was interrupted is made again from it under the next number.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Final

import apsw

from offramp.board import plan
from offramp.board.database import BoardDatabase, live_replies, rows_of
from offramp.board.days import Clock, day_of
from offramp.board.tree import BoardTree
from offramp.crypto.board import (
    REPLIES_IN_SHARD,
    SHARD_LENGTH,
    Descriptor,
    make_dummy,
    make_shard,
    reply_id,
)

_IN_SHARD: Final = "turned >= ? AND turned < ?"


class Builder:
    """Rebuilds one board.  *kept_days* is how long an answer stays on it, and so a dummy."""

    def __init__(self, database: BoardDatabase, tree: BoardTree, *, kept_days: int, clock: Clock) -> None:
        self._database, self._tree = database, tree
        self._kept_days, self._clock = kept_days, clock

    def last_build(self) -> int | None:
        """The number of the published build, or None where there is no board."""
        published = self._tree.published()
        return published.build if published else None

    def rebuild(self, at_least: int = 1, builds_left: int = 1) -> Descriptor:
        """Publish a new build, whose number is *at_least* that.  Raises StoreError, OSError.

        *builds_left* of this day are still to come, this one among them.
        Of the board there is only a shard at a time in memory.
        """
        today = day_of(self._clock)
        with self._database.lock:
            with self._database.transaction() as connection:
                descriptor = self._settle(connection, today, at_least, builds_left)
            with self._database.transaction() as connection:
                self._tree.write_build(descriptor, self._shards(connection, descriptor), today)
                rows = rows_of(connection, "SELECT id FROM parcels")
                self._tree.sweep([name for (name,) in rows], today)
            self._database.tidy()
        return descriptor

    def _settle(
        self, connection: apsw.Connection, today: date, at_least: int, builds_left: int
    ) -> Descriptor:
        """Decide on all that will be on the board, and note it down."""
        _let_go(connection, today, builds_left)
        rows = rows_of(connection, "SELECT build, doublings FROM last_build")
        build, before = rows[0] if rows else (0, None)
        descriptor = Descriptor(
            plan.choose_doublings(live_replies(connection, today), before),
            max(build + 1, self._tree.highest_build() + 1, at_least),
        )
        grown = before is None or descriptor.doublings > before
        for index in range(descriptor.shard_count):
            shard = plan.numbers_of_shard(index, descriptor.doublings)
            self._fill(connection, shard, today, grown=grown)
        row = (descriptor.build, descriptor.doublings)
        connection.execute("REPLACE INTO last_build VALUES (1,?,?)", row)
        return descriptor

    def _fill(self, connection: apsw.Connection, shard: range, today: date, *, grown: bool) -> None:
        """Let the dummies of one shard leave and come until there are as many slots as there must be."""
        query = f"SELECT id, is_reply, last_day FROM slots WHERE {_IN_SHARD}"  # noqa: S608
        rows = rows_of(connection, query, (shard.start, shard.stop))
        dummies = [plan.Dummy(date.fromordinal(day), name) for name, is_reply, day in rows if not is_reply]
        leaving = plan.surplus(len(rows) - len(dummies), dummies)
        connection.executemany("DELETE FROM slots WHERE id = ?", [(dummy.id,) for dummy in leaving])
        places = REPLIES_IN_SHARD - len(rows) + len(leaving)
        for number, last_day in plan.new_dummies(shard, places, today, self._kept_days, grown=grown):
            dummy, place = make_dummy(), secrets.randbits(63)
            self._database.require_room(len(dummy))
            connection.execute(
                "INSERT INTO slots VALUES (?,?,0,?,?)",
                (number, reply_id(dummy), last_day.toordinal(), place),
            )
            connection.execute("INSERT INTO replies VALUES (?,?)", (place, dummy))

    def _shards(self, connection: apsw.Connection, descriptor: Descriptor) -> Iterator[bytes]:
        query = f"SELECT reply FROM slots JOIN replies USING (place) WHERE {_IN_SHARD}"  # noqa: S608
        for index in range(descriptor.shard_count):
            self._database.require_room(SHARD_LENGTH)
            shard = plan.numbers_of_shard(index, descriptor.doublings)
            rows = rows_of(connection, query, (shard.start, shard.stop))
            yield make_shard([reply for (reply,) in rows])


def _let_go(connection: apsw.Connection, today: date, builds_left: int) -> None:
    """What is past its last day leaves at some build of the day after, each as likely, and at the last at latest.

    If all of it left at the day's first build, a slot that changes at any other would be a new reply.
    """
    until = today.toordinal() - (1 if builds_left > 1 else 0)
    for table in ("slots", "parcels", "taken_back"):
        connection.execute(f"DELETE FROM {table} WHERE last_day < ?", (until,))  # noqa: S608
    rows = rows_of(connection, "SELECT id FROM slots WHERE last_day = ?", (today.toordinal() - 1,))
    leaving = [row for row in rows if secrets.randbelow(builds_left) == 0]
    connection.executemany("DELETE FROM slots WHERE id = ?", leaving)

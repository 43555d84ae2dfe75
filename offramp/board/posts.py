"""What couriers push: replies, parcels, and what is taken back.  Kept once it was acknowledged."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import apsw

from offramp.board.database import BoardDatabase, live_replies, rows_of
from offramp.board.days import Clock, day_of
from offramp.board.errors import KeptTooLong
from offramp.board.plan import require_fit, turned
from offramp.board.tree import BoardTree
from offramp.crypto.pack import BoardPost, ParcelPost, ReplyPost, TakenBack
from offramp.store.errors import StoreFull

MOST_DAYS: Final = 400
"""How far ahead a last day may lie."""

MOST_TAKEN_BACK: Final = 65_536
"""How many ids may be taken back at a time: as many shard numbers as there are, and some megabytes."""


class Posts:
    """The posts of one board.  Safe to use from several threads."""

    def __init__(self, database: BoardDatabase, tree: BoardTree, *, clock: Clock) -> None:
        self._database, self._tree, self._clock = database, tree, clock

    def keep(self, posts: Iterable[BoardPost]) -> int:
        """Keep all of these, on the disk when this returns, or none of them; how many the server has now.

        The same posts again change nothing and give the same number.  Left out of it is what has expired,
        and what was taken back, whichever came first.
        Raises KeptTooLong, ShardFull, StoreError, and whatever reading the posts raises.
        """
        today = day_of(self._clock)
        with self._database.transaction() as connection:
            kept = sum(self._keep(connection, post, today) for post in posts)
            require_fit(live_replies(connection, today))
            _require_few_taken_back(connection)
        return kept

    def missing(self, ids: Sequence[bytes]) -> list[bytes]:
        """Those of these ids [16] of replies and parcels that are not here.

        What was taken back is among them, so that whoever did not do it hears of it when they push.
        A dummy is here as a reply is: its id is nobody's to push, and no question tells which of them it is.
        """
        with self._database.transaction() as connection:
            return [one for one in ids if not self._is_known(connection, one)]

    def _is_known(self, connection: apsw.Connection, name: bytes) -> bool:
        if connection.execute("SELECT 1 FROM slots WHERE id = ?", (name,)).fetchall():
            return True
        listed = connection.execute("SELECT 1 FROM parcels WHERE id = ?", (name,)).fetchall()
        # A copy of the server's folder may have brought back the list without the files.
        return bool(listed) and self._tree.has_parcel(name)

    def _keep(self, connection: apsw.Connection, post: BoardPost, today: date) -> bool:
        if post.last_day > today + timedelta(days=MOST_DAYS):
            raise KeptTooLong
        if post.last_day < today:
            return False
        match post:
            case TakenBack():
                self._database.require_room(len(post.id))
                _take_back(connection, post)
                return True
            case ReplyPost():
                return self._keep_reply(connection, post)
            case ParcelPost():
                return self._keep_parcel(connection, post, today)

    def _keep_reply(self, connection: apsw.Connection, post: ReplyPost) -> bool:
        name = post.id
        if _was_taken_back(connection, name):
            return False
        self._database.require_room(len(post.reply))
        # A dummy can be downloaded and pushed as a reply; whoever does so has made it one.
        connection.execute("DELETE FROM slots WHERE id = ? AND NOT is_reply", (name,))
        place = secrets.randbits(63)
        row = (turned(post.shard_number), name, post.last_day.toordinal(), place)
        connection.execute(
            "INSERT INTO slots VALUES (?,?,1,?,?)"
            " ON CONFLICT DO UPDATE SET last_day = max(last_day, excluded.last_day)",
            row,
        )
        connection.execute(
            "INSERT INTO replies SELECT place, ? FROM slots WHERE id = ? AND place = ?",
            (post.reply, name, place),
        )
        return True

    def _keep_parcel(self, connection: apsw.Connection, post: ParcelPost, today: date) -> bool:
        name = post.id
        if _was_taken_back(connection, name):
            return False
        if not self._tree.has_parcel(name):
            self._database.require_room(len(post.parcel))
            # Before the commit: a file that is in no list is swept away, a listed one must be there.
            self._tree.add_parcel(name, post.parcel, today)
        connection.execute(
            "INSERT INTO parcels VALUES (?,?)"
            " ON CONFLICT (id) DO UPDATE SET last_day = max(last_day, excluded.last_day)",
            (name, post.last_day.toordinal()),
        )
        return True


def _take_back(connection: apsw.Connection, post: TakenBack) -> None:
    """Gone from here at once, and from what everybody downloads at the next rebuild."""
    connection.execute(
        "INSERT INTO taken_back VALUES (?,?)"
        " ON CONFLICT (id) DO UPDATE SET last_day = max(last_day, excluded.last_day)",
        (post.id, post.last_day.toordinal()),
    )
    connection.execute("DELETE FROM slots WHERE id = ? AND is_reply", (post.id,))
    connection.execute("DELETE FROM parcels WHERE id = ?", (post.id,))


def _was_taken_back(connection: apsw.Connection, name: bytes) -> bool:
    return bool(connection.execute("SELECT 1 FROM taken_back WHERE id = ?", (name,)).fetchall())


def _require_few_taken_back(connection: apsw.Connection) -> None:
    """Nobody answers that much: it would be a courier that fills the disk.  Raises StoreFull."""
    [(count,)] = rows_of(connection, "SELECT count(*) FROM taken_back")
    if count > MOST_TAKEN_BACK:
        raise StoreFull

"""The board in a backup: replies with the dummies among which they stand, parcels, and what was taken back.

Without the same dummies, whoever had downloaded the board before could tell which of its slots are answers.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from struct import Struct
from typing import Any, Final

import apsw

from offramp.board.database import BOARD, BoardDatabase
from offramp.board.days import Clock, day_of, set_to_day
from offramp.board.plan import turned
from offramp.board.posts import Posts
from offramp.board.tree import BoardTree
from offramp.crypto.board import REPLY_LENGTH, reply_id
from offramp.crypto.pack import BoardPost, ParcelPost, ReplyPost, TakenBack
from offramp.crypto.parcel import parcel_id
from offramp.server.backup.contents import Writing
from offramp.server.errors import BackupDamaged
from offramp.server.layout import ServerFolder
from offramp.store.connection import connect, translated

_SLOT: Final = Struct(f">IBI{REPLY_LENGTH}s")  # turned shard number, whether it is a reply, last day, reply
_TAKEN_BACK: Final = Struct(">16sI")
_LAST_BUILD: Final = Struct(">QB")
_TOGETHER: Final = 256  # records in one member: a megabyte


def write_board(tar: Writing, folder: ServerFolder, clock: Clock) -> None:
    """All of the board as it is at one moment, while it may go on changing.  Raises StoreError, OSError."""
    if not folder.board_database.exists():
        return
    with _snapshot(folder, clock) as connection:
        for row in connection.execute("SELECT build, doublings FROM last_build"):
            tar.add("board/last-build", _LAST_BUILD.pack(*row))
        _write_records(
            tar, "taken-back", _TAKEN_BACK, connection.execute("SELECT id, last_day FROM taken_back")
        )
        slots = "SELECT turned, is_reply, last_day, reply FROM slots JOIN replies USING (place) ORDER BY turned, id"
        _write_records(tar, "slots", _SLOT, connection.execute(slots))
        for name, day in connection.execute("SELECT id, last_day FROM parcels"):
            _write_parcel(tar, BoardTree(folder.board), name, date.fromordinal(day))


@contextmanager
def _snapshot(folder: ServerFolder, clock: Clock) -> Iterator[apsw.Connection]:
    path = folder.board_database
    with translated(path):
        connection = connect(path, BOARD)
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close(True)
            for file in path.parent.glob(f"{path.name}*"):
                with suppress(FileNotFoundError):
                    set_to_day(file, day_of(clock))


def _write_records(tar: Writing, kind: str, form: Struct, rows: Iterator[tuple[Any, ...]]) -> None:
    number = 0
    while batch := list(islice(rows, _TOGETHER)):
        tar.add(f"board/{kind}/{number}", b"".join(form.pack(*row) for row in batch))
        number += 1


def _write_parcel(tar: Writing, tree: BoardTree, name: bytes, last_day: date) -> None:
    with suppress(FileNotFoundError):  # it may be swept away meanwhile
        tar.add(f"board/parcels/{last_day}/{name.hex()}", tree.parcel(name).read_bytes())


class BoardRestoring:
    """Puts the board's members into a folder.  *is_new*: the folder has no board of its own, so dummies come too."""

    def __init__(self, folder: ServerFolder, *, is_new: bool, clock: Clock) -> None:
        self._database = BoardDatabase(folder.board_database, clock=clock)
        self._posts = Posts(self._database, BoardTree(folder.board), clock=clock)
        self._is_new = is_new

    def put(self, name: str, data: bytes) -> int:
        """One member; how many answers and parcels of it are here now.  Raises BackupDamaged, StoreError, ShardFull."""
        kind, _, rest = name.removeprefix("board/").partition("/")
        match kind:
            case "last-build":
                self._put_last_build(data)
                return 0
            case "taken-back":
                self._posts.keep(TakenBack(_day(day), id_) for id_, day in _records(_TAKEN_BACK, data))
                return 0
            case "slots":
                return self._put_slots(_records(_SLOT, data))
            case _:
                return self._put_parcel(
                    date.fromisoformat(rest.partition("/")[0]), rest.partition("/")[2], data
                )

    def close(self) -> None:
        self._database.tidy()
        self._database.close()

    def _put_slots(self, slots: Sequence[tuple[Any, ...]]) -> int:
        if self._is_new:
            self._put_dummies([one for one in slots if not one[1]])
        replies = [
            ReplyPost(_day(day), turned(number), reply) for number, is_reply, day, reply in slots if is_reply
        ]
        return self._keep(replies)

    def _put_dummies(self, dummies: Sequence[tuple[Any, ...]]) -> None:
        with self._database.transaction() as connection:
            for number, _, day, dummy in dummies:
                place = secrets.randbits(63)
                row = (number, reply_id(dummy), day, place)
                connection.execute("INSERT INTO slots VALUES (?,?,0,?,?) ON CONFLICT DO NOTHING", row)
                if connection.changes():
                    connection.execute("INSERT INTO replies VALUES (?,?)", (place, dummy))

    def _put_parcel(self, last_day: date, name: str, parcel: bytes) -> int:
        if parcel_id(parcel).hex() != name:
            return 0  # the disk had damaged it, and the courier will be asked for it again
        return self._keep([ParcelPost(last_day, parcel)])

    def _keep(self, posts: Sequence[BoardPost]) -> int:
        return self._posts.keep(posts) if posts else 0

    def _put_last_build(self, data: bytes) -> None:
        """A build's number never comes twice, or readers would take an old shard for a new one."""
        ((build, doublings),) = _records(_LAST_BUILD, data)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO last_build VALUES (1,?,?) ON CONFLICT DO UPDATE SET build = max(build, excluded.build)",
                (build, doublings),
            )


def _records(form: Struct, data: bytes) -> list[tuple[Any, ...]]:
    if len(data) % form.size:
        raise BackupDamaged
    return list(form.iter_unpack(data))


def _day(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise BackupDamaged from None

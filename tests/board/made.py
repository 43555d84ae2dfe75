"""A board in a folder of a test's own, with a clock that stands still, and looks at its files."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from offramp.board.builder import Builder
from offramp.board.database import BoardDatabase
from offramp.board.posts import Posts
from offramp.board.shelf import BoardShelf
from offramp.board.tree import BoardTree
from offramp.crypto.board import REPLY_LENGTH, Descriptor, read_descriptor, replies_of
from offramp.crypto.pack import HEADER, BoardPost, ParcelPost, Post, ReplyPost, frame
from offramp.crypto.parcel import PARCEL_LENGTHS

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
KEPT_DAYS = 60
DAY_SECONDS = 86_400
SMALL_PARCEL = min(PARCEL_LENGTHS)


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise.  Seconds."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now

    def next_day(self, days: int = 1) -> None:
        self.now += days * DAY_SECONDS

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()


class Board:
    """A board's folder, who writes into it, and who reads it.  It is rebuilt when the test says so."""

    def __init__(self, folder: Path, clock: Clock, *, kept_days: int = KEPT_DAYS) -> None:
        self.folder, self.path, self.clock = folder, folder / "board", clock
        self.database_path = folder / "builder" / "board.db"
        self.database = BoardDatabase(self.database_path, clock=clock)
        self.tree = BoardTree(self.path)
        self.posts = Posts(self.database, self.tree, clock=clock)
        self.builder = Builder(self.database, self.tree, kept_days=kept_days, clock=clock)
        self.shelf = BoardShelf(self.path)

    def keep(self, *posts: BoardPost) -> int:
        return self.posts.keep(posts)

    def rebuild(self) -> Descriptor:
        return self.builder.rebuild()

    def published(self) -> dict[int, list[bytes]]:
        """The slots of every shard, after a check that the board is whole."""
        return read_board(self.path)

    def all_slots(self) -> set[bytes]:
        return {slot for slots in self.published().values() for slot in slots}

    def names(self) -> set[str]:
        """What stands in the folder, besides the parcels."""
        return {path.name for path in self.path.iterdir()} - {"parcels", "descriptor"}


def read_board(path: Path) -> dict[int, list[bytes]]:
    """What a reader finds who follows the descriptor; fails where a shard is missing or damaged."""
    descriptor = read_descriptor((path / "descriptor").read_bytes())
    folder = path / str(descriptor.build)
    assert {one.name for one in folder.iterdir()} == {str(index) for index in range(descriptor.shard_count)}
    return {index: replies_of((folder / str(index)).read_bytes()) for index in range(descriptor.shard_count)}


def place_of(board: Mapping[int, list[bytes]], reply: bytes) -> list[int]:
    """The indices of all shards that hold a reply."""
    return [index for index, slots in board.items() if reply in slots]


def reply_post(number: int | None = None, *, days: int = KEPT_DAYS, today: date = TODAY) -> ReplyPost:
    """A reply that nobody can open, kept for so many days."""
    number = secrets.randbelow(1 << 16) if number is None else number
    return ReplyPost(today + timedelta(days=days), number, secrets.token_bytes(REPLY_LENGTH))


def parcel_post(*, days: int = KEPT_DAYS, length: int = SMALL_PARCEL, today: date = TODAY) -> ParcelPost:
    return ParcelPost(today + timedelta(days=days), secrets.token_bytes(length))


def pack(*posts: Post) -> bytes:
    """A pack's bytes."""
    return HEADER + b"".join(frame(post) for post in posts)


def files_in(folder: Path, *, without: Iterable[str] = ()) -> dict[str, tuple[int | bytes, ...]]:
    """Every file and folder: its mode, its times but that of the inode, and its bytes."""
    found: dict[str, tuple[int | bytes, ...]] = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        if not set(path.relative_to(folder).parts) & set(without):
            status = path.stat()
            # A folder's time of access tells of our own listing of it. A socket's tells of the first visit after
            # it was made, or of the second if both fall into one tick of the kernel's clock: no person in that.
            read = status.st_atime_ns if path.is_file() else 0
            told = (status.st_mode, status.st_size, status.st_mtime_ns, read)
            found[str(path.relative_to(folder))] = (*told, quiet_bytes(path))
    return found


def quiet_bytes(path: Path) -> bytes:
    """A file's bytes, read without a trace; nothing for what is no file."""
    if not path.is_file():
        return b""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOATIME), "rb") as file:
        return file.read()

"""What a seizure finds in board.db: days, and no order of arrival."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise

from tests.board.made import Board, parcel_post, reply_post


def test_the_columns_are_these(board: Board) -> None:
    board.keep(reply_post(), parcel_post())
    with closing(sqlite3.connect(board.database_path)) as plain:
        tables = dict(plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        columns = {name: [row[1] for row in plain.execute(f"PRAGMA table_info({name})")] for name in tables}
    assert columns == {
        "slots": ["turned", "id", "is_reply", "last_day", "place"],
        "replies": ["place", "reply"],
        "parcels": ["id", "last_day"],
        "taken_back": ["id", "last_day"],
        "last_build": ["one", "build", "doublings"],
    }


def test_replies_lie_in_the_file_in_no_order_of_arrival(board: Board) -> None:
    """After a rebuild the bytes stand in the order of their places, which are random."""
    posts = [reply_post(number * 600) for number in range(100)]
    for post in posts:
        board.keep(post)
    board.rebuild()
    raw = board.database_path.read_bytes()
    # Of a row of this size SQLite keeps the first bytes in one page and the rest in another: look for both.
    for part in (slice(0, 64), slice(2000, 2064)):
        where = [raw.find(post.reply[part]) for post in posts]
        assert min(where) >= 0
        rising = sum(first < second for first, second in pairwise(where))
        assert 25 < rising < 75  # in the order of arrival it would be 99


def test_what_left_the_board_is_in_no_file(board: Board) -> None:
    reply = reply_post(days=0)
    board.keep(reply)
    board.rebuild()
    board.clock.next_day()
    for _ in range(3):  # the old builds leave, too
        board.rebuild()
    for path in board.folder.rglob("*"):
        if path.is_file():
            assert reply.reply[2000:2064] not in path.read_bytes(), path

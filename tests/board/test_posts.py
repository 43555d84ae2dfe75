"""What a push promises: all or nothing, once and for all, and taken back is taken back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from offramp.board.database import BoardDatabase
from offramp.board.errors import KeptTooLong
from offramp.board.posts import MOST_DAYS, Posts
from offramp.crypto.board import reply_id
from offramp.crypto.errors import NotAPack, ShardFull
from offramp.crypto.pack import BoardPost, ReplyPost, TakenBack
from offramp.store import StoreFull
from tests.board.made import TODAY, Board, Clock, parcel_post, place_of, reply_post


def test_a_reply_is_on_the_board_after_the_next_rebuild(board: Board) -> None:
    reply = reply_post()
    assert board.posts.missing([reply.id]) == [reply.id]
    assert board.keep(reply) == 1
    assert board.posts.missing([reply.id]) == []
    assert reply.reply not in board.all_slots()
    board.rebuild()
    assert place_of(board.published(), reply.reply) == [0]


def test_it_is_on_the_disk_when_it_is_acknowledged(board: Board) -> None:
    """Another connection sees it, and so would one after a crash."""
    reply, parcel, gone = reply_post(), parcel_post(), TakenBack(TODAY, bytes(16))
    assert board.keep(reply, parcel, gone) == 3
    with closing(sqlite3.connect(board.database_path)) as plain:
        kept = plain.execute("SELECT reply FROM slots JOIN replies USING (place) WHERE is_reply").fetchall()
        assert kept == [(reply.reply,)]
        assert plain.execute("SELECT id FROM parcels").fetchall() == [(parcel.id,)]
        assert plain.execute("SELECT id FROM taken_back").fetchall() == [(gone.id,)]
        assert plain.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    assert board.tree.parcel(parcel.id).read_bytes() == parcel.parcel


def test_again_changes_nothing_and_says_the_same(board: Board) -> None:
    reply = reply_post()
    posts: list[BoardPost] = [reply, parcel_post(), TakenBack(TODAY, bytes(16))]
    assert board.posts.keep(posts) == 3
    assert board.posts.keep(posts) == 3
    assert board.keep(*posts, *posts) == 6
    board.rebuild()
    assert place_of(board.published(), reply.reply) == [0]


def test_the_later_last_day_counts(board: Board, clock: Clock) -> None:
    short = reply_post(3, days=1)
    long = ReplyPost(TODAY + timedelta(days=5), 3, short.reply)
    board.keep(long)
    board.keep(short)
    clock.next_day(5)
    board.rebuild()
    assert short.reply in board.all_slots()
    clock.next_day()
    board.rebuild()
    assert short.reply not in board.all_slots()


def failing(*posts: BoardPost) -> Iterator[BoardPost]:
    yield from posts
    raise NotAPack


def test_a_bad_pack_keeps_nothing_of_it(board: Board) -> None:
    before = reply_post()
    board.keep(before)
    reply, parcel = reply_post(), parcel_post()
    with pytest.raises(NotAPack):
        board.posts.keep(failing(reply, parcel, TakenBack(TODAY, before.id)))
    assert board.posts.missing([before.id, reply.id, parcel.id]) == [reply.id, parcel.id]
    board.rebuild()
    assert before.reply in board.all_slots()
    assert reply.reply not in board.all_slots()
    assert list(board.tree.parcels.iterdir()) == []  # what had been written of it is swept away


def test_nothing_is_kept_for_more_than_four_hundred_days(board: Board) -> None:
    good: list[BoardPost] = [reply_post(days=MOST_DAYS), parcel_post(days=MOST_DAYS)]
    bad: list[BoardPost] = [
        reply_post(days=MOST_DAYS + 1),
        parcel_post(days=MOST_DAYS + 1),
        TakenBack(TODAY + timedelta(days=MOST_DAYS + 1), bytes(16)),
    ]
    names = [post.id for post in good]
    for one in bad:
        with pytest.raises(KeptTooLong):
            board.keep(*good, one)
        assert board.posts.missing(names) == names
    assert board.posts.keep(good) == 2


def test_what_has_expired_is_left_out(board: Board) -> None:
    late: list[BoardPost] = [
        reply_post(days=-1),
        parcel_post(days=-1),
        TakenBack(TODAY - timedelta(days=1), bytes(16)),
    ]
    assert board.posts.keep(late) == 0
    names = [post.id for post in late]
    assert board.posts.missing(names) == names
    assert board.keep(reply_post(days=0)) == 1


@pytest.mark.parametrize("first", [True, False])
def test_taken_back_wins_whatever_comes_first(board: Board, first: bool) -> None:
    reply, parcel = reply_post(), parcel_post()
    posts: list[BoardPost] = [reply, parcel]
    gone: list[BoardPost] = [TakenBack(post.last_day, post.id) for post in posts]
    board.posts.keep(gone if first else posts)
    board.posts.keep(posts if first else gone)
    assert board.posts.missing([reply.id, parcel.id]) == [reply.id, parcel.id]
    assert board.keep(reply, parcel) == 0
    board.rebuild()
    assert reply.reply not in board.all_slots()
    assert not board.tree.parcel(parcel.id).exists()


def test_taken_back_is_gone_after_the_next_rebuild(board: Board) -> None:
    reply, parcel = reply_post(), parcel_post()
    board.keep(reply, parcel)
    board.rebuild()
    assert reply.reply in board.all_slots()
    board.keep(TakenBack(reply.last_day, reply.id), TakenBack(parcel.last_day, parcel.id))
    assert reply.reply in board.all_slots()  # a plain file, until the clock strikes
    assert board.tree.parcel(parcel.id).exists()
    board.rebuild()
    assert reply.reply not in board.all_slots()
    assert not board.tree.parcel(parcel.id).exists()
    assert reply.reply not in board.database_path.read_bytes()


def test_a_dummy_that_somebody_pushes_is_a_reply_from_then_on(board: Board, clock: Clock) -> None:
    dummy = board.published()[0][7]
    post = ReplyPost(TODAY + timedelta(days=300), 9, dummy)
    assert board.keep(post) == 1
    clock.next_day(299)
    board.rebuild()
    assert place_of(board.published(), dummy) == [0]


def test_one_threads_answers_have_an_end(board: Board) -> None:
    board.posts.keep(reply_post(5) for _ in range(48))
    other, more = reply_post(6), reply_post(5)
    with pytest.raises(ShardFull):
        board.keep(other, more)
    assert board.posts.missing([other.id, more.id]) == [other.id, more.id]
    assert board.keep(other) == 1
    board.rebuild()
    assert len(board.published()) == 2


def test_without_room_nothing_is_kept(tmp_path: Path, clock: Clock, board: Board) -> None:
    free = [200_000]
    database = BoardDatabase(board.database_path, clock=clock, reserve=100_000, free=lambda _: free[0])
    posts = Posts(database, board.tree, clock=clock)
    small, large = reply_post(), parcel_post(length=262_208)
    with pytest.raises(StoreFull):
        posts.keep([small, large])
    assert posts.missing([small.id, large.id]) == [small.id, large.id]
    assert posts.keep([small]) == 1
    free[0] = 400_000
    assert posts.keep([large]) == 1
    database.close()


def test_a_parcel_whose_file_is_gone_is_asked_for_again(board: Board) -> None:
    parcel = parcel_post()
    board.keep(parcel)
    board.tree.parcel(parcel.id).unlink()
    assert board.posts.missing([parcel.id]) == [parcel.id]
    board.keep(parcel)
    assert board.tree.parcel(parcel.id).read_bytes() == parcel.parcel


def test_what_is_missing_comes_back_in_the_order_of_the_question(board: Board) -> None:
    here, gone = reply_post(), reply_post()
    names = sorted([reply_post().id for _ in range(5)], reverse=True)
    board.keep(here, TakenBack(TODAY, gone.id))
    assert board.posts.missing([*names[:2], here.id, *names[2:], gone.id]) == [*names, gone.id]


def test_no_question_tells_a_dummy_from_a_reply(board: Board) -> None:
    board.keep(reply_post())
    board.rebuild()
    assert board.posts.missing([reply_id(slot) for slot in board.all_slots()]) == []


def test_taking_back_has_an_end(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offramp.board.posts.MOST_TAKEN_BACK", 3)
    reply = reply_post()
    board.keep(reply, *(TakenBack(TODAY, bytes([number]) * 16) for number in range(3)))
    with pytest.raises(StoreFull):
        board.keep(TakenBack(reply.last_day, reply.id))
    assert board.posts.missing([reply.id]) == []

"""What a rebuild changes, and what it leaves alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from offramp.board.database import BoardDatabase
from offramp.crypto.pack import ReplyPost
from offramp.store import StoreFull
from tests.board.made import KEPT_DAYS, Board, Clock, files_in, parcel_post, place_of, reply_post


def test_the_first_board_is_dummies(board: Board) -> None:
    assert list(board.published()) == [0]
    assert len(board.all_slots()) == 64


def test_between_two_builds_nothing_changes_without_reason(board: Board) -> None:
    before, build = board.all_slots(), board.builder.last_build()
    board.rebuild()
    assert board.all_slots() == before
    assert board.builder.last_build() == (build or 0) + 1


def test_a_reply_takes_the_place_of_one_dummy(board: Board) -> None:
    before = board.all_slots()
    reply = reply_post()
    board.keep(reply)
    board.rebuild()
    after = board.all_slots()
    assert after - before == {reply.reply}
    assert len(before - after) == 1


def test_where_one_leaves_one_dummy_comes(board: Board, clock: Clock) -> None:
    reply = reply_post(days=KEPT_DAYS + 1)
    board.keep(reply)
    clock.next_day(KEPT_DAYS + 1)
    board.rebuild()  # all dummies of the beginning have left by now
    before = board.all_slots()
    clock.next_day()
    board.rebuild()
    after = board.all_slots()
    assert before - after == {reply.reply}
    assert len(after - before) == 1


def test_dummies_leave_little_by_little_and_stay_as_long_as_replies(board: Board, clock: Clock) -> None:
    lives = dict.fromkeys(board.all_slots(), 0)
    for _ in range(3 * KEPT_DAYS):
        clock.next_day()
        board.rebuild()
        slots = board.all_slots()
        assert len(slots) == 64
        assert len(slots - lives.keys()) < 20
        lives |= {slot: lives.get(slot, 0) + 1 for slot in slots if slot in lives}
        lives |= dict.fromkeys(slots - lives.keys(), 0)
    # One that came after the first day was there from its first to its last day, like a reply.
    gone = [life for slot, life in lives.items() if slot not in slots]
    assert max(gone) == KEPT_DAYS
    assert gone.count(KEPT_DAYS) >= 64


@pytest.mark.parametrize(("replies", "shards"), [(48, 1), (49, 2), (97, 4)])
def test_it_doubles_and_every_reply_is_where_a_reader_looks(board: Board, replies: int, shards: int) -> None:
    posts = [reply_post(number) for number in range(replies)]
    board.posts.keep(posts)
    descriptor = board.rebuild()
    published = board.published()
    assert len(published) == descriptor.shard_count == shards
    for post in posts:
        assert place_of(published, post.reply) == [descriptor.shard_of(post.shard_number)]


def test_it_shrinks_again_and_keeps_what_is_live(board: Board, clock: Clock) -> None:
    short = [reply_post(number, days=1) for number in range(40)]
    long = [reply_post(number) for number in range(30)]
    board.posts.keep([*short, *long])
    assert board.rebuild().doublings == 1
    clock.next_day(2)
    assert board.rebuild().doublings == 0
    published = board.published()
    assert all(place_of(published, post.reply) == [0] for post in long)
    assert not any(place_of(published, post.reply) for post in short)


def test_a_doubling_keeps_the_dummies_that_were_there(board: Board) -> None:
    before = board.all_slots()
    board.posts.keep(reply_post(number) for number in range(49))
    board.rebuild()
    assert len(before & board.all_slots()) >= 25  # each half has 24 or 25 replies, and room for all others


def test_expired_is_gone_on_the_day_after(board: Board, clock: Clock) -> None:
    reply, parcel = reply_post(days=3), parcel_post(days=3)
    board.keep(reply, parcel)
    clock.next_day(3)
    board.rebuild()
    assert reply.reply in board.all_slots()
    assert board.tree.has_parcel(parcel.id)
    clock.next_day()
    board.rebuild()
    assert reply.reply not in board.all_slots()
    assert not board.tree.has_parcel(parcel.id)
    assert board.posts.missing([reply.id, parcel.id]) == [reply.id, parcel.id]


def test_what_has_expired_leaves_in_the_course_of_the_day_after(board: Board, clock: Clock) -> None:
    """Replies as dummies: so a slot that changes during the day need not be a new reply."""
    replies = [reply_post(number, days=3) for number in range(40)]
    parcel = parcel_post(days=3)
    board.keep(*replies, parcel)
    board.rebuild()
    clock.next_day(4)
    left, kinds = board.all_slots(), set()
    for builds_left in range(24, 0, -1):
        board.builder.rebuild(builds_left=builds_left)
        gone = left - board.all_slots()
        kinds |= {(slot in {one.reply for one in replies}, builds_left) for slot in gone}
        assert board.tree.has_parcel(parcel.id) == (builds_left > 1)
        left &= board.all_slots()
    assert not left & {one.reply for one in replies}
    assert len({builds_left for is_reply, builds_left in kinds if is_reply}) > 6


def test_nothing_stays_for_a_second_day(board: Board, clock: Clock) -> None:
    reply, parcel = reply_post(days=3), parcel_post(days=3)
    board.keep(reply, parcel)
    clock.next_day(5)
    board.builder.rebuild(builds_left=24)
    assert reply.reply not in board.all_slots()
    assert not board.tree.has_parcel(parcel.id)


def test_an_unchanged_shard_is_the_same_file_and_a_damaged_one_is_written_anew(board: Board) -> None:
    first = board.builder.last_build() or 0
    board.rebuild()
    old, new = board.tree.shard(first, 0), board.tree.shard(first + 1, 0)
    assert old.samefile(new)
    whole = new.read_bytes()
    new.write_bytes(whole[:1000] + b"x" + whole[1001:])
    board.rebuild()
    assert board.tree.shard(first + 2, 0).read_bytes() == whole


def test_the_last_two_builds_stay_for_slow_readers(board: Board) -> None:
    for number in range(2, 8):
        board.keep(reply_post())
        board.rebuild()
        assert board.names() == {str(build) for build in range(max(1, number - 2), number + 1)}


def test_numbers_go_up_whatever_was_lost(tmp_path: Path, board: Board, clock: Clock) -> None:
    assert board.builder.rebuild(at_least=29_000_000).build == 29_000_000
    assert board.builder.rebuild(at_least=5).build == 29_000_001
    board.tree.descriptor.unlink()
    assert board.rebuild().build == 29_000_002
    board.database.close()
    for path in board.database_path.parent.iterdir():
        path.unlink()
    assert board.rebuild().build == 29_000_003


def test_a_board_whose_files_are_gone_is_made_again(board: Board) -> None:
    reply = reply_post()
    board.keep(reply)
    board.rebuild()
    before = board.all_slots()
    shutil.rmtree(board.path)
    board.rebuild()
    assert board.all_slots() == before


def test_without_room_the_old_board_stays(board: Board, clock: Clock) -> None:
    board.posts.keep(reply_post(number) for number in range(60))
    before = board.published()
    full = Board(board.folder, clock)
    full.database = BoardDatabase(board.database_path, clock=clock, reserve=1, free=lambda _: 100_000)
    full.builder._database = full.database
    with pytest.raises(StoreFull):
        full.rebuild()
    full.database.close()
    assert board.published() == before
    board.rebuild()
    assert len(board.published()) == 2


def test_no_file_tells_more_than_a_day(board: Board, clock: Clock) -> None:
    def times() -> set[int]:
        parts = (board.path, board.database_path.parent)
        found = [entry for part in parts for entry in files_in(part).values()]
        return {int(entry[2]) % (86_400 * 10**9) for entry in found}

    clock.now += 12_345.678
    board.keep(reply_post(), parcel_post())
    assert times() == {0}
    board.posts.missing([bytes(16)])
    assert times() == {0}
    clock.now += 3_600.5
    board.rebuild()
    assert times() == {0}


def test_the_inodes_own_time_tells_of_the_rebuild(board: Board) -> None:
    parcel = parcel_post()
    board.keep(parcel)
    pushed = board.tree.parcel(parcel.id).stat().st_ctime_ns
    board.rebuild()
    assert board.tree.parcel(parcel.id).stat().st_ctime_ns > pushed


def test_files_are_closed_to_others(board: Board) -> None:
    board.keep(reply_post(), parcel_post())
    board.rebuild()
    for path in (board.path, *board.path.rglob("*"), board.database_path):
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_a_desk_marks_for_another_shard_size_is_found_by_all(board: Board) -> None:
    """The highest shard number: its bits turned are all ones."""
    last = ReplyPost(reply_post().last_day, 65_535, reply_post().reply)
    board.posts.keep([last, *(reply_post(number) for number in range(60))])
    descriptor = board.rebuild()
    assert place_of(board.published(), last.reply) == [descriptor.shard_of(65_535)]

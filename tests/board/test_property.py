"""Whatever is pushed and whenever it is rebuilt: every live reply is in the shard that its reader downloads."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from offramp.board.plan import ALWAYS_SHARDS, MOST_REPLIES
from offramp.crypto.errors import ShardFull
from offramp.crypto.pack import BoardPost, ReplyPost, TakenBack
from tests.board.made import Board, Clock, parcel_post, place_of, reply_post
from tests.board.test_plan import fullest

# Few numbers, and close ones: so that shards get full.
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 32, 32_768, 65_535])


class AnyBoard(RuleBasedStateMachine):
    """A board beside what it ought to hold: the last day of every reply and parcel."""

    @initialize()
    def make(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.board = Board(Path(self.folder.name), self.clock, kept_days=5)
        self.replies: dict[bytes, ReplyPost] = {}
        self.parcels: dict[bytes, date] = {}
        self.shards = 0

    def teardown(self) -> None:
        self.board.database.close()
        self.folder.cleanup()

    @rule(number=NUMBERS, count=st.integers(1, 30), days=st.integers(-1, 4), parcel=st.booleans())
    def push(self, number: int, count: int, days: int, parcel: bool) -> None:
        today = self.clock.today
        posts: list[BoardPost] = [reply_post(number, days=days, today=today) for _ in range(count)]
        posts += [parcel_post(days=days, today=today)] if parcel else []
        if days >= 0 and not self.fits(number, count):
            with pytest.raises(ShardFull):
                self.board.posts.keep(posts)
            return
        assert self.board.posts.keep(posts) == (len(posts) if days >= 0 else 0)
        if days >= 0:
            self.replies |= {post.id: post for post in posts if isinstance(post, ReplyPost)}
            self.parcels |= {post.id: post.last_day for post in posts if not isinstance(post, ReplyPost)}

    def fits(self, number: int, more: int) -> bool:
        """Whether a board of sensible size holds what may be on it and these; by trying all sizes."""
        yesterday = self.clock.today - timedelta(days=1)
        live = Counter(post.shard_number for post in self.replies.values() if post.last_day >= yesterday)
        live[number] += more
        sizes = [size for size in range(17) if 1 << size <= max(ALWAYS_SHARDS, live.total())]
        return any(fullest(live, size) <= MOST_REPLIES for size in sizes)

    @rule(which=st.integers(0, 500))
    def take_back(self, which: int) -> None:
        names = [*self.replies, *self.parcels]  # in the order of pushing: the names themselves are random
        if not names:
            return
        name = names[which % len(names)]
        last_day = self.replies[name].last_day if name in self.replies else self.parcels[name]
        if last_day < self.clock.today:
            return
        self.board.keep(TakenBack(last_day, name))
        self.replies.pop(name, None)
        self.parcels.pop(name, None)

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.clock.next_day(days)

    @rule()
    def restart(self) -> None:
        self.board.database.close()
        self.board = Board(Path(self.folder.name), self.clock, kept_days=5)

    @rule()
    def rebuild(self) -> None:
        before = self.board.all_slots() if self.shards else set()
        shards = self.shards
        descriptor = self.board.rebuild()
        self.shards = descriptor.shard_count
        today = self.clock.today
        live = [post for post in self.replies.values() if post.last_day >= today]
        published = self.board.published()
        for post in live:
            assert place_of(published, post.reply) == [descriptor.shard_of(post.shard_number)]
        dead = {post.reply for post in self.replies.values()} - {post.reply for post in live}
        slots = self.board.all_slots()
        assert not dead & slots
        assert len(slots) == 64 * descriptor.shard_count
        parcels = {name.hex() for name, last_day in self.parcels.items() if last_day >= today}
        assert {path.name for path in self.board.tree.parcels.iterdir()} == parcels
        with _same_again(self.board) as again:
            assert again == slots
        if shards == self.shards:
            assert len(slots - before) == len(before - slots)
        self.replies = {post.id: post for post in live}

    @invariant()
    def whole(self) -> None:
        if getattr(self, "shards", 0):
            assert len(self.board.published()) == self.shards


@contextmanager
def _same_again(board: Board) -> Iterator[set[bytes]]:
    """A second rebuild at once changes nothing but the number."""
    with closing(Board(board.folder, board.clock, kept_days=5).database):
        board.rebuild()
        yield board.all_slots()


TestAnyBoard = AnyBoard.TestCase
TestAnyBoard.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)

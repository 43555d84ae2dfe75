"""A rebuild that is stopped, wherever: the old board or the new one is whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import textwrap
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from offramp import disk
from offramp.board import days, tree
from tests.board.made import NOON, Board, Clock, parcel_post, place_of, read_board, reply_post
from tests.harness.children import start_child, wait_for

ROUNDS = 25


class Stopped(BaseException):
    """The power went."""


class StoppingOs:
    """The module os, until so many calls that change or secure something were made."""

    CHANGES = ("open", "fsync", "link", "utime")

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __getattr__(self, name: str) -> Any:
        return self.stopping(getattr(os, name)) if name in self.CHANGES else getattr(os, name)

    def stopping(self, do: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            if self.left == 0:
                raise Stopped
            self.left -= 1
            return do(*arguments, **options)

        return call


def stop_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> StoppingOs:
    """Let whatever the tree does end after so many steps."""
    stopping = StoppingOs(calls)
    for module in (tree, days, disk):
        monkeypatch.setattr(module, "os", stopping)
    for name in ("mkdir", "rename", "replace", "unlink"):
        monkeypatch.setattr(Path, name, stopping.stopping(getattr(Path, name)))
    monkeypatch.setattr(shutil, "rmtree", stopping.stopping(shutil.rmtree))
    return stopping


def test_after_each_step_of_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """From one shard to two, with a parcel that leaves and builds that are swept away."""
    start = tmp_path / "start"
    start.mkdir()
    board = Board(start, clock)
    old, new = [reply_post(number) for number in range(40)], [reply_post(number) for number in range(40, 60)]
    board.posts.keep([*old, parcel_post(days=0)])
    for _ in range(4):
        board.rebuild()
    board.posts.keep(new)
    board.database.close()
    clock.next_day()
    steps = 0
    seen = set()
    while True:
        folder = tmp_path / str(steps)
        shutil.copytree(start, folder)
        stopped = Board(folder, clock)
        with monkeypatch.context() as patch:
            stopping = stop_after(patch, steps)
            with suppress(Stopped):
                stopped.rebuild()
            finished = stopping.left > 0
        published = read_board(folder / "board")
        seen.add(len(published))
        assert len(published) in (1, 2)
        expected = [*old, *new] if len(published) == 2 else old
        assert all(place_of(published, post.reply) for post in expected)
        # And the next one is as if nothing had happened.
        again = Board(folder, clock)
        again.rebuild()
        assert all(place_of(again.published(), post.reply) for post in [*old, *new])
        assert not list((folder / "board").rglob("*.partial"))
        assert list((folder / "board" / "parcels").iterdir()) == []
        assert len(again.names()) <= 3
        stopped.database.close()
        again.database.close()
        shutil.rmtree(folder)
        if finished:
            break
        steps += 1
    assert seen == {1, 2}
    assert steps > 20


CHILD = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from tests.board.made import Board, Clock, parcel_post, reply_post

    clock = Clock(float(sys.argv[2]))
    board = Board(Path(sys.argv[1]), clock)
    for number in range(1_000_000):
        # Every other board is large, and the next one small again.
        posts = [reply_post(days=0, today=clock.today) for _ in range(10 if number % 2 else 200)]
        board.posts.keep([*posts, parcel_post(days=1, today=clock.today)])
        board.rebuild()
        print(posts[-1].id.hex(), flush=True)
        clock.next_day()
    """
)


@pytest.mark.timeout(300)
def test_kill_nine_in_the_middle_of_rebuilds(tmp_path: Path) -> None:
    """A child doubles and shrinks a board as quickly as it can, and is killed again and again."""
    folder, log = tmp_path / "server", tmp_path / "log"
    folder.mkdir()
    chance = random.Random(3)
    now = NOON
    builds: set[int] = set()
    for _ in range(ROUNDS):
        seen = len(log.read_bytes()) if log.exists() else 0
        child = start_child(
            [sys.executable, "-c", CHILD, str(folder), str(now)], log=log, env=dict(os.environ)
        )
        wanted = seen + 33 * chance.randrange(1, 6)
        wait_for("rebuilds", lambda: len(log.read_bytes()) >= wanted or child.poll() is not None, seconds=60)  # noqa: B023
        # Anywhere within the next one.
        wait_for("a moment", lambda: True, seconds=1, pause=chance.random() * 0.05)
        assert child.poll() is None, log.read_text()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        published = read_board(folder / "board")
        builds.add(len(published))
        now += 86_400 * 10
    assert len(builds) > 1
    board = Board(folder, Clock(now))
    board.rebuild()
    assert not list((folder / "board").rglob("*.partial"))
    board.database.close()

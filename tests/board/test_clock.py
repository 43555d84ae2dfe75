"""When the board is rebuilt."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from offramp.board.clock import RebuildClock
from offramp.crypto.board import Descriptor
from offramp.store import StoreFull
from tests.board.made import NOON, Clock
from tests.harness.children import wait_for

NOON_MINUTE = int(NOON) // 60


class Rebuilds:
    """Notes when it was asked to rebuild."""

    def __init__(self, last: int | None) -> None:
        self.last, self.asked, self.left = last, [], []
        self.error: Exception | None = None
        self.came = threading.Semaphore(0)

    asked: list[int]
    left: list[int]

    def last_build(self) -> int | None:
        return self.last

    def rebuild(self, at_least: int = 1, builds_left: int = 1) -> Descriptor:
        self.asked.append(at_least)
        self.left.append(builds_left)
        self.came.release()
        if self.error is not None:
            raise self.error
        self.last = at_least
        return Descriptor(0, at_least)


@pytest.fixture
def clocks() -> Iterator[list[RebuildClock]]:
    started: list[RebuildClock] = []
    yield started
    for one in started:
        one.stop()


def started(clocks: list[RebuildClock], builder: Rebuilds, clock: Clock, minutes: int = 60) -> RebuildClock:
    rebuilding = RebuildClock(builder, minutes=minutes, clock=clock)
    clocks.append(rebuilding)
    rebuilding.start()
    return rebuilding


def test_at_once_where_there_is_no_board(clocks: list[RebuildClock], clock: Clock) -> None:
    builder = Rebuilds(None)
    started(clocks, builder, clock)
    assert builder.came.acquire(timeout=10)
    assert builder.asked == [NOON_MINUTE]


@pytest.mark.parametrize(
    ("minutes", "hour", "left"),
    [(60, 0, 24), (60, 12, 12), (60, 23, 1), (1440, 12, 1), (1, 23, 60)],
)
def test_it_knows_how_many_builds_the_day_still_has(
    clocks: list[RebuildClock], clock: Clock, minutes: int, hour: int, left: int
) -> None:
    builder = Rebuilds(None)
    clock.now += (hour - 12) * 3600
    started(clocks, builder, clock, minutes)
    assert builder.came.acquire(timeout=10)
    assert builder.left == [left]


def test_at_once_where_one_was_missed(clocks: list[RebuildClock], clock: Clock) -> None:
    builder = Rebuilds(NOON_MINUTE - 60)
    clock.now += 1234
    started(clocks, builder, clock)
    assert builder.came.acquire(timeout=10)
    assert builder.asked == [NOON_MINUTE]


@pytest.mark.parametrize("last", [NOON_MINUTE, NOON_MINUTE + 7])
def test_not_before_its_time_after_a_restart(clocks: list[RebuildClock], clock: Clock, last: int) -> None:
    builder = Rebuilds(last)
    clock.now += 1234
    started(clocks, builder, clock)
    assert not builder.came.acquire(timeout=1.5)
    clock.now = NOON + 3600
    assert builder.came.acquire(timeout=10)
    assert builder.asked == [NOON_MINUTE + 60]


def test_once_at_every_multiple(clocks: list[RebuildClock], clock: Clock) -> None:
    builder = Rebuilds(None)
    started(clocks, builder, clock, minutes=15)
    for number in range(4):
        assert builder.came.acquire(timeout=10)
        assert builder.asked == [NOON_MINUTE + 15 * step for step in range(number + 1)]
        clock.now = NOON + 900 * (number + 1) + 3
    assert builder.came.acquire(timeout=10)
    assert not builder.came.acquire(timeout=1.5)


def test_a_failure_is_told_without_any_names_of_files_and_tried_again(
    clocks: list[RebuildClock],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("offramp.board.clock._RETRY_SECONDS", 0.01)
    sentence = f": {StoreFull()}"
    for error, more in (
        (StoreFull(), sentence),
        (OSError(5, "what", "/a/file/with/a/name"), ""),
        (MemoryError(), ""),
    ):
        builder = Rebuilds(None)
        builder.error = error
        rebuilding = started(clocks, builder, clock)
        for _ in range(3):
            assert builder.came.acquire(timeout=10)
        builder.error = None
        wait_for("a rebuild", lambda: builder.last is not None, seconds=10)  # noqa: B023
        rebuilding.stop()
        said = capfd.readouterr().err
        assert set(said.splitlines()) == {f"error: {type(error).__name__} while the board was rebuilt{more}"}


def test_it_ends_when_told(clock: Clock) -> None:
    before = threading.active_count()
    rebuilding = RebuildClock(Rebuilds(None), minutes=60, clock=clock)
    rebuilding.start()
    rebuilding.stop()
    assert threading.active_count() == before

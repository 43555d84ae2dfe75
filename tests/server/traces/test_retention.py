"""Letters are destroyed on a clock, and not by a clock that is wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from offramp.server.traces import retention
from offramp.server.traces.retention import GRACE_DAYS, KEPT_DAYS, SURE_DAYS, Retention, SureDay
from offramp.store import Store, StoreBusy, open_store
from tests.harness.children import wait_for
from tests.store.samples import ALICE, BOB, Sample

FIRST = date(2026, 11, 1)


def noon(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


@dataclass
class World:
    """A store, two couriers, and a clock that a test sets."""

    store: Store
    path: Path
    day: date = FIRST
    open: bool = True
    couriers: list[bytes] = field(default_factory=lambda: [ALICE, BOB])

    def retention(self) -> Retention:
        """As after a start."""
        sure = SureDay(self.path, open_=lambda: self.open, clock=lambda: noon(self.day))
        return Retention(self.store, lambda: self.couriers, sure)

    def add(self) -> Sample:
        sample = Sample()
        self.store.add(sample.envelope, envelope_id=sample.id, size_class=16_384, day=self.day)
        return sample

    def acknowledge(self, sample: Sample, *couriers: bytes) -> None:
        for courier in couriers:
            self.store.acknowledge(courier, [sample.id], day=self.day)

    def live(self, days: int) -> int:
        """So many days with a look on each; how many letters were destroyed."""
        destroyed = 0
        for _ in range(days):
            self.day += timedelta(1)
            destroyed += self.retention().look()
        return destroyed


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    world = World(store, tmp_path / "builder" / "clock")
    world.live(10)
    yield world
    store.close()


def test_what_everybody_has_goes_after_its_days_of_grace(world: World) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE)
    world.live(1)
    world.acknowledge(sample, BOB)
    assert world.live(GRACE_DAYS - 1) == 0
    assert world.store.has(sample.id)
    assert world.live(1) == 1
    assert not world.store.has(sample.id)


def test_what_one_courier_lacks_stays_until_it_is_old(world: World) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE)
    assert world.live(KEPT_DAYS - 1) == 0
    assert world.store.has(sample.id)
    assert world.live(1) == 1


def test_a_courier_who_left_is_not_waited_for(world: World) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE)
    world.live(GRACE_DAYS)
    world.couriers = [ALICE]
    assert world.live(1) == 1


def test_without_couriers_only_age_counts(world: World) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE, BOB)
    world.couriers = []
    assert world.live(KEPT_DAYS - 1) == 0
    assert world.live(1) == 1


def test_a_clock_that_jumps_destroys_nothing_until_it_is_believed(world: World) -> None:
    fetched, waiting = world.add(), world.add()
    world.acknowledge(fetched, ALICE, BOB)
    before = world.day
    world.day += timedelta(200)
    assert world.retention().look() == 0
    assert world.live(SURE_DAYS - 1) == 0
    world.day = before  # somebody has set it right
    assert world.live(SURE_DAYS) == 0
    assert world.live(1) == 1
    assert world.store.has(waiting.id)


def test_a_clock_that_stays_is_believed_in_the_end(world: World) -> None:
    world.add()
    world.day += timedelta(200)
    world.retention().look()
    assert world.live(SURE_DAYS - 1) == 0
    assert world.live(1) == 1


def test_a_closed_intake_makes_a_jump_doubtful_for_longer(world: World) -> None:
    world.add()
    world.open = False
    world.day += timedelta(200)
    world.retention().look()
    assert world.live(KEPT_DAYS - 1) == 0
    assert world.live(1) == 1


def test_a_clock_that_goes_back_is_doubted_too(world: World) -> None:
    world.day -= timedelta(100)
    sample = world.add()
    world.acknowledge(sample, ALICE, BOB)
    assert world.retention().look() == 0
    assert world.live(GRACE_DAYS - 1) == 0
    assert world.live(1) == 1


def test_a_night_off_is_no_jump(world: World) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE, BOB)
    world.day += timedelta(2)
    assert world.retention().look() == 0
    world.day += timedelta(2)
    assert world.retention().look() == 1


@pytest.mark.parametrize("text", ["", "2026-11-01", "no dates at all", "2026-11-01 2026-11-99\n", "\xff\xfe"])
def test_a_damaged_note_begins_a_new_count(world: World, text: str) -> None:
    sample = world.add()
    world.acknowledge(sample, ALICE, BOB)
    world.live(GRACE_DAYS - 1)
    world.path.write_bytes(text.encode("latin-1"))
    assert world.live(SURE_DAYS) == 0
    assert world.live(1) == 1


def test_the_note_tells_days_and_no_more(world: World) -> None:
    assert world.path.read_text() == f"{FIRST + timedelta(1)} {world.day}\n"
    for path in (world.path, world.path.parent):
        assert path.stat().st_mtime % 86_400 == 0


def test_it_goes_on_after_trouble(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retention, "LOOK_SECONDS", 0.001)
    sample = world.add()
    world.acknowledge(sample, ALICE, BOB)
    expire, calls = world.store.expire, threading.Semaphore(0)

    def at_first_busy(*arguments: object, **named: object) -> int:
        if calls.acquire(blocking=False):
            return expire(*arguments, **named)  # type: ignore[arg-type]  # they are what they were
        calls.release(2)
        raise StoreBusy

    monkeypatch.setattr(world.store, "expire", at_first_busy)
    world.day += timedelta(2)
    clock = world.retention()
    clock.start()
    world.day += timedelta(2)
    wait_for("the end of it", lambda: not world.store.has(sample.id), seconds=60)
    clock.stop()
    assert capsys.readouterr().err.startswith("error: StoreBusy while old letters were to be destroyed\n")

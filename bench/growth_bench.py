"""What one more submission costs as the store fills up, from a hundred to a million.

    python -m bench growth
    OFFRAMP_LONG=1 python -m bench growth

What is measured is always a whole envelope of the smallest class.  What fills the store in between is a shorter row
of the same kind, so that a million take four gigabytes and some minutes.  In the long mode they are whole too:
a million take 27 GB, and what the memory cannot hold any more is then part of what one costs.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import apsw

from bench import limits
from bench.results import Beside, Result
from offramp.crypto.envelope import envelope_length
from offramp.store import Store, open_store
from offramp.store.connection import fit_cache
from offramp.store.mixing import mix, settle
from offramp.store.sqlite import SqliteStore
from tests.harness.long import LONG

SIZE_CLASS = 16_384
LENGTH = envelope_length(SIZE_CLASS, 6)
SMALL = 3_100
"""What SQLite keeps of an envelope in its leaf (2,639 + 489 bytes), the rest being in pages that are only its own: so
the tree has as many leaves as one of whole envelopes, and one more finds its place in it as it would there."""
DAY = date(2026, 11, 21)
TARGETS = (100, 10_000, 100_000, 1_000_000)
QUICK_TARGETS = (100, 200)
ROUNDS, QUICK_ROUNDS = 10, 2
TURNS, QUICK_TURNS = 10, 2
"""Of each store in a round, in which SQLite copies its log into the file twice."""
EACH, QUICK_EACH = 100, 10
"""Submissions, one after the other, before the other store has its turn: both then meet the same moods of a machine."""

FILLERS = 64
BETWEEN_BEATS = 10_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one submission costs, in milliseconds: of the clock and of this process's processor."""

    wall: float
    processor: float


Opened = Callable[[str], Store]
"""Opens the store of a name, empty at first."""


def main(quick: bool = False) -> Iterator[Result]:
    """One curve of the clock, one of the processor, and the last of each beside a store that has a hundred."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:  # /tmp may be no disk
        yield from results(
            lambda name: open_store(f"sqlite:///{Path(folder) / name}.db"),
            "SQLite",
            quick=quick,
            beats=SQLITE_BEATS,
        )


@dataclass(frozen=True, slots=True)
class Beats:
    """What a server does every minute with what came in since the last, for which nobody waits.

    *quick* leaves the store as *real* does, but for the order in its file: with it, filling takes minutes.
    """

    real: Callable[[Store], None]
    quick: Callable[[Store], None]


def _mix(store: Store) -> None:
    while _do(store, mix):
        pass


def _settle(store: Store) -> None:
    _do(store, settle)
    _do(store, fit_cache)


def _do(store: Store, work: Callable[[apsw.Connection], object]) -> object:
    assert isinstance(store, SqliteStore)  # noqa: S101
    return store._writer.do(work)


SQLITE_BEATS = Beats(_mix, _settle)
NO_BEATS = Beats(lambda _: None, lambda _: None)


def results(
    opened: Opened,
    engine: str,
    *,
    quick: bool = False,
    filler: int = LENGTH if LONG else SMALL,
    beats: Beats = NO_BEATS,
) -> Iterator[Result]:
    """The same for any store; *filler* is the length in bytes of the rows that fill it.

    At each size the full store takes turns with a small one, which is a new one in every round.
    """
    rounds, turns, each = (QUICK_ROUNDS, QUICK_TURNS, QUICK_EACH) if quick else (ROUNDS, TURNS, EACH)
    with closing(opened("full")) as full:
        here = 0
        for target in QUICK_TARGETS if quick else TARGETS:
            _fill(full, target - here, filler, beats)
            found = []
            for number in range(rounds + 1):
                with closing(opened(f"small_{target}_{number}")) as small:
                    _fill(small, TARGETS[0], filler, beats)
                    os.sync()  # or what one costs is waiting for all that filled the store
                    pair = _both(full, small, turns, each, number)
                found.append((*pair, _timed(partial(beats.real, full), turns * each)))
            here = target + (rounds + 1) * turns * each
            costs = [(full, small) for full, small, _ in found[1:]]
            yield from _at(engine, target, costs)
            if beats is not NO_BEATS:
                later = statistics.median(beat.wall for _, _, beat in found[1:])
                yield Result(f"{engine}: giving one its place among all, later", later, "ms", at=target)
    yield from _last(engine, target, costs, f"filled with rows of {filler:,} B")


def _at(engine: str, stored: int, costs: Sequence[tuple[Cost, Cost]]) -> Iterator[Result]:
    for what, value in WAYS.items():
        full, small = (statistics.median(value(pair[which]) for pair in costs) for which in (0, 1))
        beside = (Beside(f"with {TARGETS[0]} stored, in turns", small),)
        yield Result(f"one submission to {engine}, {what}", full, "ms", beside, at=stored)


def _last(engine: str, stored: int, costs: Sequence[tuple[Cost, Cost]], note: str) -> Iterator[Result]:
    for what, value in WAYS.items():
        ratio = statistics.median(value(full) / value(small) for full, small in costs)
        words = f"{engine} with {stored:,} stored beside {TARGETS[0]}, {what}"
        yield Result(words, ratio, "×", limit=limits.FLAT, note=note)


def _both(full: Store, small: Store, turns: int, each: int, number: int) -> tuple[Cost, Cost]:
    """Each is first in every other turn: whoever comes second finds what the other left the disk to do."""
    costs: dict[Store, list[Cost]] = {full: [], small: []}
    for turn in range(number, number + turns):
        for store in (full, small) if turn % 2 else (small, full):
            costs[store].append(_timed(partial(_add, store, each, LENGTH), each))
    return _mean(costs[full]), _mean(costs[small])


def _mean(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.mean(one.wall for one in costs), statistics.mean(one.processor for one in costs))


def _timed(work: Callable[[], None], count: int) -> Cost:
    """What each of so many takes that are done in it."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Cost(1000 * wall / count, 1000 * processor / count)


def _fill(store: Store, count: int, length: int, beats: Beats) -> None:
    for done in range(0, count, BETWEEN_BEATS):
        _fill_at_once(store, min(BETWEEN_BEATS, count - done), length)
        beats.quick(store)


def _fill_at_once(store: Store, count: int, length: int) -> None:
    """Many at once: they are committed together, so it is quicker."""
    each, left = divmod(count, FILLERS)
    threads = [
        threading.Thread(target=_add, args=(store, each + (number < left), length))
        for number in range(FILLERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _add(store: Store, count: int, length: int) -> None:
    data = secrets.token_bytes(length)
    for _ in range(count):
        store.add(data, envelope_id=secrets.token_bytes(16), size_class=SIZE_CLASS, day=DAY)


WAYS: Mapping[str, Callable[[Cost], float]] = {
    "by the clock": lambda cost: cost.wall,
    "of this process's processor": lambda cost: cost.processor,
}

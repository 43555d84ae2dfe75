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
from pathlib import Path

import apsw

from bench import limits
from bench.results import Beside, Result
from offramp.crypto.envelope import envelope_length
from offramp.store import Store, open_store
from offramp.store.connection import fit_cache
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
ROUNDS, QUICK_ROUNDS = 8, 2
EACH, QUICK_EACH = 1000, 10
"""Submissions, one after the other, before the other store has its turn: two checkpoints of SQLite's are in each."""

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
            lambda name: open_store(f"sqlite:///{Path(folder) / name}.db"), "SQLite", quick=quick, beat=_beat
        )


def _beat(store: Store) -> None:
    """As a server does it: what came in was mixed with the rest, and is on the list of what is new no more."""

    def beat(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM fresh")
        fit_cache(connection)

    assert isinstance(store, SqliteStore)  # noqa: S101
    store._writer.do(beat)


def results(
    opened: Opened,
    engine: str,
    *,
    quick: bool = False,
    filler: int = LENGTH if LONG else SMALL,
    beat: Callable[[Store], None] = lambda _: None,
) -> Iterator[Result]:
    """The same for any store; *filler* is the length in bytes of the rows that fill it.

    *beat* is done now and then while it fills, as a server does it in as many minutes.
    At each size the full store and a small one take turns, so that a disk that others use slows both.
    """
    rounds, each = (QUICK_ROUNDS, QUICK_EACH) if quick else (ROUNDS, EACH)
    with closing(opened("full")) as full:
        here = 0
        for target in QUICK_TARGETS if quick else TARGETS:
            _fill(full, target - here, filler, beat)
            with closing(opened(f"small_{target}")) as small:
                _fill(small, TARGETS[0], filler, beat)
                os.sync()  # or what one costs is waiting for all that filled the store
                costs = [_both(full, small, each, turn) for turn in range(rounds + 1)][1:]
            here = target + (rounds + 1) * each
            yield from _at(engine, target, costs)
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


def _both(full: Store, small: Store, count: int, turn: int) -> tuple[Cost, Cost]:
    """Each is first in every other turn: whoever comes second finds what the other left the disk to do."""
    if turn % 2:
        return _cost(full, count), _cost(small, count)
    of_small = _cost(small, count)
    return _cost(full, count), of_small


def _cost(store: Store, count: int) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    _add(store, count, LENGTH)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Cost(1000 * wall / count, 1000 * processor / count)


def _fill(store: Store, count: int, length: int, beat: Callable[[Store], None]) -> None:
    for done in range(0, count, BETWEEN_BEATS):
        _fill_at_once(store, min(BETWEEN_BEATS, count - done), length)
        beat(store)


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

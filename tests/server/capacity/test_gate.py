"""What waits for a disk that hangs is bounded, and whoever finds no place is told at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from offramp.server.capacity.gate import IN_LINE, WRITERS, Gate, Line
from offramp.server.http.gunicorn_app import THREADS
from offramp.store import StoreBusy
from offramp.store.writer import GROUP_JOBS


def test_it_leaves_threads_for_readers() -> None:
    assert WRITERS <= THREADS * 3 // 4


def test_only_so_many_wait_for_a_disk_that_hangs() -> None:
    gate, hanging, inside = Gate(3, patience=0.01), threading.Event(), threading.Semaphore(0)

    def write() -> str:
        with gate.one():
            inside.release()
            hanging.wait(60)
            return "kept"

    with ThreadPoolExecutor(3) as pool:
        written = [pool.submit(write) for _ in range(3)]
        for _ in range(3):
            assert inside.acquire(timeout=60)
        for _ in range(10):  # of whom only the first has waited
            with pytest.raises(StoreBusy), gate.one():
                pass
        hanging.set()
        assert [one.result(60) for one in written] == ["kept"] * 3
    with gate.one():
        pass


def test_one_more_waits_while_the_disk_works() -> None:
    gate, inside, done = Gate(1, patience=60), threading.Event(), threading.Event()

    def write() -> None:
        with gate.one():
            inside.set()
            done.wait(60)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write)
        assert inside.wait(60)
        second = pool.submit(write)
        done.set()
        assert first.result(60) is second.result(60) is None


def test_what_fails_inside_leaves_its_place() -> None:
    gate = Gate(1, patience=0)
    for _ in range(3):
        with pytest.raises(RuntimeError), gate.one():
            raise RuntimeError


def test_the_line_has_room_for_what_the_writer_does_next() -> None:
    assert IN_LINE >= 2 * GROUP_JOBS


def test_nobody_joins_a_line_that_is_full() -> None:
    line = Line(2)
    line.join()
    line.join()
    with pytest.raises(StoreBusy):
        line.join()
    line.leave()
    line.join()


def test_nobody_joins_a_line_that_does_not_move() -> None:
    now = 0.0
    line = Line(100, patience=5.0, pulse=lambda: now)
    line.join()
    now = 4.0
    line.join()
    now = 6.0
    for _ in range(3):
        with pytest.raises(StoreBusy):
            line.join()
    line.leave()  # the next one has waited for two seconds
    line.join()
    for _ in range(2):
        line.leave()
    now = 100.0
    line.join()  # an empty one is never too slow

"""What the intake tells the couriers' side: what a reader believes, and what is left of it on a disk."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from offramp.server.capacity.report import (
    DOWN,
    Counted,
    Report,
    Reporting,
    State,
    read_report,
    rounded,
    write_report,
)
from tests.harness.children import wait_for

BUSY = Report(State.OPEN, busy=3, evicted=200, refused=10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "intake"


def test_a_report_counts_for_three_minutes(path: Path) -> None:
    assert read_report(path, now=0) == DOWN
    write_report(path, BUSY, now=1000)
    assert read_report(path, now=1000) == read_report(path, now=1180) == BUSY
    assert read_report(path, now=1181) == DOWN
    assert read_report(path, now=999) == DOWN  # of another start of the machine
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_written_over_in_its_place(path: Path) -> None:
    write_report(path, BUSY, now=123_456_789)
    before = path.stat()
    write_report(path, DOWN, now=5)
    after = path.stat()
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size)
    assert b"789" not in path.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"{}",
        b'{"at":1}',
        b'{"at":1,"state":"odd"}',
        b'{"at":[],"state":"open"}',
        b'{"at":1,"state":"open","busy":"x"}',
        b'{"at":1,"state":"open","more":1}',
        b'{"at":1,"state":"open","busy":Infinity}',
        b"\xff" * 600,
    ],
)
def test_what_is_no_report_is_none(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    assert read_report(path, now=1) == DOWN


@pytest.mark.timeout(10)
def test_nobody_waits_for_what_an_intake_that_was_taken_over_puts_there(path: Path) -> None:
    os.mkfifo(path)
    assert read_report(path, now=1) == DOWN
    path.unlink()
    write_report(path.with_name("other"), BUSY, now=1)
    path.symlink_to(path.with_name("other"))
    assert read_report(path, now=1) == DOWN


def test_it_reports_on_a_clock_and_says_when_it_ends(path: Path) -> None:
    state, counted = State.OPEN, Counted()
    reporting = Reporting(path, lambda: state, lambda: counted, every=0.01)
    reporting.start()

    def seen(report: Report) -> None:
        wait_for(str(report), lambda: read_report(path, now=time.monotonic()) == report, seconds=30)

    seen(Report(State.OPEN))
    counted = Counted(busy=4, evicted=11, refused=101)
    state = State.CLOSED
    seen(Report(State.CLOSED, 4, 20, 200))
    seen(Report(State.CLOSED, 4, 0, 0))  # an hour of reports later
    reporting.stop()
    seen(DOWN)


def test_a_folder_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "health" / "intake"
    reporting = Reporting(path, lambda: State.OPEN, Counted, every=0.01)
    reporting.start()
    path.parent.mkdir()
    wait_for("a report", lambda: read_report(path, now=time.monotonic()) == Report(State.OPEN), seconds=30)
    reporting.stop()


def test_counts_are_rounded_upwards() -> None:
    counts = [0, 1, 10, 11, 99, 100, 101, 999, 1000, 12_345]
    assert [rounded(count) for count in counts] == [0, 10, 10, 20, 100, 100, 200, 1000, 1000, 20_000]

"""What the intake tells the couriers' side about itself: a few words and round numbers, once a minute, in one file.

The two are apart: neither can reach the other's socket.  On a server the file is in memory.  Where it is on a disk, it
is written over in its place, so that no older numbers are left there.
"""

from __future__ import annotations

import enum
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from offramp.disk import file_mode
from offramp.server.capacity.load import Snapshot

EVERY: Final = 60.0
"""Seconds between two reports."""

_OLDEST: Final = 3 * EVERY
"""Seconds after which a report says that nobody writes them any more."""

_LENGTH: Final = 512
"""Bytes of the file: one write, which a reader sees whole."""

_HOUR: Final = 60  # reports


class State(enum.StrEnum):
    """What the intake does with what is sent to it, unless it is paused."""

    OPEN = "open"
    CLOSED = "closed"  # no keyset or no card that counts
    BROKEN = "broken"  # the store cannot be used
    DOWN = "down"  # there is no report


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one worker: how many tenths of its connections are taken; and, since its start, how many were closed to make
    room for others, and how many requests were refused for want of room, or because it was closed (503, 507)."""

    busy: int = 0
    evicted: int = 0
    refused: int = 0

    @classmethod
    def of(cls, load: Snapshot) -> Counted:
        """What counts of a worker's load."""
        refused = load.refused.get(503, 0) + load.refused.get(507, 0)
        return cls(-(-load.open * 10 // max(1, load.capacity)), load.evicted, refused)


@dataclass(frozen=True, slots=True)
class Report:
    """How the intake does.  Its counts are those of the last hour, rounded upwards."""

    state: State
    busy: int = 0
    evicted: int = 0
    refused: int = 0


DOWN: Final = Report(State.DOWN)


def write_report(path: Path, report: Report, *, now: float) -> None:
    """Write it over the one that is there.  *now* is by the machine's monotonic clock.  Raises OSError."""
    text = json.dumps({"at": now, **asdict(report)}).encode("ascii").ljust(_LENGTH)
    descriptor = os.open(
        path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, file_mode(path.parent)
    )
    try:
        os.pwrite(descriptor, text, 0)
    finally:
        os.close(descriptor)


def read_report(path: Path, *, now: float) -> Report:
    """What the intake said last; DOWN where that is too long ago, or cannot be read."""
    try:
        said = json.loads(_read(path))
        at, state = float(said.pop("at")), State(said.pop("state"))
        report = Report(state, **{name: int(value) for name, value in said.items()})
    except (OSError, ValueError, OverflowError, KeyError, TypeError, AttributeError):
        return DOWN
    # One from before the machine's start may be of a later time than now.
    return report if 0 <= now - at <= _OLDEST else DOWN


def _read(path: Path) -> bytes:
    """An intake that was taken over can put anything there: a pipe, for which we would wait for ever, is not read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _LENGTH)
    finally:
        os.close(descriptor)


class Reporting:
    """A thread that reports every minute, until it is stopped.  Then there is no report any more."""

    def __init__(
        self, path: Path, state: Callable[[], State], counted: Callable[[], Counted], *, every: float = EVERY
    ) -> None:
        self._path, self._state, self._counted, self._every = path, state, counted, every
        self._hour: deque[Counted] = deque([Counted()], maxlen=_HOUR + 1)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reporting", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it.  May be called again."""
        self._stopping.set()
        self._thread.join()
        with suppress(OSError):
            write_report(self._path, DOWN, now=time.monotonic())

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(OSError):  # it is missed, and couriers are told that
                write_report(self._path, self._report(), now=time.monotonic())
            self._stopping.wait(self._every)

    def _report(self) -> Report:
        counted = self._counted()
        self._hour.append(counted)
        before = self._hour[0]
        return Report(
            self._state(),
            counted.busy,
            rounded(counted.evicted - before.evicted),
            rounded(counted.refused - before.refused),
        )


def rounded(count: int) -> int:
    """A count for people: upwards to one digit and zeros, and 10 for anything from 1 to 10."""
    step = max(10, int("1" + "0" * (len(str(count)) - 1)))
    return -(-count // step) * step

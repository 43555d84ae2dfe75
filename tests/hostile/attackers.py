"""Clients that mean no good: many at once, in one thread, each with its own way of never being done.

They know nothing but the socket, end by themselves, and come back when they are thrown out.
"""

from __future__ import annotations

import contextlib
import itertools
import resource
import select
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_BREATH: Final = 0.5  # seconds in which each has sent a byte once
_LONGEST: Final = 120.0  # seconds after which they end, whatever became of the test
_BACK_AT_ONCE: Final = 40  # that come back in one look: as many as a second brings through Tor, and more


@dataclass(frozen=True)
class Way:
    """How one attacks: what it sends first, what it dribbles after that for ever, and whether it reads answers."""

    first: bytes
    dribble: bytes = b""
    reads: bool = True


class Attackers:
    """So many of them against one socket.  Used with `with`, which waits until they are all connected."""

    def __init__(self, path: Path, way: Way, count: int) -> None:
        self.path, self.way, self.count = path, way, count
        self.thrown_out = 0
        self._sockets: dict[int, socket.socket] = {}
        self._dribbling: Iterator[int] = itertools.cycle(way.dribble)
        self._poll = select.epoll()
        self._all_in, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="attackers", daemon=True)

    def __enter__(self) -> Attackers:
        _allow_files(self.count + 500)
        self._thread.start()
        assert self._all_in.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for one in self._sockets.values():
            one.close()
        self._poll.close()

    def _run(self) -> None:
        until = time.monotonic() + _LONGEST
        while not self._stop.is_set() and time.monotonic() < until:
            began = time.monotonic()
            self._come_in()
            self._dribble()
            while (left := began + _BREATH - time.monotonic()) > 0 and not self._stop.is_set():
                self._read(min(left, 0.1))

    def _come_in(self) -> None:
        wanted = self.count - len(self._sockets)
        for _ in range(min(wanted, _BACK_AT_ONCE) if self._all_in.is_set() else wanted):
            one = socket.socket(socket.AF_UNIX)
            one.settimeout(1)
            try:
                one.connect(str(self.path))
            except OSError:  # so many wait already that the kernel lets no more
                one.close()
                break
            one.setblocking(False)
            self._sockets[one.fileno()] = one
            self._poll.register(one, select.EPOLLIN if self.way.reads else 0)
            self._send(one, self.way.first)
        self._all_in.set()

    def _dribble(self) -> None:
        if self.way.dribble:
            piece = bytes([next(self._dribbling)])
            for one in list(self._sockets.values()):
                self._send(one, piece)

    def _send(self, one: socket.socket, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                one.send(data)
            except (BrokenPipeError, ConnectionResetError):
                self._gone(one)

    def _read(self, seconds: float) -> None:
        for number, event in self._poll.poll(seconds):
            one = self._sockets[number]
            try:
                if not (event & select.EPOLLIN and one.recv(65_536)):
                    self._gone(one)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                self._gone(one)

    def _gone(self, one: socket.socket) -> None:
        self.thrown_out += 1
        del self._sockets[one.fileno()]
        one.close()


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        pytest.skip(f"only {hard} open files are allowed here")
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def head(method: str, target: str, *lines: str) -> bytes:
    """A request's head."""
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *lines, "", ""]).encode()

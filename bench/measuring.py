"""What several benches measure with: many clients at once, and what processes cost."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.results import BenchError
from offramp.server.capacity.limits import Limits, write_limits
from tests.harness.children import end_child, tail
from tests.server.running import TestServer, another, children_of, ended, make_server

T = TypeVar("T")


@dataclass(frozen=True)
class Rate:
    """What was done in a stretch of time.  *latencies* in seconds, sorted."""

    per_second: float
    latencies: Sequence[float]

    def at(self, share: float) -> float:
        """The latency, in milliseconds, that this share stayed under."""
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]

    def __str__(self) -> str:
        return f"{self.per_second:7.0f}/s   p50 {self.at(0.5):6.1f} ms   p99 {self.at(0.99):6.1f} ms"


def measure(make_client: Callable[[], Callable[[], None]], clients: int, seconds: float) -> Rate:
    """Have so many threads do it over and over.  Raises BenchError where not one of them managed it once.

    A client that has a `close` is closed at the end.
    """
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + seconds

    def run() -> None:
        once = make_client()
        try:
            while (now := time.perf_counter()) < until:
                once()
                latencies.append(time.perf_counter() - now)
        finally:
            close: object = getattr(once, "close", None)
            if callable(close):
                close()

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not latencies:
        raise BenchError("not one client got through")
    return Rate(len(latencies) / (time.perf_counter() - began), sorted(latencies))


class Submitter:
    """A client of our intake that keeps its connection, and does as little as it can."""

    def __init__(self, path: Path, pattern: bytes) -> None:
        self._pattern = pattern
        self._head = (
            "POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            f"Sec-Fetch-Site: same-origin\r\nContent-Length: {len(pattern)}\r\n\r\n"
        ).encode()
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(str(path))

    def __call__(self) -> None:
        """One submission, until its whole receipt is there.  Raises BenchError without one."""
        self._connection.sendall(self._head + another(self._pattern))
        answer = b""
        while not answer.endswith(b'"}'):
            piece = self._connection.recv(4096)
            if not piece:
                raise BenchError(f"no receipt: {answer!r}")
            answer += piece
        if not answer.startswith(b"HTTP/1.1 201"):
            raise BenchError(f"no receipt: {answer!r}")

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def submitter(path: Path, pattern: bytes) -> Submitter:
    """A client of the intake at this socket; *pattern* is an envelope that each of its submissions is made from."""
    return Submitter(path, pattern)


def with_room(server: TestServer) -> TestServer:
    """The server, which was not started yet, with limits that no bench reaches."""
    write_limits(server.folder.limits, Limits(disk_megabytes=1_000_000, waiting=10_000_000))
    return server


@contextmanager
def both_apps(folder: Path) -> Iterator[TestServer]:
    """A new server in *folder*, with its intake and the couriers' side.  Raises BenchError when one does not start."""
    server = with_room(make_server(folder))
    try:
        server.start_intake()
        server.start_couriers()
        if any(ended(child) for child in server.children):
            raise BenchError(f"the server did not start:\n{tail(server.log)}")
        yield server
    finally:
        for child in server.children:
            end_child(child)


def processes(server: TestServer) -> list[int]:
    """The gunicorns and their workers."""
    return [pid for master in server.children for pid in (master.pid, *children_of(master.pid))]


def processor_seconds(pids: Sequence[int]) -> float:
    """What these processes have used of the processors so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def pss(pids: Sequence[int]) -> float:
    """Proportional set size of some processes together, in MiB."""
    kib = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib / 1024


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that something took, and what came of it."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def seconds_to_write(path: Path, size: int) -> float:
    """What the disk takes for one plain file of so many bytes, synced; it is gone afterwards."""
    piece = secrets.token_bytes(min(size, 1_000_000))
    start = time.perf_counter()
    with path.open("wb") as file:
        for _ in range(max(1, size // len(piece))):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    took = time.perf_counter() - start
    path.unlink()
    return took

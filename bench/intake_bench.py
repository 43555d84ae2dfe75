"""How many submissions a second the intake keeps, beside what its store and its disk can in the same run.

    python -m bench intake
    python -m bench.intake_bench [--seconds 3] [--stored 10000]

The absolute numbers are the machine's; the ratios are ours.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from offramp.crypto.envelope import envelope_length
from offramp.store import open_store
from tests.harness.children import end_child
from tests.server.running import TestServer, another, children_of, make_server

CLIENTS = 8
SIZE_CLASS = 16_384
LENGTH = envelope_length(SIZE_CLASS, 6)
DAY = date(2026, 11, 21)


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
    """Have so many threads do it over and over."""
    latencies: list[float] = []
    began = time.perf_counter()
    until = began + seconds

    def run() -> None:
        once = make_client()
        while (now := time.perf_counter()) < until:
            once()
            latencies.append(time.perf_counter() - now)

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Rate(len(latencies) / (time.perf_counter() - began), sorted(latencies))


def disk(folder: Path, seconds: float) -> Rate:
    """An append and a flush for each envelope: what one after the other can reach at most."""
    descriptor = os.open(folder / "append", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    data = secrets.token_bytes(LENGTH)

    def once() -> None:
        os.write(descriptor, data)
        os.fdatasync(descriptor)

    rate = measure(lambda: once, 1, seconds)
    os.close(descriptor)
    return rate


def straight(folder: Path, seconds: float) -> Rate:
    """The store alone, in this process."""
    data = secrets.token_bytes(LENGTH)
    with closing(open_store(f"sqlite:///{folder / 'straight.db'}")) as store:

        def once() -> None:
            store.add(data, envelope_id=secrets.token_bytes(16), size_class=SIZE_CLASS, day=DAY)

        return measure(lambda: once, CLIENTS, seconds)


def submitter(path: Path, pattern: bytes) -> Callable[[], None]:
    """A client that keeps its connection, and does as little as it can."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    head = (
        "POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Length: {len(pattern)}\r\n\r\n"
    ).encode()

    def once() -> None:
        connection.sendall(head + another(pattern))
        answer = b""
        while not answer.endswith(b'"}'):
            piece = connection.recv(4096)
            if not piece:
                raise SystemExit(f"no receipt: {answer!r}")
            answer += piece
        if not answer.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"no receipt: {answer!r}")

    return once


def processes(server: TestServer) -> list[int]:
    """The gunicorns and their workers."""
    return [pid for master in server.children for pid in (master.pid, *children_of(master.pid))]


def processor_seconds(pids: Sequence[int]) -> float:
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


def growth(folder: Path, most: int) -> None:
    """What one submission costs as the store fills up, in the store alone."""
    print(f"\nthe store alone, one submission after the other, {LENGTH} bytes each")
    print("   stored      wall ms   processor ms")
    data = secrets.token_bytes(LENGTH)
    with closing(open_store(f"sqlite:///{folder / 'growth.db'}")) as store:

        def add(count: int) -> None:
            for _ in range(count):
                store.add(data, envelope_id=secrets.token_bytes(16), size_class=SIZE_CLASS, day=DAY)

        def fill(count: int) -> None:
            threads = [threading.Thread(target=add, args=(count // 32,)) for _ in range(32)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        stored, target = 0, 100
        while target <= most:
            fill(target - stored)
            wall, processor = time.perf_counter(), time.process_time()
            add(300)
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            print(f"{target:9d} {wall / 0.3:12.2f} {processor / 0.3:14.3f}", flush=True)
            stored, target = target + 300, target * 10


def main(seconds: float = 3.0, stored: int = 10_000) -> None:
    """Prints everything that this measures."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:  # /tmp may be no disk
        folder = Path(name)
        server = make_server(folder)
        try:
            server.start_intake()
            server.start_couriers()
            report(server, folder, seconds)
            growth(folder, stored)
        finally:
            for child in server.children:
                end_child(child)


def report(server: TestServer, folder: Path, seconds: float) -> None:
    pids = processes(server)
    print(f"both apps, idle: {pss(pids):.1f} MiB (PSS of {len(pids)} processes)\n")
    print(f"envelopes of {LENGTH} bytes, {CLIENTS} at once, each durable")
    on_disk = disk(folder, seconds)
    print(f"  the disk: append, flush, one at a time   {on_disk}")
    alone = straight(folder, seconds)
    print(f"  the store alone, in one process          {alone}", flush=True)
    pattern, before = server.envelope(), processor_seconds(pids)
    through = measure(lambda: submitter(server.folder.intake_socket, pattern), CLIENTS, seconds)
    spent = processor_seconds(pids) - before
    print(f"  through gunicorn and Flask               {through}")
    print(f"  of the store's own ceiling               {through.per_second / alone.per_second:7.2f}")
    print(f"  of the disk's, one at a time             {through.per_second / on_disk.per_second:7.2f}")
    print(f"  server's processor time a submission     {1000 * spent / len(through.latencies):7.2f} ms")
    print(f"  both apps afterwards                     {pss(pids):7.1f} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--stored", type=int, default=10_000, help="fill up to so many (10^6 takes 25 GB)")
    arguments = parser.parse_args()
    main(arguments.seconds, arguments.stored)

"""A normal visitor among a thousand connections that are never done, and among more than there is room for.

    python -m bench hostile

Each visit is a new connection that loads the page and submits an envelope, which is on the disk before its receipt.
The same app stands on gunicorn's own workers beside it.  A request that is not answered within five seconds counts as
five seconds; a visitor comes back when the connection is closed, as a browser does.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import limits
from bench.attack import attack
from bench.measuring import both_apps
from bench.onionshare import install
from bench.results import BenchError, Beside, Result
from tests.harness.children import end_child, start_child, tail, wait_for
from tests.hostile.ways import Visitor
from tests.server.running import TestServer, answers

ATTACKS = {
    "1,000 slow heads": ("slow heads", 1000),
    "1,000 slow bodies": ("slow bodies", 1000),
    "1,000 that read no answer": ("never reading", 1000),
    "2,000 slow bodies against room for 1,500": ("slow bodies", 2000),
}
STOCK = {"gunicorn's gthread, 1,024 threads": "gthread", "gunicorn's gevent": "gevent"}
OURS = "ours"
CALM = "no attack"
VISITS, QUICK_VISITS = 150, 3
PATIENCE = 5.0
IN_VAIN = 4  # visits without an answer, after which no more are tried


def main(quick: bool = False) -> Iterator[Result]:
    """Every server alone first, then all of them under one attack after the other."""
    visits = QUICK_VISITS if quick else VISITS
    attacks = {name: (way, 20 if quick else count) for name, (way, count) in ATTACKS.items()}
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as name,  # /tmp may be no disk
        both_apps(Path(name)) as server,
        servers(server, {} if quick else STOCK) as sockets,
    ):
        letter = server.envelope()
        calm = {who: Times(path, letter, visits) for who, path in sockets.items()}
        yield from _results(CALM, calm, None)
        for words, (way, count) in attacks.items():
            found = {}
            for who, path in sockets.items():
                with attack(path, way, count):
                    found[who] = Times(path, letter, visits)
                _wait_until_well(path)
            yield from _results(words, found, calm[OURS])


class Times:
    """How long a visitor's requests took, in milliseconds, sorted."""

    def __init__(self, path: Path, letter: bytes, visits: int) -> None:
        self._all: list[float] = []
        in_vain = 0
        for _ in range(visits):
            visitor = Visitor(path, letter, stubborn=True, patience=PATIENCE)
            try:
                visitor.visit()
            except OSError:
                in_vain += 1
                visitor.seconds.append(PATIENCE)
            self._all += [1000 * seconds for seconds in visitor.seconds]
            if in_vain == IN_VAIN:
                break
        self._all.sort()
        self.in_vain = in_vain

    def at(self, share: float) -> float:
        """What this share stayed under."""
        return self._all[min(len(self._all) - 1, int(share * len(self._all)))]


def _results(words: str, found: Mapping[str, Times], calm: Times | None) -> Iterator[Result]:
    ours, others = found[OURS], {who: times for who, times in found.items() if who != OURS}
    dead = [who for who, times in found.items() if times.in_vain]
    for share in (0.5, 0.99):
        beside = [Beside(who, times.at(share)) for who, times in others.items()]
        yield Result(
            f"a visitor's request, {words}, p{100 * share:.0f}",
            ours.at(share),
            "ms",
            (*([Beside(CALM, calm.at(share))] if calm else []), *beside),
            limit=limits.SLOW_P99_MS if calm and share == 0.99 else None,
            note=f"left without an answer by {', '.join(dead)}" if dead else "",
        )


@contextmanager
def servers(server: TestServer, stock: Mapping[str, str]) -> Iterator[dict[str, Path]]:
    """The sockets of ours, which runs already, and of the same app on other workers."""
    sockets = {OURS: server.folder.intake_socket}
    with ExitStack() as stack:
        for who, worker in stock.items():
            sockets[who] = stack.enter_context(_stock_server(server, worker))
        yield sockets


@contextmanager
def _stock_server(server: TestServer, worker: str) -> Iterator[Path]:
    if worker == "gevent":
        install()
    path, log = server.path.parent / f"{worker}.sock", server.path.parent / f"{worker}.log"
    command = [sys.executable, "-m", "bench.stock_server", str(server.path), str(path), worker]
    child = start_child(command, log=log)
    try:
        wait_for(worker, lambda: child.poll() is not None or answers(path), seconds=30)
        if child.poll() is not None:
            raise BenchError(f"{worker} did not start: {tail(log)}")
        yield path
    finally:
        end_child(child)


def _wait_until_well(path: Path) -> None:
    """Until it has got over the attack, or a minute has gone."""
    until = time.monotonic() + 60
    while not answers(path) and time.monotonic() < until:
        time.sleep(0.2)

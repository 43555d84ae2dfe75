"""Beside OnionShare's receive mode, on the same machine in the same run: what a page weighs, and what a server bears.

    python -m bench onionshare

Both receive the same text.  OnionShare's is plaintext in a file, unsynced.  Ours is sealed to six slots and padded to
16 KiB before it is sent, and is on the disk before the receipt.  Without tor on either side.  Its environment is
made from requirements/onionshare.txt the first time, under .venv.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import Rate, both_apps, measure, processes, processor_seconds, pss, submitter
from bench.onionshare import OnionShare, TextSubmitter, onionshare
from bench.results import Beside, Result
from bench.slow import Address, Dribblers, connect
from tests.harness.firefox import Firefox
from tests.harness.wire import Relay, Totals
from tests.page import first_visit
from tests.server.running import TestServer

TEXT = "I would like to find something else to do, and do not know where to begin. " * 27  # 2 KB
CLIENTS = 8
ROUNDS, SECONDS = 5, 2.0
SLOW = (25, 50, 75, 100, 150, 200, 400, 700, 1_000)
PATIENCE = 5.0
"""Seconds that a visitor waits for a page beside the slow ones."""

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a server did in its turn, and its processor time in milliseconds a submission."""

    rate: Rate
    processor: float


def main(quick: bool = False) -> Iterator[Result]:
    """Pages in a real browser, submissions in turns, memory, and slow connections one after the other."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:  # /tmp may be no disk
        folder = Path(name)
        with both_apps(folder) as server, onionshare(folder) as peer:
            yield from compare(server, peer, quick=quick)


def compare(server: TestServer, peer: OnionShare, *, quick: bool) -> Iterator[Result]:
    """Both run already; memory first, before anything loads it."""
    ours, theirs = processes(server), [peer.pid]
    name = f"OnionShare {peer.version}"
    yield Result("memory, idle (PSS)", pss(ours), "MiB", (Beside(name, pss(theirs)),), note="ours: both apps")
    if not quick:
        yield from _pages(server, peer, name)
    yield from _submissions(server, peer, name, *((1, 0.2) if quick else (ROUNDS, SECONDS)))
    yield Result("memory, after the load (PSS)", pss(ours), "MiB", (Beside(name, pss(theirs)),))
    yield from _slow(server, peer, name, SLOW[:1] if quick else SLOW)


def _pages(server: TestServer, peer: OnionShare, name: str) -> Iterator[Result]:
    """In a fresh Firefox each, with scripts on."""
    ours, (ready, sent) = first_visit.measure(server, "standard"), _visit(peer)
    seals = "ours seals, OnionShare's does not"
    for what, our, their in (
        ("address to a usable form", ours.ready, ready),
        ("click to received", ours.submission, sent),
    ):
        yield Result(what, our.requests, "requests", (Beside(name, their.requests),), note=seals)
        yield Result(f"{what}, down", our.down, "B", (Beside(name, their.down),))
    yield Result(
        "click to received, up", ours.submission.up, "B", (Beside(name, sent.up),), note="ours is padded"
    )


def _visit(peer: OnionShare) -> tuple[Totals, Totals]:
    """What came until the form could be used, and from the click until it said that the text is there."""
    with Relay(peer.port) as relay, Firefox("standard") as browser:
        browser.open(relay.url)
        browser.wait_for("#send-button")
        ready = relay.wait_quiet()
        browser.run("document.getElementById('text').value = arguments[0];", TEXT)
        browser.find("#send-button").click()
        browser.wait_for("#flashes", text="Message submitted")
        return ready, relay.wait_quiet() - ready


def _submissions(
    server: TestServer, peer: OnionShare, name: str, rounds: int, seconds: float
) -> Iterator[Result]:
    pattern = server.envelope()
    ours, theirs = [], []
    for _ in range(rounds):
        client = lambda: submitter(server.folder.intake_socket, pattern)  # noqa: E731
        ours.append(_turn(client, processes(server), seconds))
        theirs.append(_turn(lambda: TextSubmitter(peer, TEXT), [peer.pid], seconds))
    yield Result(
        f"submissions, {CLIENTS} at once",
        _middle(ours, lambda one: one.rate.per_second),
        "/s",
        (Beside(name, _middle(theirs, lambda one: one.rate.per_second)),),
        note="ours durable, OnionShare's unsynced",
    )
    for what, value in WAYS.items():
        yield Result(what, _middle(ours, value), "ms", (Beside(name, _middle(theirs, value)),))


WAYS: dict[str, Callable[[Turn], float]] = {
    "from request to receipt, p50": lambda turn: turn.rate.at(0.5),
    "from request to receipt, p99": lambda turn: turn.rate.at(0.99),
    "server's processor time a submission": lambda turn: turn.processor,
}


def _turn(client: Callable[[], Callable[[], None]], pids: Sequence[int], seconds: float) -> Turn:
    before = processor_seconds(pids)
    rate = measure(client, CLIENTS, seconds)
    return Turn(rate, 1000 * (processor_seconds(pids) - before) / len(rate.latencies))


def _middle(turns: Sequence[Turn], value: Callable[[Turn], float]) -> float:
    return statistics.median(value(one) for one in turns)


def _slow(server: TestServer, peer: OnionShare, name: str, counts: Sequence[int]) -> Iterator[Result]:
    """Up to the first count at which a visitor waits in vain, or the last that was tried."""
    ours, theirs = _bears(server.folder.intake_socket, counts), _bears(peer.port, counts)
    yield Result(
        "slow connections borne",
        ours,
        "connections",
        (Beside(name, theirs),),
        note=f"of {counts[-1]} tried at most; borne: the page comes within {PATIENCE:.0f} s, three times",
    )


def _bears(address: Address, counts: Sequence[int]) -> int:
    borne = 0
    for count in counts:
        with Dribblers(address, count):
            if not all(_page_comes(address) for _ in range(3)):
                return borne
        borne = count
    return borne


def _page_comes(address: Address) -> bool:
    try:
        with closing(connect(address, PATIENCE)) as client:
            client.sendall(REQUEST)
            return client.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False

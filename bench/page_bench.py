"""What a first visit weighs, and how long the first sealing takes in a fresh browser.

Two of the peers were measured in November 2026: a form that can be used, with scripts on, costs Hush Line 12 requests
and 692 KB, and only there is anything sealed in the browser; SecureDrop 18 and 89 KB, with nothing sealed.
OnionShare is measured in the same run: `python -m bench onionshare`.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import limits
from bench.results import Beside, Result
from tests.harness.firefox_prefs import Level
from tests.page.first_visit import FirstVisit, measure, real_server
from tests.server.running import TestServer

PEERS = (Beside("Hush Line 0.7.23", 692_000), Beside("SecureDrop 2.11, which seals nothing", 89_000))
ROUNDS = 3
SLOTS = (6, 8)
LEVELS: tuple[Level, ...] = ("standard", "safer")


@dataclass(frozen=True, slots=True)
class Page:
    """One language's page: its name in the results, where it is, and what the browser asks for."""

    name: str
    path: str
    language: str


PAGES = (Page("", "", "en"), Page(" in Spanish", "es/", "es"))


def main(quick: bool = False) -> Iterator[Result]:
    """The sizes once, and the sealing times for both levels, for 6 and 8 slots."""
    for slots in SLOTS[:1] if quick else SLOTS:
        with tempfile.TemporaryDirectory() as folder, real_server(Path(folder), slot_count=slots) as server:
            for page in PAGES[:1] if quick else PAGES:
                visit = measure(server, "standard", page.path, page.language)
                yield from _sizes(f"{slots} slots{page.name}", visit)
            for level in LEVELS[:1] if quick else LEVELS:
                yield _sealing(server, slots, level, 1 if quick else ROUNDS)


def _sizes(what: str, visit: FirstVisit) -> Iterator[Result]:
    form, ready, later, sent = visit.form, visit.ready, visit.later, visit.submission
    yield Result(f"{what}: address to a form", form.requests, "requests", limit=limits.FORM_REQUESTS)
    yield Result(f"{what}: address to a form, down", form.down, "B", limit=limits.FORM_BYTES)
    yield Result(f"{what}: address to ready to seal", ready.requests, "requests", limit=limits.READY_REQUESTS)
    yield Result(
        f"{what}: address to ready to seal, down", ready.down, "B", beside=PEERS, limit=limits.READY_BYTES
    )
    whatever = "whatever the person does"
    yield Result(f"{what}: fetched after that", later.requests, "requests", note=whatever)
    yield Result(f"{what}: fetched after that, down", later.down, "B", note=whatever)
    yield Result(f"{what}: click to received", sent.requests, "requests", limit=limits.SUBMIT_REQUESTS)
    yield Result(f"{what}: click to received, down", sent.down, "B", limit=limits.SUBMIT_BYTES)
    yield Result(f"{what}: click to received, up", sent.up, "B")


def _sealing(server: TestServer, slots: int, level: Level, rounds: int) -> Result:
    times = [measure(server, level).sealing_ms for _ in range(rounds)]
    return Result(
        f"sealing text to {slots} slots, first in a fresh page, {level}",
        statistics.median(times),
        "ms",
        limit=limits.SEALING_MS if level == "safer" else None,
        note=f"slowest of {rounds}: {max(times):.0f} ms",
    )

"""A record that was never measured."""

from __future__ import annotations

from datetime import date

from bench.limits import FORM_BYTES, OPENING, SLOW_P99_MS, SUBMISSIONS
from bench.record import Record, Section
from bench.results import Beside, Result

MACHINE = {
    "cores": 2,
    "memory_gib": 4.0,
    "processor": "Abacus",
    "linux": "6.1",
    "python": "3.11",
    "sqlite": "3.51",
    "load_before": 0.1,
}
PEER = Beside("a peer | of ours", 400)


def section(*results: Result) -> Section:
    return Section("what was never measured", date(2026, 11, 22), MACHINE, 7, results)


def record() -> Record:
    """A limit that holds, one that does not, one that cannot be judged, a peer on either side, and a curve."""
    return {
        "page": section(Result("a form", 7_000, "B", limit=FORM_BYTES)),
        "intake": section(
            Result("submissions", 900, "/s", (PEER,), SUBMISSIONS, not_judged="the disk is slower"),
            Result("opening", 2_000, "/s", limit=OPENING, note="one round"),
        ),
        "onionshare": section(
            Result("memory", 800, "MiB", (PEER,)), Result("rate", 800, "/s", (PEER, Beside("nothing", 0)))
        ),
        "hostile": section(
            *(Result("p99", 10.0 * more, "ms", limit=SLOW_P99_MS, at=10**more) for more in (1, 2, 3))
        ),
    }

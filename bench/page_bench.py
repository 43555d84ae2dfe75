"""What a first visit weighs, and how long the first sealing takes in a fresh browser.

The peers were measured in November 2026. A form that can be used, with scripts on, costs OnionShare 6 requests and
41 KB, Hush Line 12 and 692 KB, SecureDrop 18 and 89 KB. Only Hush Line seals in the browser.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.harness.firefox_prefs import Level
from tests.page.first_visit import FirstVisit, measure, real_server

SMALLEST_PEER_BYTES = 41_000  # OnionShare 2.7 in receive mode, without any sealing
SEALING_PEER_BYTES = 692_000  # Hush Line 0.7.23, which seals
ROUNDS = 3


def main() -> None:
    """Print the sizes once, and the sealing times for both levels, for 6 and 8 slots."""
    for slots in (6, 8):
        with tempfile.TemporaryDirectory() as folder, real_server(Path(folder), slot_count=slots) as server:
            _print_sizes(slots, measure(server, "standard"))
            levels: tuple[Level, ...] = ("standard", "safer")
            for level in levels:
                times = sorted(measure(server, level).sealing_ms for _ in range(ROUNDS))
                print(
                    f"sealing text to {slots} slots, first in a fresh page, {level:<8}"
                    f" {times[ROUNDS // 2]:6.0f} ms, slowest {times[-1]:.0f} (to hold at Safer: 1000)",
                    flush=True,
                )


def _print_sizes(slots: int, visit: FirstVisit) -> None:
    ready = visit.ready.down
    print(
        f"{slots} slots: address to a form     {visit.form.requests} requests {visit.form.down:6} B (to hold: 2, 12000)"
    )
    print(
        f"{slots} slots: address to ready       {visit.ready.requests} requests {ready:6} B (to hold: 4, 45000);"
        f" {ready / SMALLEST_PEER_BYTES:.2f} of OnionShare, {ready / SEALING_PEER_BYTES:.2f} of Hush Line"
    )
    print(
        f"{slots} slots: the step with the words {visit.later.requests} request  {visit.later.down:6} B, after that"
    )
    print(
        f"{slots} slots: click to received      {visit.submission.requests} requests {visit.submission.down:6} B down"
        f" (to hold: 1, 1000), {visit.submission.up} B up",
        flush=True,
    )

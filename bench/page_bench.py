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
            _print_sizes(f"{slots} slots", measure(server, "standard"))
            _print_sizes(f"{slots} slots, Spanish", measure(server, "standard", "es/", "es"))
            levels: tuple[Level, ...] = ("standard", "safer")
            for level in levels:
                times = sorted(measure(server, level).sealing_ms for _ in range(ROUNDS))
                print(
                    f"sealing text to {slots} slots, first in a fresh page, {level:<8}"
                    f" {times[ROUNDS // 2]:6.0f} ms, slowest {times[-1]:.0f} (to hold at Safer: 1000)",
                    flush=True,
                )


def _print_sizes(what: str, visit: FirstVisit) -> None:
    form, ready, later, sent = visit.form, visit.ready, visit.later, visit.submission
    print(f"{what}: address to a form   {form.requests} requests {form.down:6} B (to hold: 2, 12000)")
    print(
        f"{what}: address to ready     {ready.requests} requests {ready.down:6} B (to hold: 4, 45000);"
        f" {ready.down / SMALLEST_PEER_BYTES:.2f} of OnionShare, {ready.down / SEALING_PEER_BYTES:.2f} of Hush Line"
    )
    print(
        f"{what}: fetched after that   {later.requests} requests {later.down:6} B, whatever the person does"
    )
    print(
        f"{what}: click to received    {sent.requests} request  {sent.down:6} B down (to hold: 1, 1000),"
        f" {sent.up} B up",
        flush=True,
    )

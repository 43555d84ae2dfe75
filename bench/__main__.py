"""Runs the benches, or those that are named:  python -m bench [--quick] [--keep] [NAME …]

Without a name: each in a process of its own, kept in docs/figures/bench.json, and drawn.
With names: only printed, or with --keep put in the place of what was kept of them.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from datetime import UTC, datetime

from bench.drawing import draw
from bench.machine import describe
from bench.record import Section, read_record, write_record
from bench.results import BenchError, Result

BENCHES = {
    "crypto": "sealing and opening",
    "page": "what a page weighs, and sealing in it",
    "answers": "looking for an answer, and making the board",
    "desk": "a desk with 10,000 submissions: importing, searching, every page",
    "intake": "submissions, the store and the server's size",
    "hostile": "a normal visitor under slow connections",
    "onionshare": "beside OnionShare's receive mode",
    "growth": "one more submission, from a hundred stored to a million",
    "scale": "beyond one machine: PostgreSQL, and several intakes",
}


def main() -> None:
    """Ends with 1 where a bench could not measure; what the others found is kept all the same."""
    wanted = _arguments()
    if wanted.draw:
        draw(read_record())
    elif wanted.names:
        for name in wanted.names:
            _run(name, quick=wanted.quick, keep=wanted.keep)
    else:
        _run_all(quick=wanted.quick)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true", help="only show that the parts work; nothing is kept")
    parser.add_argument("--keep", action="store_true", help="keep what is measured, and draw it")
    parser.add_argument("--draw", action="store_true", help="draw anew what is kept, and measure nothing")
    found = parser.parse_args()
    unknown = [name for name in found.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if found.quick and found.keep:
        parser.error("a quick run's numbers mean nothing: they are not kept")
    return found


def _run_all(*, quick: bool) -> None:
    """In a process each, so that none finds another's memory or threads."""
    how = "--quick" if quick else "--keep"
    ran = {name: subprocess.run([sys.executable, "-m", "bench", how, name]).returncode for name in BENCHES}
    failed = [name for name, code in ran.items() if code != 0]
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _run(name: str, *, quick: bool, keep: bool) -> None:
    print(f"\n== {name}: {BENCHES[name]}", flush=True)
    machine, began = describe(), time.monotonic()
    try:
        results = _results(name, quick=quick)
    except BenchError as error:
        sys.exit(f"error: {error}")
    if keep:
        section = Section(BENCHES[name], datetime.now(UTC).date(), machine, time.monotonic() - began, results)
        found = read_record() | {name: section}
        record = {known: found[known] for known in BENCHES if known in found}
        write_record(record)
        draw(record)


def _results(name: str, *, quick: bool) -> list[Result]:
    """Printed as they come."""
    results = []
    for result in importlib.import_module(f"bench.{name}_bench").main(quick=quick):
        print(result, flush=True)
        results.append(result)
    return results


if __name__ == "__main__":
    main()

"""Runs the benches, or those that are named."""

from __future__ import annotations

import importlib
import sys

BENCHES = {
    "crypto": "sealing and opening",
    "page": "what a page weighs, and sealing in it",
    "answers": "looking for an answer, and making the board",
    "desk": "a desk with 10,000 submissions: importing, searching, every page",
    "intake": "submissions, the store and the server's size",
}


def main() -> None:
    """Run what is named on the command line, or everything; each prints what it measures beside a limit or a peer."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.exit(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    for name in names:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        importlib.import_module(f"bench.{name}_bench").main()


if __name__ == "__main__":
    main()

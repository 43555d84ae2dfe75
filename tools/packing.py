"""Packs the scripts of a first visit once, with Zopfli: that takes seconds, and then no server has to wait for it."""

from __future__ import annotations

import os
from pathlib import Path

import zopfli.gzip

BUILT = Path(__file__).parents[1] / "offramp" / "static" / "built"
PACKED = ("style.css", "form.js", "sending.js", "phrase.js", "check.js")


def main() -> None:
    """Put `form.js.gz` beside each `form.js`. The same script gives the same bytes: there is no time in them."""
    for name in PACKED:
        for path in BUILT.rglob(name):
            partial = path.with_name(f"{name}.{os.getpid()}.partial")
            partial.write_bytes(zopfli.gzip.compress(path.read_bytes()))
            partial.replace(path.with_name(f"{name}.gz"))


if __name__ == "__main__":
    main()

"""Attacks a socket until it is ended:  python -m bench.attack SOCKET WAY COUNT

A process of its own, so that it takes no turn from the visitor who is measured.  It says when all are connected.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.results import BenchError
from tests.harness.children import end_child
from tests.hostile.attackers import Attackers
from tests.hostile.ways import INTAKE

_LETTER = b"offramp/envelope".ljust(23_588, b"\0")


@contextmanager
def attack(path: Path, way: str, count: int) -> Iterator[None]:
    """So many attack it meanwhile."""
    command = [sys.executable, "-m", "bench.attack", str(path), way, str(count)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None  # noqa: S101
    try:
        if child.stdout.readline() != b"ready\n":
            raise BenchError(f"no attack: {way}")
        yield
    finally:
        end_child(child)


def main() -> None:
    """Until the other side of stdin is closed, or two minutes are over."""
    path, way, count = sys.argv[1:]
    with Attackers(Path(path), INTAKE[way](_LETTER), int(count)):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

"""Work in a child: its outcome comes back whole, and a child that dies is noticed."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from offramp.crypto.errors import WrongOnion
from offramp.server.in_child import in_child

LARGE = 3_000_000  # bytes: far more than a pipe holds


def test_what_it_returns_comes_back() -> None:
    assert in_child(lambda: (os.getpid() != here, bytes(LARGE))) == (True, bytes(LARGE))


def test_what_it_raises_is_raised() -> None:
    def fail() -> None:
        raise WrongOnion("not ours")

    with pytest.raises(WrongOnion, match="not ours"):
        in_child(fail)


@pytest.mark.parametrize("end", [lambda: os._exit(0), lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_a_child_that_dies_is_noticed(end: object) -> None:
    assert callable(end)
    with pytest.raises(ChildProcessError):
        in_child(end)


def test_it_leaves_no_process_and_no_file() -> None:
    # Whoever ran here before may have left some of either, and may be ending them now.
    children, files = _children(), _files()
    in_child(lambda: None)
    assert _children() <= children
    assert _files() <= files


def _children() -> set[str]:
    """Those of every thread of this process, the dead that nobody waited for included."""
    return {child for of in Path("/proc/self/task").glob("*/children") for child in of.read_text().split()}


def _files() -> set[str]:
    """What is open, by number and by name: a number alone may have been given anew."""
    found = set()
    for number in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one with which they are listed
            found.add(f"{number.name} {number.readlink()}")
    return found


here = os.getpid()

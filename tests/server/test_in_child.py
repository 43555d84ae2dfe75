"""Work in a child: its outcome comes back whole, and a child that dies is noticed."""

from __future__ import annotations

import os
import signal

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
    before = os.listdir("/proc/self/fd")  # noqa: PTH208 - no folder
    in_child(lambda: None)
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208 - the same
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


here = os.getpid()

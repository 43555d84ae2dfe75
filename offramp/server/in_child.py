"""Work that leaves nothing behind in this process's memory: neither what it was done with, nor the room it took."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable
from typing import TypeVar, cast

from offramp.server.parents import end_with_parent

T = TypeVar("T")


def in_child(work: Callable[[], T]) -> T:
    """Have a child do it, and give what it returns, or raise what it raises.  Raises ChildProcessError if it dies.

    Only for a process that has one thread: a fork takes no other with it, but the locks that it holds.
    """
    reading, writing = os.pipe()
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os.close(reading)
        end_with_parent(parent, signal.SIGKILL)
        _do(work, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a pipe
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if status or not told:
        raise ChildProcessError
    done, outcome = pickle.loads(told)  # noqa: S301 - from ourselves
    if not done:
        raise outcome
    return cast(T, outcome)


def _do(work: Callable[[], object], writing: int) -> None:
    """Ends the process, without anything that its parent means to do at its own end."""
    try:
        try:
            told = pickle.dumps((True, work()))
        except Exception as error:  # noqa: BLE001 - the parent's to handle
            told = pickle.dumps((False, error))
        with open(writing, "wb") as pipe:
            pipe.write(told)
        os._exit(0)
    finally:
        os._exit(1)

"""How many may wait for the disk at once: where it hangs, the others hear so, and pages are still served.

A `Gate` is for those who hold a thread meanwhile, a `Line` for those who do not.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from offramp.store import StoreBusy

WRITERS: Final = 24
"""Fewer than a server's threads (gunicorn_app.THREADS): the rest is left for whoever reads."""

IN_LINE: Final = 512
"""As many as two groups of the store's writer hold (writer.GROUP_JOBS), so that it never has to wait for more."""

PATIENCE: Final = 5.0
"""Seconds for which one more waits until another is done: far more than a disk needs that works."""


class Gate:
    """Lets so many in at once.  Safe to use from several threads."""

    def __init__(self, writers: int = WRITERS, patience: float = PATIENCE) -> None:
        self._free, self._patience = threading.Semaphore(writers), patience
        self._hangs = False

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be one of them.  Raises StoreBusy."""
        if not self._free.acquire(blocking=False):
            self._wait()
        try:
            yield
        finally:
            self._hangs = False
            self._free.release()

    def _wait(self) -> None:
        # Once somebody has waited in vain, nobody else does before one is done: they would hold all threads.
        if self._hangs or not self._free.acquire(timeout=self._patience):
            self._hangs = True
            raise StoreBusy


class Line:
    """Lets so many wait, and nobody more once the first of them has waited for too long.

    *pulse* tells seconds.  Safe to use from several threads: whoever leaves is taken for who has waited longest.
    """

    def __init__(
        self, most: int = IN_LINE, patience: float = PATIENCE, pulse: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._patience, self._pulse = most, patience, pulse
        self._since: deque[float] = deque()

    def join(self) -> None:
        """Be the last of them.  Raises StoreBusy."""
        if len(self._since) >= self._most or self._pulse() - self._longest() > self._patience:
            raise StoreBusy
        self._since.append(self._pulse())

    def leave(self) -> None:
        """Be done, in whatever way."""
        self._since.popleft()

    def _longest(self) -> float:
        try:
            return self._since[0]
        except IndexError:  # also when the only one has just left
            return self._pulse()

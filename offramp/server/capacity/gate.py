"""How many may wait for the disk at once: where it hangs, the others hear so, and pages are still served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from offramp.store import StoreBusy

WRITERS: Final = 24
"""Fewer than a server's threads (gunicorn_app.THREADS): the rest is left for whoever reads."""

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

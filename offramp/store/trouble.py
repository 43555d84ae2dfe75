"""Telling the operator that a store does not work, and that it works again: one sentence each, on the error log.

It is told on the clock of the ticks and never on a request's: a line that said when something could not be
kept would say when somebody sent it.
"""

from __future__ import annotations

import sys

from offramp.store.errors import StoreBusy, StoreError


class TroubleLog:
    """What is wrong with the store at *where*.  Knows what it said, and says nothing twice in a row."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._said = ""

    def note(self, trouble: StoreError | None) -> None:
        """Say what a tick has found, where that is news; None is what it finds where all is well."""
        if isinstance(trouble, StoreBusy):  # another process is at it; there will be another tick
            return
        now = str(trouble) if trouble else ""
        if now != self._said:
            sentence = f"Error: {now}" if now else "It works again."
            print(f"{self._where}: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - the error log
        self._said = now

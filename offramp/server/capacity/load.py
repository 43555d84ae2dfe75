"""How much a web process has to do: counts, and nothing about anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counts at one moment; all but `open` since the process began.

    `open` of `capacity` connections; `evicted`: closed to make room for others; `overdue`: closed because they
    were silent or slow for too long; `answered`, and how many of those with each status from 400 on.
    """

    open: int
    capacity: int
    evicted: int
    overdue: int
    answered: int
    refused: Mapping[int, int]


class Load:
    """Counts what one worker does.  Only its own thread counts; every thread may ask for a snapshot."""

    def __init__(self, capacity: int = 0) -> None:
        self.open, self.capacity = 0, capacity
        self.evicted = self.overdue = self.answered = 0
        self._refused: Counter[int] = Counter()

    def count_answer(self, status: int) -> None:
        """Count an answer by its status."""
        self.answered += 1
        if status >= 400:
            self._refused[status] += 1

    def snapshot(self) -> Snapshot:
        """All counts as they are now."""
        return Snapshot(
            self.open, self.capacity, self.evicted, self.overdue, self.answered, self._refused.copy()
        )

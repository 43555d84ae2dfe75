"""Keeping an envelope, with waiting for the disk or without: the same for every kind of store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from offramp.store import Addition
from offramp.store.errors import StoreError
from offramp.store.writer import nothing


class Adding:
    """`Store.add`, for a store that has `start_adding`."""

    def start_adding(self, addition: Addition, then: Callable[[], None]) -> Callable[[], bool]:
        raise NotImplementedError

    def add(
        self, envelope: bytes, *, envelope_id: bytes, size_class: int, day: date, most: int | None = None
    ) -> bool:
        return self.start_adding(Addition(envelope, envelope_id, size_class, day, most), nothing)()


def outcome(wait: Callable[[], Any]) -> bool:
    """Wait for what an addition came to.  Raises StoreError.

    One that may not be kept is no error of the writer's, where it would take the whole group with it.
    """
    came_to = wait()
    if isinstance(came_to, StoreError):
        raise came_to
    return bool(came_to)

"""Envelopes for the store, to which they are nothing but bytes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date

from offramp.store import Store

DAY = date(2026, 11, 21)
ALICE, BOB, CAROL = (bytes([letter]) * 32 for letter in b"abc")


@dataclass(frozen=True)
class Sample:
    envelope: bytes = field(default_factory=lambda: secrets.token_bytes(23_588), repr=False)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def add_to(self, store: Store) -> bool:
        return store.add(self.envelope, envelope_id=self.id, size_class=16_384, day=DAY)


def added(store: Store, count: int) -> list[Sample]:
    """So many new ones in the store, in the order in which they were added."""
    samples = [Sample() for _ in range(count)]
    assert all(sample.add_to(store) for sample in samples)
    return samples


def ids(store: Store, courier: bytes = ALICE) -> list[bytes]:
    """What waits for a courier."""
    return [one.id for one in store.waiting(courier)]

"""Envelopes for the store, to which they are nothing but bytes."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import apsw

from offramp.store import Store
from offramp.store.sqlite import SqliteStore

PIECE = 48
DAY = date(2026, 11, 21)
ALICE, BOB, CAROL = (bytes([letter]) * 32 for letter in b"abc")


@dataclass(frozen=True)
class Sample:
    envelope: bytes = field(default_factory=lambda: secrets.token_bytes(23_588), repr=False)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def add_to(self, store: Store) -> bool:
        return store.add(self.envelope, envelope_id=self.id, size_class=16_384, day=DAY)


def added(store: Store, count: int, *, size: int = 23_588) -> list[Sample]:
    """So many new ones in the store, in the order in which they were added."""
    samples = [Sample(secrets.token_bytes(size)) for _ in range(count)]
    assert all(sample.add_to(store) for sample in samples)
    return samples


def destroy(store: Store, couriers: Collection[bytes]) -> int:
    """Destroy what all of these couriers acknowledged by DAY; how many that was."""
    return store.expire(couriers, acknowledged=DAY, received=date.min)


def ids(store: Store, courier: bytes = ALICE) -> list[bytes]:
    """What waits for a courier."""
    return [one.id for one in store.waiting(courier)]


def pieces_of(sample: Sample) -> list[bytes]:
    """Parts of an envelope from all over it: SQLite cuts it into pages."""
    step = max(1500, len(sample.envelope) // 16)
    return [sample.envelope[start : start + PIECE] for start in range(0, len(sample.envelope) - PIECE, step)]


def tick(store: SqliteStore) -> None:
    """One tick of its clock, whenever that would be."""
    store._writer.do(store._forgetting.tick, alone=True)


def tick_until(store: SqliteStore, path: Path, query: str) -> None:
    """Tick as often as it takes until a query counts nothing."""
    with closing(apsw.Connection(str(path))) as plain:
        for _ in range(1000):
            tick(store)
            if plain.execute(query).get == 0:
                return
    raise AssertionError(query)

"""Any order of calls gives what a plain dictionary would give."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from offramp.store import Store, open_store
from tests.store.backends import BACKENDS
from tests.store.samples import ALICE, BOB, DAY, destroy

IDS = st.integers(0, 9).map(lambda number: bytes([number]) * 16)
COURIERS = st.sampled_from([ALICE, BOB])


class Model(RuleBasedStateMachine):
    backend: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = BACKENDS[self.backend](Path(self.folder.name))
        self.store: Store = open_store(self.url)
        self.kept: dict[bytes, bytes] = {}
        self.acknowledged: set[tuple[bytes, bytes]] = set()

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(name=IDS, body=st.binary(max_size=20_000))
    def add(self, name: bytes, body: bytes) -> None:
        is_new = self.store.add(body, envelope_id=name, size_class=16_384, day=DAY)
        assert is_new == (name not in self.kept)
        self.kept.setdefault(name, body)

    @rule(courier=COURIERS, names=st.lists(IDS, max_size=5))
    def acknowledge(self, courier: bytes, names: list[bytes]) -> None:
        new = {(courier, name) for name in names if name in self.kept} - self.acknowledged
        assert self.store.acknowledge(courier, names, day=DAY) == len(new)
        self.acknowledged |= new

    @rule(couriers=st.lists(COURIERS, max_size=3))
    def remove(self, couriers: list[bytes]) -> None:
        gone = {name for name in self.kept if couriers and self._by_all(couriers, name)}
        assert destroy(self.store, couriers) == len(gone)
        for name in gone:
            del self.kept[name]
        self.acknowledged = {(courier, name) for courier, name in self.acknowledged if name not in gone}

    @precondition(lambda self: bool(self.kept))
    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = open_store(self.url)

    @invariant()
    def the_same(self) -> None:
        assert {name: self.store.read(name) for name in self.kept} == self.kept
        for courier in (ALICE, BOB):
            expected = sorted(name for name in self.kept if (courier, name) not in self.acknowledged)
            assert [one.id for one in self.store.waiting(courier)] == expected

    def _by_all(self, couriers: Iterable[bytes], name: bytes) -> bool:
        return all((courier, name) in self.acknowledged for courier in couriers)


@pytest.mark.parametrize("backend", BACKENDS)
def test_as_the_model(backend: str) -> None:
    machine = type("BackendModel", (Model,), {"backend": backend})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""A real standby: nothing is acknowledged that it does not have, and it takes over where the first one is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from offramp.store import Store, StoreError, StoreUnavailable, open_store
from tests.harness.children import wait_for
from tests.harness.postgres import PrivatePostgres
from tests.store.backends import postgres
from tests.store.samples import Sample, added

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture
def first() -> Iterator[PrivatePostgres]:
    postgres()  # or skip
    with PrivatePostgres() as one:
        yield one


@pytest.fixture
def second(first: PrivatePostgres) -> Iterator[PrivatePostgres]:
    """A standby, without which *first* acknowledges nothing any more."""
    with PrivatePostgres(standby_of=first) as one:
        first.reload({"synchronous_standby_names": "*"})
        synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        wait_for("the standby", lambda: first.sql(synchronous) == [(1,)], seconds=60)
        yield one


def test_a_standby_takes_over(first: PrivatePostgres, second: PrivatePostgres) -> None:
    name = first.sql("CREATE DATABASE letters") or "letters"
    both = f"postgresql:///{name}?host={first.folder},{second.folder}&user=offramp&target_session_attrs=read-write"
    with closing(open_store(both)) as store:
        samples = added(store, 30)
        first.stop(signal.SIGKILL)  # with its disk, as far as this test goes
        with pytest.raises(StoreUnavailable):
            Sample().add_to(store)  # the standby is one still
        second.sql("SELECT pg_promote()")
        wait_for("the new first", lambda: _takes(store), seconds=60)
        assert all(store.read(sample.id) == sample.envelope for sample in samples)


def _takes(store: Store) -> bool:
    try:
        return Sample().add_to(store)
    except StoreError:
        return False


def test_nothing_is_acknowledged_that_the_standby_does_not_have(
    first: PrivatePostgres, second: PrivatePostgres
) -> None:
    with closing(open_store(first.new_database())) as store, ThreadPoolExecutor(1) as pool:
        added(store, 1)
        second.stop(signal.SIGINT)
        sample = Sample()
        adding = pool.submit(sample.add_to, store)
        wait_for("the wait for the standby", lambda: first.sql(WAITING) == [(1,)], seconds=60)
        # Whoever ends that wait by hand makes COMMIT succeed, with a warning.
        first.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        with pytest.raises(StoreUnavailable):
            adding.result(60)
        # The same again is safe, and true once there is a standby.
        again = pool.submit(sample.add_to, store)
        second.start()
        assert again.result(60) is False
        assert store.has(sample.id)

"""What every store does, whatever keeps its bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.store import (
    Addition,
    QuotaReached,
    Store,
    StoreBusy,
    Stored,
    StoreError,
    StoreFull,
    StoreNewer,
    StoreUnavailable,
    UnknownStoreUrl,
    UnknownVersion,
    open_store,
)
from tests.store.samples import ALICE, BOB, CAROL, DAY, Sample, added, destroy, ids

Opened = Callable[[str], Store]


def test_what_was_added_is_read_back(store: Store) -> None:
    sample = Sample()
    assert sample.add_to(store) is True
    assert store.read(sample.id) == sample.envelope
    assert store.has(sample.id)
    assert store.waiting(ALICE) == [Stored(sample.id, 16_384, len(sample.envelope), DAY)]


def test_the_same_id_twice_is_one(store: Store) -> None:
    sample = Sample()
    assert [sample.add_to(store) for _ in range(3)] == [True, False, False]
    assert ids(store) == [sample.id]


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.read(bytes(16)) is None
    assert not store.has(bytes(16))
    assert store.waiting(ALICE) == []


def test_the_largest_envelope_fits(store: Store) -> None:
    sample = Sample(envelope=bytes(range(256)) * 32_813)
    assert sample.add_to(store)
    assert store.read(sample.id) == sample.envelope


def test_waiting_goes_in_order_of_id_and_in_pages(store: Store) -> None:
    everything = sorted(sample.id for sample in added(store, 25))
    seen: list[bytes] = []
    while page := store.waiting(ALICE, after=seen[-1] if seen else b"", limit=10):
        assert len(page) <= 10
        seen += [one.id for one in page]
    assert seen == everything


def test_what_a_courier_acknowledged_waits_for_the_others_only(store: Store) -> None:
    first, second = added(store, 2)
    assert store.acknowledge(ALICE, [first.id], day=DAY) == 1
    assert ids(store, ALICE) == [second.id]
    assert ids(store, BOB) == sorted([first.id, second.id])
    assert store.read(first.id) == first.envelope


def test_acknowledging_counts_what_is_new_and_here(store: Store) -> None:
    first, second = added(store, 2)
    assert store.acknowledge(ALICE, [first.id, bytes(16)], day=DAY) == 1
    assert store.acknowledge(ALICE, [first.id, second.id, second.id], day=DAY) == 1
    assert store.acknowledge(ALICE, [], day=DAY) == 0


def test_what_came_after_an_acknowledgement_of_its_id_still_waits(store: Store) -> None:
    sample = Sample()
    store.acknowledge(ALICE, [sample.id], day=DAY)
    sample.add_to(store)
    assert ids(store) == [sample.id]


def test_only_what_every_courier_acknowledged_is_removed(store: Store) -> None:
    first, second, third = added(store, 3)
    store.acknowledge(ALICE, [first.id, second.id], day=DAY)
    store.acknowledge(BOB, [second.id, third.id], day=DAY)
    assert destroy(store, [ALICE, BOB]) == 1
    assert store.read(second.id) is None
    assert ids(store, CAROL) == sorted([first.id, third.id])
    assert destroy(store, [ALICE, BOB, CAROL]) == 0


def test_a_courier_named_twice_is_one(store: Store) -> None:
    (sample,) = added(store, 1)
    store.acknowledge(ALICE, [sample.id], day=DAY)
    assert destroy(store, [ALICE, ALICE]) == 1


def test_without_couriers_nothing_is_removed(store: Store) -> None:
    (sample,) = added(store, 1)
    store.acknowledge(ALICE, [sample.id], day=DAY)
    assert destroy(store, []) == 0
    assert store.read(sample.id) == sample.envelope


def test_an_acknowledgement_goes_with_its_envelope(store: Store) -> None:
    (sample,) = added(store, 1)
    store.acknowledge(ALICE, [sample.id], day=DAY)
    destroy(store, [ALICE])
    assert sample.add_to(store) is True
    assert ids(store) == [sample.id]


def test_more_than_one_batch_is_removed(store: Store) -> None:
    names = [sample.id for sample in added(store, 600)]
    assert store.acknowledge(ALICE, names, day=DAY) == 600
    assert destroy(store, [ALICE]) == 600
    assert ids(store, BOB) == []


def test_what_everybody_has_stays_for_its_days_of_grace(store: Store) -> None:
    (sample,) = added(store, 1)
    store.acknowledge(ALICE, [sample.id], day=DAY)
    store.acknowledge(BOB, [sample.id], day=DAY + timedelta(1))
    for last in (DAY - timedelta(1), DAY):
        assert store.expire([ALICE, BOB], acknowledged=last, received=date.min) == 0
    assert store.expire([ALICE, BOB], acknowledged=DAY + timedelta(1), received=date.min) == 1
    assert not store.has(sample.id)


def test_the_first_day_of_an_acknowledgement_counts(store: Store) -> None:
    (sample,) = added(store, 1)
    assert store.acknowledge(ALICE, [sample.id], day=DAY) == 1
    assert store.acknowledge(ALICE, [sample.id], day=DAY + timedelta(5)) == 0
    assert destroy(store, [ALICE]) == 1


def test_what_is_old_goes_whoever_has_it(store: Store) -> None:
    old, new = Sample(), Sample()
    old.add_to(store)
    store.add(new.envelope, envelope_id=new.id, size_class=16_384, day=DAY + timedelta(1))
    assert store.expire([], acknowledged=date.max, received=DAY - timedelta(1)) == 0
    assert store.expire([], acknowledged=date.max, received=DAY) == 1
    assert ids(store) == [new.id]


def test_what_one_who_left_acknowledged_goes_too(store: Store) -> None:
    (sample,) = added(store, 1)
    store.acknowledge(CAROL, [sample.id], day=DAY)
    store.acknowledge(ALICE, [sample.id], day=DAY)
    assert destroy(store, [ALICE]) == 1
    sample.add_to(store)
    assert ids(store, CAROL) == [sample.id]


def test_classes_are_counted(store: Store) -> None:
    assert {size: count for size, count in store.count().items() if count} == {}
    first, *_ = added(store, 3)
    store.add(b"x", envelope_id=bytes(16), size_class=65_536, day=DAY)
    assert store.count() == {16_384: 3, 65_536: 1}
    store.acknowledge(ALICE, [first.id, bytes(16)], day=DAY)
    destroy(store, [ALICE])
    assert {size: count for size, count in store.count().items() if count} == {16_384: 2}


def test_of_a_class_there_are_no_more_than_may_be(store: Store) -> None:
    first, second = added(store, 2)
    third = Sample()

    def add(sample: Sample, most: int, size_class: int = 16_384) -> bool:
        return store.add(sample.envelope, envelope_id=sample.id, size_class=size_class, day=DAY, most=most)

    for most in (0, 1, 2):
        with pytest.raises(QuotaReached):
            add(third, most)
    assert ids(store) == sorted([first.id, second.id])
    with pytest.raises(QuotaReached):
        add(third, 0, 65_536)  # of which there is none
    assert add(first, 0) is False  # it is here already
    assert add(third, 3)
    assert add(Sample(), 1, 65_536)
    store.acknowledge(ALICE, [second.id], day=DAY)
    destroy(store, [ALICE])
    assert add(second, 3)


def test_adding_can_be_begun_and_its_outcome_asked_later(store: Store, url: str, opened: Opened) -> None:
    sample, told = Sample(), threading.Event()

    def start(sample: Sample, most: int | None = None) -> Callable[[], bool]:
        told.clear()
        return store.start_adding(Addition(sample.envelope, sample.id, 16_384, DAY, most), told.set)

    for new in (True, False):
        outcome = start(sample)
        assert told.wait(60)
        assert opened(url).read(sample.id) == sample.envelope  # it is there before anybody is told so
        assert outcome() is new
    outcome = start(Sample(), most=1)
    assert told.wait(60)
    with pytest.raises(QuotaReached):
        outcome()
    store.close()
    with pytest.raises(StoreUnavailable):
        start(Sample())
    assert not told.is_set()


def test_a_quota_holds_for_many_at_once(store: Store) -> None:
    def add(_: int) -> bool:
        try:
            sample = Sample()
            return store.add(sample.envelope, envelope_id=sample.id, size_class=16_384, day=DAY, most=10)
        except QuotaReached:
            return False

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(add, range(60))) == 10
    assert store.count() == {16_384: 10}


def test_everything_is_there_after_opening_again(url: str, opened: Opened) -> None:
    before = opened(url)
    first, second = added(before, 2)
    before.acknowledge(ALICE, [first.id], day=DAY)
    before.close()
    after = opened(url)
    assert after.read(first.id) == first.envelope
    assert ids(after) == [second.id]
    assert second.add_to(after) is False


def test_two_openings_see_the_same(url: str, opened: Opened) -> None:
    one, other = opened(url), opened(url)
    (sample,) = added(one, 1)
    assert other.read(sample.id) == sample.envelope
    other.acknowledge(ALICE, [sample.id], day=DAY)
    assert ids(one) == []


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        Sample().add_to(store)
    with pytest.raises(StoreUnavailable):
        store.waiting(ALICE)
    with pytest.raises(StoreUnavailable):
        store.read(bytes(16))


def test_many_threads_at_once(store: Store) -> None:
    samples = [Sample() for _ in range(200)]
    with ThreadPoolExecutor(32) as pool:
        # Each twice: exactly one of two racing additions of the same id is the first.
        outcomes = list(pool.map(lambda sample: sample.add_to(store), samples * 2))
    assert outcomes.count(True) == len(samples)
    assert ids(store) == sorted(sample.id for sample in samples)
    assert all(store.read(sample.id) == sample.envelope for sample in samples)


@pytest.mark.parametrize("url", ["", "sqlite:///", "store.db", "mysql://x/y", "file:///store.db"])
def test_an_unknown_address_is_refused(url: str) -> None:
    with pytest.raises(UnknownStoreUrl):
        open_store(url)


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'store.db'}")


@pytest.mark.parametrize(
    "error",
    [
        StoreError,
        StoreFull,
        QuotaReached,
        StoreBusy,
        StoreUnavailable,
        StoreNewer,
        UnknownVersion,
        UnknownStoreUrl,
    ],
)
def test_errors_have_one_root_and_a_sentence(error: type[StoreError]) -> None:
    assert issubclass(error, StoreError)
    assert str(error()) == error.__doc__
    assert str(error("this")) == "this"

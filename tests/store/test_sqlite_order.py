"""What a seized file tells of the order in which letters came: nothing, whether it is small or large."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from offramp.store import connection
from offramp.store.rescue import rescue
from offramp.store.sqlite import SqliteStore
from tests.store.samples import ALICE, BOB, DAY, Sample, added, ids, pieces_of, tick, tick_until


def _order_in_file(path: Path, samples: list[Sample]) -> list[bytes]:
    """The ids in the order in which the middles of their envelopes stand in the file."""
    whole = path.read_bytes()
    places = {sample.id: max(whole.find(piece) for piece in pieces_of(sample)[3:6]) for sample in samples}
    assert -1 not in places.values()
    return sorted(places, key=lambda name: places[name])


def _copied_into_the_file(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as plain:
        plain.pragma("user_version")  # until it has read something, it does not know of the log
        plain.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)


def test_the_order_of_arrival_does_not_survive_atick(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 60)
    arrived = [sample.id for sample in samples]
    _copied_into_the_file(path)
    assert _order_in_file(path, samples) == arrived  # this is what there is to hide
    tick(store)
    with closing(apsw.Connection(str(path))) as plain:
        by_place = [name for (name,) in plain.execute("SELECT id FROM ids ORDER BY place")]
    assert _order_in_file(path, samples) == by_place
    assert by_place not in (arrived, arrived[::-1])
    assert not any((tmp_path / "store.db-wal").read_bytes())
    store.close()


def _correlation(found: list[bytes], arrived: list[bytes]) -> float:
    """Spearman's: 1 for the same order, -1 for its reverse, and near 0 where one says nothing of the other."""
    ranks = {name: rank for rank, name in enumerate(arrived)}
    squares = sum((ranks[name] - rank) ** 2 for rank, name in enumerate(found))
    count = len(arrived)
    return 1 - 6 * squares / (count * (count**2 - 1))


def test_a_large_file_keeps_no_order_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_SMALL_BYTES", 0)
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 600, size=6_000)
    arrived = [sample.id for sample in samples]
    for sample in samples:
        store.acknowledge(ALICE, [sample.id], day=DAY)
    _copied_into_the_file(path)
    assert _correlation(_order_in_file(path, samples), arrived) > 0.99
    before = path.stat().st_size
    tick_until(store, path, "SELECT count(*) FROM arrivals")
    tick(store)
    assert path.stat().st_size <= before * 1.1
    assert not any((tmp_path / "store.db-wal").read_bytes())
    # Of 600 in an order by chance, one in a million is above 0.2.
    assert abs(_correlation(_order_in_file(path, samples), arrived)) < 0.2
    assert all(store.read(sample.id) == sample.envelope for sample in samples)
    assert store.waiting(BOB, limit=2000) == sorted(store.waiting(BOB, limit=2000), key=lambda one: one.id)
    assert len(store.waiting(BOB, limit=2000)) == 600
    assert ids(store) == []
    assert store.count() == {16_384: 600}
    store.close()


def test_within_a_page_rows_do_not_lie_in_the_order_in_which_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_SMALL_BYTES", 0)
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 40, size=500)
    for sample in samples:
        store.acknowledge(ALICE, [sample.id], day=DAY)
    arrived = [sample.id for sample in samples]
    _copied_into_the_file(path)
    assert _in_page_order(path, samples) == {
        tuple(arrived[::-1])
    }  # both lists are one page, filled from its end
    tick_until(store, path, "SELECT count(*) FROM arrivals")
    tick(store)
    assert _in_page_order(path, samples) == {tuple(sorted(arrived, reverse=True))}
    store.close()


def _in_page_order(path: Path, samples: list[Sample]) -> set[tuple[bytes, ...]]:
    """The ids in the order of their bytes in each page that has them all."""
    whole, found = path.read_bytes(), set()
    for start in range(0, len(whole), 4096):
        page = whole[start : start + 4096]
        places = {sample.id: page.rfind(sample.id) for sample in samples}
        if -1 not in places.values():
            found.add(tuple(sorted(places, key=lambda name: places[name])))
    return found


def test_one_that_came_before_a_restart_is_mixed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_SMALL_BYTES", 0)
    path = tmp_path / "store.db"
    before = SqliteStore(path)
    samples = added(before, 300, size=6_000)
    before.close()
    store = SqliteStore(path, tick_seconds=3600)
    tick_until(store, path, "SELECT count(*) FROM arrivals")
    tick(store)
    assert abs(_correlation(_order_in_file(path, samples), [sample.id for sample in samples])) < 0.3
    store.close()


def test_one_that_came_before_a_rescue_is_mixed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_SMALL_BYTES", 0)
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    mixed = added(store, 5)
    tick_until(store, path, "SELECT count(*) FROM arrivals")
    samples = mixed + added(store, 7)
    store.close()
    named = {sample.envelope: (sample.id, 16_384) for sample in samples}
    assert rescue(path, named.get, DAY).saved == 12
    with closing(apsw.Connection(str(path))) as plain:
        new = {name for (name,) in plain.execute("SELECT id FROM arrivals")}
    assert new == {sample.id for sample in samples[5:]}
    store = SqliteStore(path)
    assert all(store.read(sample.id) == sample.envelope for sample in samples)
    store.close()

"""What a seized file tells: nothing of what was removed, no order, no time of day."""

from __future__ import annotations

import os
import stat
import time
from contextlib import closing
from pathlib import Path

import apsw

from offramp.store import open_store
from offramp.store.sqlite import SqliteStore
from tests.store.samples import ALICE, BOB, Sample, added

PIECE = 48
TABLES = {
    "ids": ["id", "place", "size_class", "length", "day"],
    "envelopes": ["place", "envelope"],
    "acknowledged": ["courier", "id"],
    "noise": ["one", "bytes"],
}


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _pieces(sample: Sample) -> list[bytes]:
    """Parts of an envelope from all over it: SQLite cuts it into pages."""
    step = max(1500, len(sample.envelope) // 16)
    return [sample.envelope[start : start + PIECE] for start in range(0, len(sample.envelope) - PIECE, step)]


def _found(folder: Path, samples: list[Sample]) -> int:
    everything = _files(folder)
    return sum(piece in everything for sample in samples for piece in _pieces(sample))


def test_removed_bytes_are_in_none_of_the_files(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    samples = added(store, 150)
    gone, kept = samples[::2], samples[1::2]
    assert _found(tmp_path, gone) > 0  # so the search can find them
    store.acknowledge(ALICE, [sample.id for sample in gone])
    assert _found(tmp_path, gone) > 0
    assert store.remove_acknowledged([ALICE]) == len(gone)
    assert _found(tmp_path, gone) == 0
    everything = _files(tmp_path)
    assert not any(sample.id in everything for sample in gone)
    assert _found(tmp_path, kept) > 0
    store.close()
    assert _found(tmp_path, gone) == 0


def test_removed_by_one_process_while_another_has_the_file_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    intake, couriers = open_store(url), open_store(url)
    samples = added(intake, 40)
    couriers.acknowledge(BOB, [sample.id for sample in samples])
    assert couriers.remove_acknowledged([BOB]) == 40
    assert _found(tmp_path, samples) == 0
    assert len(added(intake, 3)) == 3
    intake.close()
    couriers.close()


def test_a_large_file_is_destroyed_without_a_rewrite(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    large = [Sample(envelope=os.urandom(1_056_020)) for _ in range(30)]
    assert all(sample.add_to(store) for sample in large)
    gone, kept = large[:10], large[10:]
    store.acknowledge(ALICE, [sample.id for sample in gone])
    assert store.remove_acknowledged([ALICE]) == 10
    assert _found(tmp_path, gone) == 0
    assert all(store.read(sample.id) == sample.envelope for sample in kept)
    store.close()


def _order_in_file(path: Path, samples: list[Sample]) -> list[bytes]:
    """The ids in the order in which the middles of their envelopes stand in the file."""
    whole = path.read_bytes()
    places = {sample.id: max(whole.find(piece) for piece in _pieces(sample)[3:6]) for sample in samples}
    assert -1 not in places.values()
    return sorted(places, key=lambda name: places[name])


def test_the_order_of_arrival_does_not_survive_a_tick(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 60)
    arrived = [sample.id for sample in samples]
    with closing(apsw.Connection(str(path))) as plain:
        plain.pragma("user_version")  # until it has read something, it does not know of the log
        plain.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    assert _order_in_file(path, samples) == arrived  # this is what there is to hide
    store._writer.do(store._tick, alone=True)
    with closing(apsw.Connection(str(path))) as plain:
        by_place = [name for (name,) in plain.execute("SELECT id FROM ids ORDER BY place")]
    assert _order_in_file(path, samples) == by_place
    assert by_place not in (arrived, arrived[::-1])
    assert (tmp_path / "store.db-wal").stat().st_size == 0
    store.close()


def test_the_files_change_on_a_clock_and_not_only_when_something_comes(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=0.02)
    before = path.stat().st_mtime_ns
    until = time.monotonic() + 20
    while path.stat().st_mtime_ns == before:
        assert time.monotonic() < until
    store.close()


def test_only_a_day_and_a_class_are_kept_beside_the_envelope(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    (sample,) = added(store, 1)
    with closing(apsw.Connection(str(path))) as plain:
        (row,) = plain.execute(
            "SELECT id, size_class, length, day, envelope FROM ids JOIN envelopes USING (place)"
        )
        columns = {name: [row[1] for row in plain.execute(f"PRAGMA table_info({name})")] for name in TABLES}
        tables = {name for (name,) in plain.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert columns == TABLES
    assert row == (sample.id, 16_384, len(sample.envelope), 739_941, sample.envelope)
    assert tables == TABLES.keys()
    store.close()


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
        added(store, 1)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes == {0o600}

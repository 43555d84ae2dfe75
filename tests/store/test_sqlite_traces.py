"""What a seized file tells: nothing of what was removed, no order, no time of day."""

from __future__ import annotations

import os
import stat
import time
from contextlib import closing
from pathlib import Path
from typing import cast

import apsw
import pytest

from offramp.store import connection, open_store, wiping
from offramp.store.schema import ITS_ENVELOPE
from offramp.store.sqlite import SqliteStore
from tests.store.samples import ALICE, BOB, DAY, Sample, added, destroy, pieces_of, tick, tick_until

TABLES = {
    "ids": ["id", "place", "size_class", "length", "day"],
    "envelopes": ["place", "envelope"],
    "acknowledged": ["id", "courier", "day"],
    "counts": ["size_class", "here"],
    "arrivals": ["place", "id", "envelope"],
    "noise": ["one", "bytes"],
}


def _files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _found(folder: Path, samples: list[Sample]) -> int:
    everything = _files(folder)
    return sum(piece in everything for sample in samples for piece in pieces_of(sample))


def test_removed_bytes_are_in_none_of_the_files(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    samples = added(store, 60)
    gone, kept = samples[::2], samples[1::2]
    assert _found(tmp_path, gone) > 0  # so the search can find them
    store.acknowledge(ALICE, [sample.id for sample in gone], day=DAY)
    assert _found(tmp_path, gone) > 0
    assert destroy(store, [ALICE]) == len(gone)
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
    couriers.acknowledge(BOB, [sample.id for sample in samples], day=DAY)
    assert destroy(couriers, [BOB]) == 40
    assert _found(tmp_path, samples) == 0
    assert len(added(intake, 3)) == 3
    intake.close()
    couriers.close()


def test_a_large_file_is_destroyed_without_a_rewrite(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    large = [Sample(envelope=os.urandom(1_056_020)) for _ in range(20)]
    assert all(sample.add_to(store) for sample in large)
    gone, kept = large[:10], large[10:]
    store.acknowledge(ALICE, [sample.id for sample in gone], day=DAY)
    assert destroy(store, [ALICE]) == 10
    assert _found(tmp_path, gone) == 0
    assert all(store.read(sample.id) == sample.envelope for sample in kept)
    store.close()


def test_the_log_is_overwritten_and_kept(tmp_path: Path) -> None:
    path, log = tmp_path / "store.db", tmp_path / "store.db-wal"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 20)
    place = log.stat().st_ino
    assert samples[3].envelope[5000:5048] in log.read_bytes()
    tick(store)
    assert log.stat().st_size == wiping.LOG_BYTES
    added(store, 3)
    assert (log.stat().st_ino, log.stat().st_size) == (place, wiping.LOG_BYTES)
    store.close()
    assert log.stat().st_ino == place
    assert not any(log.read_bytes())


@pytest.mark.parametrize("shorter", [1, 2, 3, 50, 700])
def test_a_file_that_is_written_anew_keeps_its_length(tmp_path: Path, shorter: int) -> None:
    path = tmp_path / "store.db"
    with closing(connection.connect(path)) as plain:
        plain.execute("CREATE TABLE more (bytes BLOB)")
        plain.executemany("INSERT INTO more VALUES (randomblob(3500))", [()] * shorter)
        before = plain.pragma("page_count")
        plain.execute("DELETE FROM more")
        for _ in range(3):
            wiping.vacuum(plain)
            assert plain.pragma("page_count") == before
        plain.execute("DROP TABLE more")


def test_the_log_is_left_alone_where_another_wrote_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    one, other = SqliteStore(path), SqliteStore(path)
    added(one, 3)
    between: list[Sample] = []
    checkpoint = apsw.Connection.wal_checkpoint

    class Interrupted:
        """A connection that leaves another one time after the checkpoint."""

        def __init__(self, real: apsw.Connection) -> None:
            self._real = real

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def wal_checkpoint(self, mode: int) -> object:
            result = checkpoint(self._real, mode=mode)
            between.extend(added(other, 2))
            return result

    with closing(connection.connect(path)) as real:
        assert wiping.empty_log(cast("apsw.Connection", Interrupted(real))) is False
        assert wiping.empty_log(real) is True
    assert all(one.read(sample.id) == sample.envelope for sample in between)
    one.close()
    other.close()


def test_the_file_is_not_opened_besides(tmp_path: Path) -> None:
    """Closing a file drops all locks on it that this process has, SQLite's too."""
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    added(store, 1)
    store.waiting(ALICE)
    locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    number = str(path.stat().st_ino)
    assert any(line[-3].endswith(f":{number}") and int(line[-4]) == os.getpid() for line in locks)
    store.close()


def test_what_a_large_file_destroyed_is_in_none_of_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_SMALL_BYTES", 0)
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=3600)
    samples = added(store, 30)
    tick_until(store, path, "SELECT count(*) FROM arrivals")
    gone = samples[::2]
    store.acknowledge(ALICE, [sample.id for sample in gone], day=DAY)
    assert destroy(store, [ALICE]) == 15
    assert _found(tmp_path, gone) == 0
    assert all(store.read(sample.id) == sample.envelope for sample in samples[1::2])
    assert _found(tmp_path, samples[1::2]) > 0
    store.close()


def test_the_files_change_on_a_clock_and_not_only_when_something_comes(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path, tick_seconds=0.02)
    before = path.stat().st_mtime_ns
    until = time.monotonic() + 20
    while path.stat().st_mtime_ns == before:
        assert time.monotonic() < until
    store.close()


def _noted_down(folder: Path) -> dict[str, tuple[int, int]]:
    """What the file system notes about the files, besides times: their length and how many blocks they have."""
    return {path.name: (path.stat().st_size, path.stat().st_blocks) for path in folder.iterdir()}


def test_an_addition_changes_the_files_as_noise_does(tmp_path: Path) -> None:
    """Who reads the file system's journal cannot tell when something came: noise comes at times by chance."""
    store = SqliteStore(tmp_path / "store.db", tick_seconds=3600)
    tick(store)
    before = _noted_down(tmp_path)
    written = [path.stat().st_mtime_ns for path in tmp_path.iterdir()]
    added(store, 5)
    assert _noted_down(tmp_path) == before
    after_addition = _changed(tmp_path, written)
    written = [path.stat().st_mtime_ns for path in tmp_path.iterdir()]
    store._writer.do(store._forgetting.tick, alone=True)  # not at a beat: noise and no more
    assert _noted_down(tmp_path) == before
    assert _changed(tmp_path, written) == after_addition
    store.close()


def _changed(folder: Path, before: list[int]) -> list[str]:
    times = [(path.name, path.stat().st_mtime_ns) for path in folder.iterdir()]
    return [name for (name, time), old in zip(times, before, strict=True) if time != old]


def test_only_a_day_and_a_class_are_kept_beside_the_envelope(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    (sample,) = added(store, 1)
    with closing(apsw.Connection(str(path))) as plain:
        (row,) = plain.execute(
            f"SELECT id, size_class, length, day, {ITS_ENVELOPE} FROM ids"  # noqa: S608
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


def test_who_writes_does_not_wait_behind_a_checkpoint_for_those_who_read(tmp_path: Path) -> None:
    class Watched(apsw.Connection):
        patience = -1

        def wal_checkpoint(self, dbname: str | None = None, mode: int = 0) -> tuple[int, int]:
            self.patience = int(self.pragma("busy_timeout"))
            return super().wal_checkpoint(dbname, mode)

    path = tmp_path / "store.db"
    store = SqliteStore(path)
    added(store, 1)
    with closing(apsw.Connection(str(path))) as reader, closing(Watched(str(path))) as tidying:
        tidying.set_busy_timeout(7000)
        reader.execute("BEGIN; SELECT count(*) FROM ids").fetchall()
        added(store, 1)
        with pytest.raises(apsw.BusyError):
            wiping.empty_log(tidying)
        assert tidying.patience == wiping.READERS_MILLISECONDS
        assert tidying.pragma("busy_timeout") == 7000  # for its writes
    store.close()

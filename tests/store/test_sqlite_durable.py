"""What is acknowledged is on the disk; what is refused is not there, and the store goes on."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import apsw
import pytest

from offramp.store import StoreBusy, StoreFull, StoreUnavailable, connection, open_store, sqlite
from offramp.store.sqlite import SqliteStore
from tests.harness.children import wait_for
from tests.store.samples import ALICE, DAY, Sample, added, destroy, ids

MIB = 1024 * 1024


class _WatchedFile(apsw.VFSFile):
    unsynced: ClassVar[dict[str, int]] = {}

    def __init__(self, inherit: str, name: Any, flags: list[int]) -> None:
        super().__init__(inherit, name, flags)
        self.name = str(name.filename() if isinstance(name, apsw.URIFilename) else name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        super().xWrite(data, offset)
        self.unsynced[self.name] += len(data)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        super().xSync(flags)
        self.unsynced[self.name] = 0


class _WatchedDisk(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("watched", "unix", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        return _WatchedFile("unix", name, flags)


@pytest.fixture
def unsynced() -> Iterator[dict[str, int]]:
    """By file: bytes that SQLite wrote since it last had the disk flush them."""
    _WatchedFile.unsynced = defaultdict(int)
    disk = _WatchedDisk()
    yield _WatchedFile.unsynced
    disk.unregister()


def test_the_log_is_flushed_before_an_addition_returns(tmp_path: Path, unsynced: dict[str, int]) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    log = f"{path}-wal"
    for _ in range(20):
        Sample().add_to(store)
        assert log in unsynced
        assert unsynced[log] == 0  # a power cut now would lose nothing
    store.close()


def test_kill_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    writer = """
import sys, secrets, datetime
from offramp.store import open_store
store = open_store(sys.argv[1])
while True:
    name = secrets.token_bytes(16)
    store.add(name * 1500, envelope_id=name, size_class=16384, day=datetime.date.today())
    print(name.hex(), flush=True)
"""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", writer, url], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            acknowledged = [child.stdout.readline().strip() for _ in range(40)]
            child.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in child.stdout if line.endswith("\n")]
        store = open_store(url)
        for name in map(bytes.fromhex, acknowledged):
            assert store.read(name) == name * 1500
        store.close()


def test_below_the_reserve_nothing_is_added_and_all_else_goes_on(tmp_path: Path) -> None:
    room = 100 * MIB
    store = SqliteStore(tmp_path / "store.db", free=lambda _: room)
    first, second = added(store, 2)
    room = 64 * MIB
    refused = Sample()
    with pytest.raises(StoreFull):
        refused.add_to(store)
    assert store.read(refused.id) is None
    # Fetching and removing are what makes room again.
    assert store.acknowledge(ALICE, [first.id, second.id], day=DAY) == 2
    assert destroy(store, [ALICE]) == 2
    room = 65 * MIB
    assert refused.add_to(store)
    store.close()


def test_what_was_destroyed_makes_room_in_the_file_itself(tmp_path: Path) -> None:
    """Its blocks are not given back: on a disk that somebody else has filled, they are what there is."""
    room = 100 * MIB
    store = SqliteStore(tmp_path / "store.db", free=lambda _: room)
    samples = added(store, 90)
    room = 60 * MIB
    with pytest.raises(StoreFull):
        Sample().add_to(store)
    store.acknowledge(ALICE, [sample.id for sample in samples], day=DAY)
    assert destroy(store, [ALICE]) == 90
    before = (tmp_path / "store.db").stat().st_size
    with pytest.raises(StoreFull):
        added(store, 90)  # some of it is kept for the lists
    assert 30 < len(ids(store)) < 80
    store.close()
    assert (tmp_path / "store.db").stat().st_size == before


def test_the_reserve_is_64_mib_and_is_measured(tmp_path: Path) -> None:
    assert connection.RESERVE_BYTES == 64 * MIB
    assert connection.free_bytes(tmp_path / "store.db") == pytest.approx(
        shutil.disk_usage(tmp_path).free, rel=0.05
    )


def test_sqlite_full_is_store_full_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = 400
    connected = connection.connect

    def small(path: Path) -> apsw.Connection:
        opened = connected(path)
        opened.pragma("max_page_count", pages)
        return opened

    monkeypatch.setattr(sqlite, "connect", small)
    store = SqliteStore(tmp_path / "store.db")
    with pytest.raises(StoreFull):
        added(store, 200)
    kept = ids(store)
    assert len(kept) > 20
    assert all(store.read(name) is not None for name in kept)
    pages = 4000
    assert len(added(store, 20)) == 20
    store.close()


def test_a_disk_that_takes_no_more_bytes(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes real writes fail in the middle, in the log and in the file alike."""
    program = """
import resource, sys
from pathlib import Path
from offramp.store import StoreError
from offramp.store.sqlite import SqliteStore
from tests.store.samples import Sample, ids
store, kept, refused = SqliteStore(Path(sys.argv[1])), [], 0
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (1_000_003, 2_500_007, 5_000_011):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    for _ in range(200):
        sample = Sample()
        try:
            sample.add_to(store)
        except StoreError:
            refused += 1
        else:
            kept.append(sample)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    healed = Sample()
    assert healed.add_to(store)
    kept.append(healed)
assert refused > 20, refused
assert all(store.read(sample.id) == sample.envelope for sample in kept)
store.close()
print(" ".join(sample.id.hex() for sample in kept))
"""
    path = tmp_path / "store.db"
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=True,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    kept = {bytes.fromhex(name) for name in done.stdout.decode().split()}
    store = SqliteStore(path)
    # An addition that failed while it was being committed may be there; one that was acknowledged must be.
    assert kept <= set(ids(store))
    store.close()


def test_a_full_queue_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path, queue_length=2)
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")  # nobody else can write now
    outcomes: list[bool] = []
    waiting = [threading.Thread(target=lambda: outcomes.append(Sample().add_to(store))) for _ in range(2)]
    for thread in waiting:
        thread.start()
    while not store._writer.is_full():
        pass
    with pytest.raises(StoreBusy):
        Sample().add_to(store)
    holder.execute("ROLLBACK")
    for thread in waiting:
        thread.join()
    assert outcomes == [True, True]
    holder.close()
    store.close()


def test_another_program_that_holds_the_file_makes_it_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_BUSY_MILLISECONDS", 50)
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    sample = Sample()
    with pytest.raises(StoreBusy):
        sample.add_to(store)
    holder.execute("ROLLBACK")
    holder.close()
    assert store.read(sample.id) is None
    assert sample.add_to(store)
    store.close()


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    made = apsw.Connection(str(other))
    made.execute("CREATE TABLE theirs (x); PRAGMA user_version = 7")
    made.close()
    text = tmp_path / "text.db"
    text.write_text("This is not a database, and long enough for SQLite to notice that. " * 20)
    for path in (other, text):
        before = path.read_bytes()
        with pytest.raises(StoreUnavailable):
            SqliteStore(path)
        assert before[100:] in path.read_bytes()


def test_a_group_is_one_transaction(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SqliteStore(path)
    reader = apsw.Connection(str(path))
    busy, go_on = threading.Event(), threading.Event()

    def keep_busy(_: apsw.Connection) -> bool:
        busy.set()
        return go_on.wait(60)

    threads = [threading.Thread(target=store._writer.do, args=(keep_busy,))]
    threads[0].start()
    assert busy.wait(60)
    threads += [threading.Thread(target=lambda: Sample().add_to(store)) for _ in range(40)]
    for thread in threads[1:]:
        thread.start()
    wait_for("forty in the queue", lambda: store._writer._queue.qsize() == 40, seconds=60)
    before = _commits(reader)
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(ids(store)) == 40
    assert _commits(reader) - before == 1
    reader.close()
    store.close()


def _commits(reader: apsw.Connection) -> int:
    """Grows with each commit that another connection made."""
    return int(reader.pragma("data_version"))


def test_a_bug_or_lack_of_memory_fails_its_own_group_and_no_other(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    with pytest.raises(StoreUnavailable):
        store._writer.do(lambda _: 1 // 0)
    Sample().add_to(store)
    assert len(ids(store)) == 1
    store.close()

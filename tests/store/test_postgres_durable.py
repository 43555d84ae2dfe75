"""PostgreSQL: what is acknowledged stays, whatever ends or fails; what is refused says why; and all of it heals."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from offramp.store import Store, StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnavailable, open_store
from offramp.store.postgres import PostgresStore
from offramp.store.postgres.adding import together
from offramp.store.postgres.connection import Connection
from offramp.store.postgres.errors import as_store_error
from tests.harness.children import wait_for
from tests.harness.long import rounds
from tests.harness.postgres import PrivatePostgres
from tests.store.backends import postgres
from tests.store.samples import ALICE, DAY, Sample, added, destroy, ids

WRITER = """
import secrets, sys, datetime
from concurrent.futures import ThreadPoolExecutor
from offramp.store import open_store
store = open_store(sys.argv[1])

def add(_):
    name = secrets.token_bytes(16)
    store.add(name * 1500, envelope_id=name, size_class=16384, day=datetime.date.today())
    sys.stdout.write(name.hex() + "\\n")
    sys.stdout.flush()

with ThreadPoolExecutor(4) as pool:
    list(pool.map(add, range(100_000)))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    """A server that the tests here may stop, kill and set otherwise."""
    postgres()  # or skip
    with PrivatePostgres() as one:
        yield one


@pytest.fixture
def store(server: PrivatePostgres) -> Iterator[PostgresStore]:
    with closing(PostgresStore(server.new_database())) as one:
        yield one


def test_the_intake_is_killed(server: PrivatePostgres) -> None:
    url = server.new_database()
    for _ in range(rounds(2, 20)):
        with _writer(url) as child:
            acknowledged = _some_of(child, 40)
            child.send_signal(signal.SIGKILL)
            acknowledged += _rest_of(child)
        _all_are_there(url, acknowledged)


def test_the_database_is_killed_while_it_writes(server: PrivatePostgres) -> None:
    url = server.new_database()
    for number in range(rounds(1, 40)):
        how = (signal.SIGQUIT, signal.SIGKILL)[number % 2]  # all its processes at once, or its first one
        with _writer(url) as child:
            acknowledged = _some_of(child, 40)
            server.stop(how)
            acknowledged += _rest_of(child)
        server.start()
        _all_are_there(url, acknowledged)


def _writer(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def _some_of(child: subprocess.Popen[str], count: int) -> list[str]:
    assert child.stdout is not None
    return [child.stdout.readline() for _ in range(count)]


def _rest_of(child: subprocess.Popen[str]) -> list[str]:
    assert child.stdout is not None
    return list(child.stdout)


def _all_are_there(url: str, lines: list[str]) -> None:
    with closing(open_store(url)) as store:
        for name in (bytes.fromhex(line) for line in lines if line.endswith("\n")):
            assert store.read(name) == name * 1500


def test_a_database_that_was_away_is_found_again(server: PrivatePostgres, store: Store) -> None:
    (sample,) = added(store, 1)
    server.stop(signal.SIGINT)
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                Sample().add_to(store)
            with pytest.raises(StoreUnavailable):
                store.read(sample.id)
    finally:
        server.start()
    assert store.read(sample.id) == sample.envelope
    added(store, 3)
    assert len(ids(store)) == 4


def test_whoever_reads_notices_nothing_of_a_restart(server: PrivatePostgres, store: Store) -> None:
    (sample,) = added(store, 1)
    server.stop(signal.SIGINT)
    server.start()
    assert store.read(sample.id) == sample.envelope


def test_a_lost_connection_costs_one_group(server: PrivatePostgres, store: Store) -> None:
    added(store, 1)
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(StoreUnavailable):
        Sample().add_to(store)
    added(store, 2)
    assert len(ids(store)) == 3


def test_a_database_that_only_reads(server: PrivatePostgres, store: PostgresStore) -> None:
    (sample,) = added(store, 1)
    server.reload({"default_transaction_read_only": "on"})
    try:
        _wait_for_setting(server, "default_transaction_read_only", "on")
        with pytest.raises(StoreReadOnly, match="standby"):
            Sample().add_to(store)
        told: list[StoreError | None] = []
        with closing(PostgresStore(store._url, tick_seconds=0.01)) as ticking:
            ticking._writer._tell = told.append
            wait_for("the tick's word", lambda: told, seconds=60)
        assert isinstance(told[0], StoreReadOnly)
        assert store.read(sample.id) == sample.envelope
    finally:
        server.reset("default_transaction_read_only")
    _wait_for_setting(server, "default_transaction_read_only", "off")
    added(store, 1)


def _wait_for_setting(server: PrivatePostgres, name: str, value: str) -> None:
    query = f"SELECT reset_val FROM pg_settings WHERE name = '{name}'"  # noqa: S608  # a constant of the tests
    wait_for(name, lambda: server.sql(query) == [(value,)], seconds=30)


@pytest.mark.skipif(os.getuid() != 0, reason="mounting a small disk takes root")
def test_a_full_disk() -> None:
    """The log lies elsewhere: where its disk is full, PostgreSQL ends, and that is the test above."""
    postgres()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "offramp", folder], check=True)
    log = Path(tempfile.mkdtemp(prefix="wal-", dir="/tmp"))
    try:
        with PrivatePostgres(folder=folder, log_folder=log) as server:
            with closing(PostgresStore(server.new_database())) as store:
                server.sql("CHECKPOINT")  # a database's own files have holes until then
                kept = _fill(store)
                assert len(kept) > 10
                assert all(store.read(sample.id) == sample.envelope for sample in kept)
                # What takes away goes on, and makes room.
                store.acknowledge(ALICE, [sample.id for sample in kept[:-1]], day=DAY)
                assert destroy(store, [ALICE]) == len(kept) - 1
                wait_for("room", lambda: _fits(store), seconds=60)
                assert store.read(kept[-1].id) == kept[-1].envelope
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        shutil.rmtree(log)


def _fill(store: Store) -> list[Sample]:
    kept: list[Sample] = []
    while True:
        sample = Sample(envelope=secrets.token_bytes(400_000))
        try:
            sample.add_to(store)
        except StoreFull:
            return kept
        kept.append(sample)


def _fits(store: Store) -> bool:
    try:
        return Sample().add_to(store)
    except StoreError:
        return False


def test_a_full_queue_is_busy(server: PrivatePostgres) -> None:
    url = server.new_database()
    with closing(PostgresStore(url, queue_length=2)) as store, psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE ids")
        with ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(Sample().add_to, store) for _ in range(2)]
            wait_for("two in the queue", lambda: store._writer.is_full(), seconds=60)
            with pytest.raises(StoreBusy):
                Sample().add_to(store)
            holder.rollback()
            assert [one.result() for one in waiting] == [True, True]


def test_two_in_each_others_way_both_succeed(server: PrivatePostgres) -> None:
    url = server.new_database()
    meeting = threading.Barrier(2)

    def lock(first: int, second: int) -> int:
        tries = 0

        def work(connection: Connection) -> None:
            nonlocal tries
            tries += 1
            connection.rows("SELECT pg_advisory_xact_lock(%b)", (first,))
            if tries == 1:
                meeting.wait(60)
            connection.rows("SELECT pg_advisory_xact_lock(%b)", (second,))

        with closing(Connection.open(url)) as connection:
            together(connection, [work])
        return tries

    with ThreadPoolExecutor(2) as pool:
        tries = list(pool.map(lock, (1, 2), (2, 1)))
    assert sum(tries) == 3  # one of them made way


def test_settings_that_would_lose_letters(server: PrivatePostgres) -> None:
    url = server.new_database()
    name = url.split("/")[3].split("?")[0]
    server.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with closing(Connection.open(url)) as connection:
        assert connection.rows("SHOW synchronous_commit") == [("on",)]
    server.sql(f"ALTER DATABASE {name} SET synchronous_commit = remote_apply")
    with closing(Connection.open(url)) as connection:
        assert connection.rows("SHOW synchronous_commit") == [("remote_apply",)]
    server.stop(signal.SIGINT)
    server.start({"fsync": "off"})
    try:
        with pytest.raises(StoreUnavailable, match="fsync"):
            open_store(url)
    finally:
        server.stop(signal.SIGINT)
        server.start({"fsync": "on"})


def test_no_error_tells_an_address_or_what_was_to_be_written(server: PrivatePostgres) -> None:
    secret = secrets.token_hex(8)
    for url in (
        f"postgresql://u:{secret}@/nothing?host=/{secret}",
        f"postgresql:///{secret}?host={server.folder}&user=offramp",
    ):
        with pytest.raises(StoreUnavailable) as caught:
            open_store(url)
        assert secret not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    with closing(Connection.open(server.new_database())) as connection:
        connection.execute(b"CREATE TABLE one (name text PRIMARY KEY)")
        connection.execute(b"INSERT INTO one VALUES (%s)", (secret,))
        with pytest.raises(psycopg.Error, match=secret) as told:
            connection.execute(b"INSERT INTO one VALUES (%s)", (secret,))
        assert secret not in str(as_store_error(told.value))

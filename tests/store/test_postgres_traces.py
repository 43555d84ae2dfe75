"""What PostgreSQL's files tell whoever takes them: no order and nothing destroyed in the tables, all of it in the log.

docs/growing.md tells operators so; the tests of what remains are there to notice when that is not true any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from offramp.store.postgres import PostgresStore, tidying
from offramp.store.postgres.schema import WRITING
from tests.harness.postgres import PrivatePostgres
from tests.store.backends import postgres
from tests.store.samples import ALICE, DAY, Sample, added, destroy

TABLES = {
    "offramp": ["version"],
    "ids": ["id", "size_class", "length", "day"],
    "pieces": ["id", "number", "piece"],
    "acknowledged": ["id", "courier", "day"],
    "counts": ["part", "size_class", "here"],
    "reserve": ["nothing"],
}
PIECE = 48


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    postgres()  # or skip
    # Its log keeps nothing longer than it has to, as docs/growing.md recommends.
    with PrivatePostgres({"wal_recycle": "off", "min_wal_size": "32MB"}) as one:
        yield one


@pytest.fixture
def url(server: PrivatePostgres) -> str:
    return server.new_database()


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore(url)) as one:
        yield one


def test_only_a_day_and_a_class_are_kept_beside_the_envelope(
    server: PrivatePostgres, url: str, store: PostgresStore
) -> None:
    (sample,) = added(store, 1)
    rows = server.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " ORDER BY table_name, ordinal_position",
        url,
    )
    columns: dict[str, list[str]] = {}
    for table, column in rows:
        columns.setdefault(table, []).append(column)
    assert columns == TABLES
    assert server.sql("SELECT * FROM ids", url) == [
        (sample.id, 16_384, len(sample.envelope), DAY.toordinal())
    ]


def test_what_was_destroyed_is_in_no_table(server: PrivatePostgres, url: str, store: PostgresStore) -> None:
    samples = added(store, 60)
    gone, kept = samples[::2], samples[1::2]
    server.sql("CHECKPOINT")
    assert _found(server, url, gone) > 0  # so the search can find them
    store.acknowledge(ALICE, [sample.id for sample in gone], day=DAY)
    assert destroy(store, [ALICE]) == len(gone)
    server.sql("CHECKPOINT", url)
    assert _found(server, url, gone) == 0
    assert _found(server, url, kept) > 0
    assert all(store.read(sample.id) == sample.envelope for sample in kept)


def test_order_of_arrival_is_not_in_the_tables_after_a_tick(
    server: PrivatePostgres, url: str, store: PostgresStore
) -> None:
    arrived = [sample.id for sample in added(store, 40)]
    assert _rows_in_place(server, url) == arrived  # this is what there is to hide
    assert _transactions(server, url) == 40
    store._writer.do(lambda connection: tidying.rewrite(connection, always=False), alone=True)
    assert _rows_in_place(server, url) == sorted(arrived)
    assert _transactions(server, url) == 1
    before = _files_of(server, url)
    store._writer.do(lambda connection: tidying.rewrite(connection, always=False), alone=True)
    assert _files_of(server, url) == before  # there was nothing to do


def test_large_tables_are_not_rewritten_and_say_so_here(
    server: PrivatePostgres, url: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "REWRITE_BYTES", 100_000)
    samples = added(store, 20)
    store._writer.do(lambda connection: tidying.rewrite(connection, always=False), alone=True)
    assert _rows_in_place(server, url) == [sample.id for sample in samples]
    store.acknowledge(ALICE, [sample.id for sample in samples], day=DAY)
    assert destroy(store, [ALICE]) == 20
    # The room of what was destroyed is free again, for the disk or for what comes next.
    added(store, 20)
    ((size,),) = server.sql("SELECT pg_relation_size('pieces')", url)
    assert size < 1.5 * 20 * len(samples[0].envelope)


def test_while_somebody_rewrites_nobody_else_does(url: str, store: PostgresStore) -> None:
    added(store, 3)
    with psycopg.connect(url) as holder:
        holder.execute("SELECT pg_advisory_xact_lock_shared(%s)", (WRITING,))
        assert (
            store._writer.do(lambda connection: tidying.rewrite(connection, always=True), alone=True) is False
        )
    assert store._writer.do(lambda connection: tidying.rewrite(connection, always=True), alone=True) is True


def test_the_log_has_all_of_it_still_with_times_of_day(
    server: PrivatePostgres, url: str, store: PostgresStore
) -> None:
    """The gap: it is closed by time alone, when the log's files are dropped, and by an encrypted disk."""
    before = server.sql("SELECT pg_current_wal_lsn()::text")[0][0]
    samples = added(store, 10)
    store.acknowledge(ALICE, [sample.id for sample in samples], day=DAY)
    destroy(store, [ALICE])
    after = server.sql("SELECT pg_current_wal_lsn()::text")[0][0]
    log = b"".join(path.read_bytes() for path in (server.data / "pg_wal").glob("0*"))
    # One of the two: the head of one of the log's pages may stand in the middle of the other.
    assert all(any(sample.envelope[at : at + 48] in log for at in (100, 400)) for sample in samples)
    told = server.run("pg_waldump", "--path", server.data / "pg_wal", "--start", before, "--end", after)
    commits = [line for line in told.splitlines() if "desc: COMMIT" in line]
    assert len(commits) >= 11
    assert all(":" in line.split("COMMIT", 1)[1] for line in commits)  # hours, minutes, seconds


def _found(server: PrivatePostgres, url: str, samples: list[Sample]) -> int:
    """How many pieces of these are in the database's files, the log aside."""
    ((number,),) = server.sql("SELECT oid FROM pg_database WHERE datname = current_database()", url)
    files = [path for path in (server.data / "base" / str(number)).iterdir() if path.is_file()]
    everything = b"".join(map(Path.read_bytes, files))
    return sum(
        sample.envelope[start : start + PIECE] in everything
        for sample in samples
        for start in range(0, len(sample.envelope) - PIECE, 7000)
    )


def _rows_in_place(server: PrivatePostgres, url: str) -> list[bytes]:
    """The ids in the order in which the first pieces lie."""
    return [name for (name,) in server.sql("SELECT id FROM pieces WHERE number = 0 ORDER BY ctid", url)]


def _transactions(server: PrivatePostgres, url: str) -> int:
    """How many transactions the rows tell of."""
    query = "SELECT count(DISTINCT x) FROM (SELECT xmin::text AS x FROM ids UNION SELECT xmin::text FROM pieces) AS t"
    return int(server.sql(query, url)[0][0])


def _files_of(server: PrivatePostgres, url: str) -> list[object]:
    return server.sql("SELECT pg_relation_filepath('ids'), pg_relation_filepath('pieces')", url)

"""PostgreSQL's tables: by version, made once, and left alone where they are somebody else's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from offramp.store import StoreNewer, StoreUnavailable, UnknownVersion, open_store
from offramp.store.postgres.connection import Connection
from offramp.store.postgres.migrations import migrate
from offramp.store.postgres.schema import ENVELOPES, bring, version_of
from offramp.store.schema import ENVELOPES as IN_SQLITE
from offramp.store.versions import Step
from tests.harness.postgres import PrivatePostgres
from tests.store.backends import postgres
from tests.store.samples import added, ids

NEXT = replace(
    ENVELOPES,
    tables=ENVELOPES.tables + "ALTER TABLE ids ADD COLUMN colour text",
    steps=(
        *ENVELOPES.steps,
        Step("ALTER TABLE ids ADD COLUMN colour text", "ALTER TABLE ids DROP COLUMN colour"),
    ),
)


@pytest.fixture
def server() -> PrivatePostgres:
    return postgres()


@pytest.fixture
def connection(server: PrivatePostgres) -> Iterator[Connection]:
    with closing(Connection.open_as_it_is(server.new_database())) as one:
        yield one


def test_a_release_has_one_version_for_both_kinds_of_store() -> None:
    assert ENVELOPES.version == IN_SQLITE.version


def test_many_that_start_at_once_make_the_tables_once(server: PrivatePostgres) -> None:
    url = server.new_database()
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(open_store, [url] * 8))
    added(stores[0], 1)
    assert all(len(ids(store)) == 1 for store in stores)
    for store in stores:
        store.close()


def test_an_older_release_and_a_newer_one(server: PrivatePostgres, connection: Connection) -> None:
    url = server.new_database()
    with closing(open_store(url)) as store:
        (sample,) = added(store, 1)
    assert migrate(url, schema=NEXT) == (ENVELOPES.version, NEXT.version)
    with pytest.raises(StoreNewer):
        open_store(url)
    assert migrate(url, ENVELOPES.version, NEXT) == (NEXT.version, ENVELOPES.version)
    assert migrate(url, ENVELOPES.version) == (ENVELOPES.version, ENVELOPES.version)
    with closing(open_store(url)) as store:
        assert store.read(sample.id) == sample.envelope


def test_a_new_database_may_be_made_for_an_older_release(connection: Connection) -> None:
    bring(connection, ENVELOPES.version, NEXT)
    assert version_of(connection) == ENVELOPES.version
    assert connection.rows("SELECT * FROM ids") == []


@pytest.mark.parametrize("to", [0, 1, ENVELOPES.version + 1])
def test_a_version_that_nobody_knows(connection: Connection, server: PrivatePostgres, to: int) -> None:
    with pytest.raises(UnknownVersion):
        bring(connection, to)
    with pytest.raises(UnknownVersion):
        migrate(server.new_database(), to)


def test_a_step_that_fails_changes_nothing(connection: Connection) -> None:
    bring(connection, ENVELOPES.version)
    broken = replace(ENVELOPES, steps=(*ENVELOPES.steps, Step("DROP TABLE counts; SELECT 1 / 0", "")))
    with pytest.raises(Exception, match="zero"):
        bring(connection, broken.version, broken)
    assert version_of(connection) == ENVELOPES.version
    assert connection.rows("SELECT * FROM counts") == []


def test_tables_of_something_else_are_left_alone(server: PrivatePostgres) -> None:
    url = server.new_database()
    server.sql("CREATE TABLE theirs (x int)", url)
    with pytest.raises(StoreUnavailable, match="another program"):
        open_store(url)
    assert server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", url) == [(1,)]


def test_whoever_may_not_is_kept_out(server: PrivatePostgres) -> None:
    url = server.new_database()
    with closing(open_store(url)):
        pass
    name = server.sql("SELECT current_database()", url)[0][0]
    server.sql(f"CREATE ROLE stranger_{name} LOGIN")
    with pytest.raises(StoreUnavailable, match="rights"):
        open_store(url.replace("user=offramp", f"user=stranger_{name}"))


def test_without_its_library_the_address_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("offramp.store.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnavailable, match=r"offramp\[postgres\]"):
        open_store("postgresql:///letters")

"""A server whose letters are in a database: moved there and back, with two intakes, of which one dies."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.crypto.envelope import envelope_id
from offramp.server import locks
from offramp.server.errors import AlreadyRunning, PartMalformed
from offramp.server.layout import load
from offramp.server.upkeep.commands import server as commands
from offramp.server.upkeep.migrating import migrate_store
from offramp.server.upkeep.store_moving import move_store
from offramp.store import StoreUnavailable, UnknownStoreUrl, open_store
from offramp.store.schema import ENVELOPES
from tests.harness.children import end_child
from tests.server.running import TestServer, another, is_receipt, kill_tree, submit
from tests.store.backends import postgres
from tests.store.samples import BOB, DAY, added, ids


@pytest.fixture
def url() -> str:
    """An empty database."""
    return postgres().new_database()


def test_what_waits_goes_to_a_database_and_back(server: TestServer, url: str) -> None:
    folder, courier = server.folder, load(server.folder).couriers[0].ed25519
    with closing(server.open_store()) as store:
        samples = added(store, 300)
        fetched, waiting = sorted(samples[:200], key=lambda one: one.id), samples[200:]
        store.acknowledge(courier, [one.id for one in fetched], day=DAY)
    for target, count in ((url, 300), (url, 0), (folder.store_file_url, 300)):
        assert move_store(folder, target) == count
        assert folder.store_url == target
        with closing(server.open_store()) as store:
            assert {one.id: store.read(one.id) for one in samples} == {
                one.id: one.envelope for one in samples
            }
            assert ids(store, courier) == sorted(one.id for one in waiting)
            assert {one.day for one in store.waiting(BOB)} == {DAY}
            # Whoever had it has it since today.
            assert (
                store.expire([courier], acknowledged=date.today().replace(year=2000), received=date.min) == 0
            )
        assert folder.store.exists() == (target == folder.store_file_url)
    with closing(open_store(url)) as store:
        assert ids(store) == []


def test_the_command_says_how_many(server: TestServer, url: str) -> None:
    with closing(server.open_store()) as store:
        added(store, 2)
    for target, words in ((url, "2 letters went"), (url, "0 letters went"), ("file", "2 letters went")):
        done = CliRunner().invoke(commands, ["move-store", str(server.path), target])
        assert done.exit_code == 0, done.output
        assert words in done.output
    refused = CliRunner().invoke(commands, ["move-store", str(server.path), "letters.db"])
    assert refused.exit_code != 0
    assert "postgresql://" in str(refused.output) + str(refused.exception)


def test_a_move_that_was_interrupted_is_made_again(server: TestServer, url: str) -> None:
    with closing(server.open_store()) as store, closing(open_store(url)) as database:
        first, *_ = added(store, 3)
        first.add_to(database)
    assert move_store(server.folder, url) == 2
    # As after a kill before the old store was emptied:
    with closing(open_store(server.folder.store_file_url)) as left:
        first.add_to(left)
    assert move_store(server.folder, url) == 0
    assert not server.folder.store.exists()


def test_a_running_server_is_not_moved(server: TestServer, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_LOCK_PATIENCE", 0)
    server.folder.make_socket_folders()
    with locks.only_one(server.folder.intake_socket.with_suffix(".lock")), pytest.raises(AlreadyRunning):
        move_store(server.folder, url)
    assert server.folder.store_url == server.folder.store_file_url


@pytest.mark.parametrize("wrong", ["store.db", "postgresql://user@/böse", "postgresql://a\nb"])
def test_an_address_that_is_none(server: TestServer, wrong: str) -> None:
    with pytest.raises(UnknownStoreUrl):
        move_store(server.folder, wrong)
    assert not server.folder.store_address.exists()


def test_a_database_that_is_not_there_changes_nothing(server: TestServer, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        move_store(server.folder, f"postgresql:///x?host={tmp_path}")
    assert not server.folder.store_address.exists()


def test_an_address_that_cannot_be_read(server: TestServer) -> None:
    server.folder.store_address.write_bytes(b"\xff")
    with pytest.raises(PartMalformed):
        server.folder.store_url  # noqa: B018  # reading it is what is tested


def test_the_tables_are_migrated_where_they_are(server: TestServer, url: str) -> None:
    move_store(server.folder, url)
    assert migrate_store(server.folder) == (ENVELOPES.version, ENVELOPES.version)


def test_two_intakes_on_one_database_and_one_dies(server: TestServer, url: str) -> None:
    move_store(server.folder, url)
    second = _copy_of(server)
    servers = (server, second)
    try:
        dying, _ = server.start_intake(), second.start_intake()
        pattern = server.envelope()
        envelopes = [another(pattern) for _ in range(60)]
        with ThreadPoolExecutor(4) as pool:
            # Every one to both, at about the same time: it is there once.
            answers = list(
                pool.map(lambda n: submit(servers[n % 2].folder.intake_socket, envelopes[n // 2]), range(120))
            )
        assert all(is_receipt(answer, envelopes[n // 2]) for n, answer in enumerate(answers))
        assert server.stored() == {envelope_id(one) for one in envelopes}
        with closing(server.open_store()) as store:
            assert sum(store.count().values()) == 60
        kill_tree(dying)
        late = another(pattern)
        assert is_receipt(submit(second.folder.intake_socket, late), late)
        assert envelope_id(late) in server.stored()
    finally:
        for child in second.children:
            end_child(child)


def _copy_of(server: TestServer) -> TestServer:
    """The same server on what could be another machine."""
    path = server.path.with_name("second")
    shutil.copytree(server.path, path, ignore=shutil.ignore_patterns("run", "store", "onion"))
    shutil.copytree(server.path / "onion", path / "onion")
    return replace(server, path=path, log=server.log.with_name("second.log"), children=[])

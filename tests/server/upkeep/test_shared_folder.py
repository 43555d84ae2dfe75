"""Folders that several users share, and folders of before: modes, and nothing lost on the way."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from offramp.disk import file_mode, make_folder
from offramp.server.check import problems
from offramp.server.files import write_new, write_over
from offramp.server.http.sockets import listen_unix
from offramp.server.layout import ServerFolder
from offramp.server.upkeep.older import move_older
from offramp.server.upkeep.ownership import owned, settle
from offramp.store import open_store
from tests.server.running import TestServer


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """What root has who types a command."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    ("folder", "file"), [(0o700, 0o600), (0o755, 0o600), (0o2750, 0o640), (0o2770, 0o660)]
)
def test_a_file_is_for_the_group_where_its_folder_hands_the_group_down(
    tmp_path: Path, open_umask: None, folder: int, file: int
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(folder)
    assert file_mode(place) == file
    write_new(place / "new", b"")
    write_over(place / "over", b"")
    assert {mode(place / name) for name in ("new", "over")} == {file}


def test_a_folder_in_a_shared_one_is_shared(tmp_path: Path, open_umask: None) -> None:
    tmp_path.chmod(0o2750)
    make_folder(tmp_path / "inner")
    make_folder(tmp_path / "inner")
    assert mode(tmp_path / "inner") == 0o2750
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "private")
    assert mode(tmp_path / "private") & 0o777 == 0o700


def test_the_stores_files_are_for_both_that_write_into_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    before = os.umask(0o007)
    try:
        with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}")) as store:
            store.has(bytes(16))
            assert {mode(path) for path in tmp_path.glob("store.db*")} == {0o660}
    finally:
        os.umask(before)


def test_a_socket_is_made_in_the_place_of_a_dead_one(tmp_path: Path) -> None:
    path = tmp_path / "s"
    for folder, socket in ((0o700, 0o700), (0o2750, 0o770)):
        tmp_path.chmod(folder)
        os.close(int(listen_unix(path).removeprefix("fd://")))
        assert mode(path) == socket


def test_what_lay_elsewhere_before_is_moved_with_all_that_is_in_it(server: TestServer) -> None:
    folder = server.folder
    with closing(server.open_store()) as store:
        store.add(b"x" * 16_000, envelope_id=bytes(16), size_class=16_384, day=server.campaign.card().week)
        # As after kill -9: what was acknowledged is in the log, and nowhere else yet.
        taken = {path.name: path.read_bytes() for path in folder.store.parent.glob("store.db*")}
    assert "store.db-wal" in taken
    for path in folder.store.parent.iterdir():
        path.unlink()
    for name, data in taken.items():
        (folder.path / name).write_bytes(data)
    (folder.path / "floor").write_text("7\n")
    move_older(folder)
    move_older(folder)
    assert server.stored() == {bytes(16)}
    assert folder.floor.read_text() == "7\n"
    assert not list(folder.path.glob("store.db*"))


def test_a_folder_of_one_user_has_nothing_to_settle(server: TestServer) -> None:
    before = {path: mode(path) for path in server.path.rglob("*")}
    assert not settle(server.folder)
    assert {path: mode(path) for path in server.path.rglob("*")} == before


def test_what_is_shared_as_it_should_be_is_no_trouble(server: TestServer) -> None:
    """Whoever closed it to the group would keep the server's own parts out."""
    for mode_, told in ((0o2750, ""), (0o2755, "offramp server settle"), (0o755, "chmod 700"), (0o700, "")):
        server.path.chmod(mode_)
        found = [one for one in problems(server.folder) if "may look into" in one]
        assert [told in one for one in found] == ([True] if told else []), oct(mode_)


def test_no_key_is_for_a_group(server: TestServer) -> None:
    """Whatever else is shared."""
    folder = ServerFolder.at(server.path)
    found = {one.path: one for one in owned(folder)}
    for key in (folder.intake_key, folder.couriers_key):
        assert (found[key].mode, found[key].owners) == (0o600, ("offramp-publisher",))
    assert found[folder.couriers_address].group == "offramp-couriers"
    assert found[folder.builder].mode == 0o700

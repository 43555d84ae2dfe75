"""Promise 8: a thousand connections that are slow or never done, and more than there is room for, keep nobody out."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offramp.server.http.gunicorn_app import CONNECTIONS
from offramp.server.http.worker import SPARE_FILES
from tests.harness.children import end_child, wait_for
from tests.hostile.attackers import Attackers
from tests.hostile.ways import COURIERS, INTAKE, Visitor, courier_asks
from tests.server.running import TestServer, make_server, worker_of

MANY, MORE_THAN_ROOM = 1000, 2000
VISITS = 5


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """Both sides of one server, which must bear all of it."""
    server = make_server(tmp_path_factory.mktemp("attacked"))
    server.start_intake()
    server.start_couriers()
    workers = [worker_of(child) for child in server.children]
    yield server
    assert [worker_of(child) for child in server.children] == workers  # the same as in the beginning
    assert server.log.read_bytes() == b""
    for child in server.children:
        end_child(child)


@pytest.fixture(scope="module")
def letter(attacked: TestServer) -> bytes:
    return attacked.envelope()


@pytest.fixture(autouse=True)
def _all_are_let_go(attacked: TestServer) -> Iterator[None]:
    """Afterwards the server holds no more open files than before, once it knows that the attackers are gone."""
    before = [_open_files(worker_of(child)) for child in attacked.children]
    yield
    for child, count in zip(attacked.children, before, strict=True):
        wait_for("the end", lambda: _open_files(worker_of(child)) <= count + 10, seconds=60)  # noqa: B023 - at once


def _open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - a process, no folder


@pytest.mark.parametrize("way", INTAKE)
def test_a_thousand_keep_nobody_out(attacked: TestServer, letter: bytes, way: str) -> None:
    visitor = Visitor(attacked.folder.intake_socket, letter)
    with Attackers(attacked.folder.intake_socket, INTAKE[way](letter), MANY):
        for _ in range(VISITS):
            visitor.visit()


@pytest.mark.parametrize("way", INTAKE)
def test_more_than_there_is_room_for_keep_nobody_out(attacked: TestServer, letter: bytes, way: str) -> None:
    assert MORE_THAN_ROOM > CONNECTIONS
    visitor = Visitor(attacked.folder.intake_socket, letter, stubborn=True)
    with Attackers(attacked.folder.intake_socket, INTAKE[way](letter), MORE_THAN_ROOM) as attackers:
        for _ in range(VISITS):
            visitor.visit()
        wait_for("those who had to go", lambda: attackers.thrown_out, seconds=30)


def test_without_file_descriptors_those_who_wait_make_room(attacked: TestServer, letter: bytes) -> None:
    worker = worker_of(attacked.children[0])
    visitor = Visitor(attacked.folder.intake_socket, letter, stubborn=True)
    with (
        _allowing(worker, _open_files(worker) + SPARE_FILES + 50),
        Attackers(attacked.folder.intake_socket, INTAKE["silent"](letter), 200) as attackers,
    ):
        for _ in range(VISITS):
            visitor.visit()
        wait_for("those who had to go", lambda: attackers.thrown_out, seconds=30)


@contextmanager
def _allowing(pid: int, files: int) -> Iterator[None]:
    """Let that process have so many open files, for the time being."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (files, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("way", COURIERS)
def test_a_thousand_keep_no_courier_out(attacked: TestServer, letter: bytes, way: str) -> None:
    path: Path = attacked.folder.couriers_socket
    with Attackers(path, COURIERS[way](letter), MANY):
        for _ in range(VISITS):
            courier_asks(attacked)

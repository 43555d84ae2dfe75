from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.children import end_child, kill_child
from tests.server.running import TestServer, make_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    """A server's folder; whatever a test starts on it is ended."""
    server = make_server(tmp_path)
    yield server
    for child in server.children:
        end_child(child)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """A server with both sides running, for the tests of one file."""
    server = make_server(tmp_path_factory.mktemp("running"))
    spool = server.path.parent / "tmp"
    spool.mkdir()
    server.start_intake(env={"TMPDIR": str(spool)})
    server.start_couriers()
    yield server
    for child in server.children:
        kill_child(child)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.children import end_child
from tests.server.running import TestServer, make_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    """A server's folder; whatever a test starts on it is ended."""
    server = make_server(tmp_path)
    yield server
    for child in server.children:
        end_child(child)

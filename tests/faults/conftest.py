from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import SmallDisk, why_not
from tests.faults.servers import ServerOnDisk, server_on


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose path leaves room for unix sockets (107 bytes); pytest's own can be too deep."""
    folder = Path(tempfile.mkdtemp(prefix="offramp-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def disk(place: Path) -> Iterator[SmallDisk]:
    """A small disk with room above the reserve, which is taken out when the test ends."""
    if reason := why_not():
        pytest.skip(reason)
    disk = SmallDisk(place, megabytes=1024)  # of the real one it takes what is written to it
    yield disk
    disk.close()


@pytest.fixture
def on_disk(disk: SmallDisk, place: Path) -> Iterator[ServerOnDisk]:
    """A server's folder on that disk; whatever a test starts on it is ended before the disk is taken out."""
    server = server_on(disk.path, place)
    yield server
    server.end_all()


@pytest.fixture
def server(place: Path) -> Iterator[ServerOnDisk]:
    """A server's folder on the machine's own disk."""
    data = place / "data"
    data.mkdir()
    server = server_on(data, place)
    yield server
    server.end_all()

"""Fixtures of the tests of offramp.tor."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.tor_process import TorProcess, offline_tor


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for unix sockets (107 bytes); pytest's own can be too deep."""
    folder = Path(tempfile.mkdtemp(prefix="offramp-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def quiet_tor() -> Iterator[TorProcess]:
    """A tor without a network: it knows all commands, and goes nowhere."""
    folder = Path(tempfile.mkdtemp(prefix="offramp-"))
    tor = offline_tor(folder)
    yield tor
    tor.kill()
    shutil.rmtree(folder)

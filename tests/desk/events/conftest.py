from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.events.circle import Circle


@pytest.fixture
def circle(tmp_path: Path) -> Iterator[Circle]:
    """alice and bob, with one keyset."""
    one = Circle(tmp_path / "circle")
    one.sign("alice", "bob")
    yield one
    one.lock()

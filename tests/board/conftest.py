from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.board.made import Board, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(tmp_path: Path, clock: Clock) -> Iterator[Board]:
    """A board that has been built once."""
    board = Board(tmp_path, clock)
    board.rebuild()
    yield board
    board.database.close()

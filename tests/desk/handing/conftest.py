"""What these tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.handing.cast import Cast, a_cast
from tests.desk.team import Team


@pytest.fixture
def cast(team: Team, tmp_path: Path) -> Iterator[Cast]:
    """The desks of alice, bob and dana."""
    with a_cast(tmp_path, team) as everybody:
        yield everybody

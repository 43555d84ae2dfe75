"""A clock that the tests of weekly keys set, and a desk whose keys are in a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from offramp.desk import days
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk

MONDAY = date(2026, 11, 16)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon of a Monday, until a test says otherwise."""
    one = Clock(MONDAY)
    monkeypatch.setattr(days, "now", one)
    return one


@pytest.fixture
def aged(clock: Clock, tmp_path: Path) -> Iterator[AgedDesk]:
    """Alice's desk with twelve weekly keys, all of them in a calendar with Bob's."""
    one = make_aged_desk(tmp_path)
    yield one
    one.lock()

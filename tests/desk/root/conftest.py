"""A laptop with a campaign on it, and a clock that tests set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.keys import RootKey
from tests.desk.root.cast import new_folder

SetDay = Callable[[date], None]
MONDAY = date(2026, 11, 16)


@pytest.fixture
def set_day(monkeypatch: pytest.MonkeyPatch) -> SetDay:
    """Sets the laptop's clock to the noon of a day. It is a Sunday, the last day of a week, to begin with."""

    def put(day: date) -> None:
        seconds = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()
        monkeypatch.setattr(days, "now", lambda: seconds)

    put(date(2026, 11, 22))
    return put


@pytest.fixture
def campaign(tmp_path: Path, set_day: SetDay) -> tuple[CampaignFolder, RootKey]:
    return new_folder(tmp_path / "campaign")


@pytest.fixture
def folder(campaign: tuple[CampaignFolder, RootKey]) -> CampaignFolder:
    return campaign[0]


@pytest.fixture
def root(campaign: tuple[CampaignFolder, RootKey]) -> RootKey:
    return campaign[1]

"""What the desk's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto import stick
from offramp.desk import keys, progress
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.desk import Desk
from offramp.desk.vault import vault
from tests.desk.answering import AnsweringDesk, make_desk
from tests.desk.team import CHEAP, Team, make_team, new_desk


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as FORMAT.md wants it takes 0.7 s and 256 MiB for each key."""
    for name, value in CHEAP.items():
        monkeypatch.setitem(keys.test_only_cost, name, value)
        monkeypatch.setitem(vault.test_only_cost, name, value)
        monkeypatch.setitem(stick.test_only_cost, name, value)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No progress bar shows up only because the machine is busy with something else."""
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 3600.0)


@pytest.fixture(scope="session")
def team() -> Team:
    return make_team()


@pytest.fixture
def desk(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everybody's files, which is also the working folder."""
    team.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def answering(desk: Path, team: Team) -> AnsweringDesk:
    """A desk with one letter that wants an answer."""
    return make_desk(desk, team)


@pytest.fixture
def unlocked(desk: Path, team: Team) -> Iterator[Desk]:
    """Alice's desk, unlocked and empty."""
    one = new_desk(desk / "vault", CampaignFolder(desk / "campaign"), "alice", team.alice)
    yield one
    one.lock()

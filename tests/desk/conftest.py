"""What the desk's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.desk import keys
from tests.desk.answering import AnsweringDesk, make_desk
from tests.desk.team import CHEAP, Team, make_team


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as FORMAT.md wants it takes 0.7 s and 256 MiB for each key."""
    for name, value in CHEAP.items():
        monkeypatch.setitem(keys.test_only_cost, name, value)


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

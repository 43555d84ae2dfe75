"""`offramp desk new`: a whole desk, or nothing of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands import desk_new
from offramp.desk.desk import Desk
from offramp.desk.desk_folder import read_settings
from tests.desk.team import PASSPHRASE, Team

ORGANIZERS = ("--organizer-key", "alice.key")
ADVISERS = ("--adviser", "dora")


def new(*words: str, folder: str = "new") -> Result:
    always = ["--campaign", "campaign", "--passphrase-file", "pw"]
    return CliRunner().invoke(offramp, ["desk", "new", folder, *words, *always])


def interrupted(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def full(*_: object, **__: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def test_whose_desk_it_is_stands_in_its_vault(desk: Path, team: Team) -> None:
    for words, role, name in ((ORGANIZERS, "organizer", "alice"), (ADVISERS, "adviser", "dora")):
        assert new(*words, folder=name).exit_code == 0
        with_me = Desk.unlock(desk / name / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"))
        assert (with_me.me.role, with_me.me.name) == (role, name)
        with_me.lock()
        assert read_settings(desk / name)["role"] == role
    for path in desk.glob("*/vault"):
        assert path.stat().st_mode & 0o077 == 0


def test_an_organizer_is_called_as_the_team_calls_them(desk: Path) -> None:
    (desk / "alice.key").rename(desk / "mine.key")
    assert new("--organizer-key", "mine.key").exit_code == 0
    one = Desk.unlock(desk / "new" / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"))
    assert one.me.name == "alice"
    one.lock()


@pytest.mark.parametrize("words", [ORGANIZERS, ADVISERS])
@pytest.mark.parametrize("step", ["make_desk_folder", "new_passphrase"])
@pytest.mark.parametrize("fails", [interrupted, full])
@pytest.mark.parametrize("was_there", [True, False])
def test_what_is_not_completed_leaves_nothing(
    words: tuple[str, ...],
    step: str,
    fails: Callable[..., Any],
    was_there: bool,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if was_there:
        (desk / "new").mkdir()
        (desk / "new" / "inbox.bundle").write_bytes(b"what a courier brought")
    with monkeypatch.context() as failing:
        failing.setattr(desk_new, step, fails)
        assert new(*words).exit_code == 1
    left = sorted(path.name for path in (desk / "new").iterdir()) if (desk / "new").exists() else None
    assert left == (["inbox.bundle"] if was_there else None)
    assert new(*words).exit_code == 0


@pytest.mark.parametrize("name", ["vault", "desk.toml", "dora.adviser.toml"])
def test_nothing_is_written_over(name: str, desk: Path) -> None:
    (desk / "new").mkdir()
    (desk / "new" / name).write_bytes(b"mine")
    assert new(*ADVISERS).exit_code == 1
    assert [path.read_bytes() for path in (desk / "new").iterdir()] == [b"mine"]


def test_a_passphrase_from_standard_input_is_not_looked_for_there_again(desk: Path) -> None:
    words = ["desk", "new", "new", *ORGANIZERS, "--campaign", "campaign", "--passphrase-file", "-"]
    done = CliRunner().invoke(offramp, words, input=f"{PASSPHRASE}\nanother for the desk\n")
    assert done.exit_code == 0, done.stderr
    assert "passphrase_file" not in read_settings(desk / "new")
    Desk.unlock(desk / "new" / "vault", "another for the desk", CampaignFolder(desk / "campaign")).lock()

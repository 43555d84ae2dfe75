"""`offramp desk new`: a whole desk, or nothing of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.key_list import read_key_list
from offramp.crypto.words import fingerprint_words
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands import desk_new
from offramp.desk.desk import Desk
from offramp.desk.desk_folder import read_settings
from offramp.desk.weekly.stock import stock, weeks_from
from tests.desk.team import PASSPHRASE, Team

ORGANIZERS = ("--organizer", "mia")


def new(*words: str, folder: str = "new") -> Result:
    always = ["--campaign", "campaign", "--passphrase-file", "pw"]
    return CliRunner().invoke(offramp, ["desk", "new", folder, *words, *always])


def interrupted(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def full(*_: object, **__: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def test_whose_desk_it_is_stands_in_its_vault(desk: Path, team: Team) -> None:
    assert new(*ORGANIZERS).exit_code == 0
    with_me = Desk.unlock(desk / "new" / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"))
    assert (with_me.me.role, with_me.me.name) == ("organizer", "mia")
    with_me.lock()
    assert read_settings(desk / "new")["role"] == "organizer"
    assert (desk / "new" / "vault").stat().st_mode & 0o077 == 0


def test_an_organizers_desk_has_keys_and_a_list_of_their_public_halves(desk: Path) -> None:
    said = new(*ORGANIZERS).stdout
    found = read_key_list((desk / "new" / "mia.keys").read_bytes(), campaign="quit-ice")
    one = Desk.unlock(desk / "new" / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"))
    assert (found.name, found.author) == ("mia", one.me.public)
    assert fingerprint_words("mia", one.me.public) in said
    assert found.weeks == {each.week: each.key.public for each in stock(one)}
    assert list(found.weeks) == weeks_from(days.today(), 12)
    one.lock()


def test_a_campaign_says_for_how_many_weeks_and_needs_no_calendar_yet(desk: Path) -> None:
    campaign = desk / "campaign"
    for path in (campaign / "keysets").iterdir():
        path.unlink()
    text = (campaign / "campaign.toml").read_text()
    (campaign / "campaign.toml").write_text(text.replace("weeks_ahead = 12", "weeks_ahead = 3"))
    assert new(*ORGANIZERS).exit_code == 0
    found = read_key_list((desk / "new" / "mia.keys").read_bytes(), campaign="quit-ice")
    assert list(found.weeks) == weeks_from(days.today(), 3)


def test_no_two_desks_have_a_key_in_common(desk: Path) -> None:
    for folder in ("one", "two"):
        assert new(*ORGANIZERS, folder=folder).exit_code == 0
    one, two = (
        read_key_list((desk / folder / "mia.keys").read_bytes(), campaign="quit-ice")
        for folder in ("one", "two")
    )
    assert one.author != two.author
    assert not set(one.weeks.values()) & set(two.weeks.values())


@pytest.mark.parametrize("step", ["make_desk_folder", "write_new", "new_passphrase", "key_list"])
@pytest.mark.parametrize("fails", [interrupted, full])
@pytest.mark.parametrize("was_there", [True, False])
def test_what_is_not_completed_leaves_nothing(
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
        assert new(*ORGANIZERS).exit_code == 1
    left = sorted(path.name for path in (desk / "new").iterdir()) if (desk / "new").exists() else None
    assert left == (["inbox.bundle"] if was_there else None)
    assert new(*ORGANIZERS).exit_code == 0


@pytest.mark.parametrize("name", ["vault", "desk.toml", "mia.keys"])
def test_nothing_is_written_over(name: str, desk: Path) -> None:
    (desk / "new").mkdir()
    (desk / "new" / name).write_bytes(b"mine")
    assert new(*ORGANIZERS).exit_code == 1
    assert [path.read_bytes() for path in (desk / "new").iterdir()] == [b"mine"]


def test_a_passphrase_from_standard_input_is_not_looked_for_there_again(desk: Path) -> None:
    words = ["desk", "new", "new", *ORGANIZERS, "--campaign", "campaign", "--passphrase-file", "-"]
    done = CliRunner().invoke(offramp, words, input="another for the desk\n")
    assert done.exit_code == 0, done.stderr
    assert "passphrase_file" not in read_settings(desk / "new")
    Desk.unlock(desk / "new" / "vault", "another for the desk", CampaignFolder(desk / "campaign")).lock()

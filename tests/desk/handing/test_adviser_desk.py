"""An adviser's desk from its first command on: before it knows a campaign, and when it learns of one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.words import campaign_words
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.desk import Desk
from offramp.desk.desk_folder import change_setting, read_settings
from offramp.desk.errors import NotADeskFolder
from offramp.desk.handing import adviser_desk
from offramp.desk.handing.cards import key_of, pasted_card, read_card
from offramp.desk.handing.handed import handed, receive_hand_off
from offramp.desk.keys import RootKey
from tests.desk.handing.cast import Cast
from tests.desk.team import INTAKE, PASSPHRASE, Team, make_keyset, make_team_list


@pytest.fixture
def place(desk: Path) -> Path:
    """A working folder with everybody's files, and a copy of the campaign as an organizer gives it."""
    copy_public(CampaignFolder(desk / "campaign"), desk / "copy")
    return desk


def run(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(offramp, [*map(str, words), "--passphrase-file", "pw"], input=typed)


def joins(copy: str, typed: str = "y\n") -> Result:
    return CliRunner().invoke(offramp, ["adviser", "join", copy], input=typed)


def test_one_command_makes_the_desk_and_the_text_for_the_offer_form(place: Path) -> None:
    result = run("adviser", "new", "dana")
    assert result.exit_code == 0, result.output
    key = read_card(place / "desk" / "dana.adviser.toml")
    assert pasted_card(result.stdout) == key
    assert f"\n    {key.words}\n" in result.stdout
    assert read_settings(place / "desk")["role"] == "adviser"
    again = run("adviser", "me", "--folder", "desk")
    assert pasted_card(again.stdout) == key
    assert "already there" in run("adviser", "new", "dana").stderr


@pytest.mark.parametrize("command", ["desk", "handed", "receive pw", "draft 0"])
def test_a_desk_without_a_campaign_says_what_is_missing(place: Path, command: str) -> None:
    run("adviser", "new", "dana")
    (place / "pw").unlink()  # it is said before anybody types a passphrase
    refused = run(*command.split())
    assert refused.exit_code == 1
    assert "does not know its campaign yet" in refused.stderr
    assert "offramp adviser join COPY" in refused.stderr


@pytest.mark.parametrize("fails", ["write_card", "make_desk_folder"])
def test_a_desk_is_made_whole_or_not_at_all(place: Path, fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(adviser_desk, fails, broken)
        assert run("adviser", "new", "dana").exit_code == 1
    assert not (place / "desk").exists()
    assert run("adviser", "new", "dana").exit_code == 0


def test_joining_is_asked_for_by_the_campaigns_ten_words(place: Path, team: Team) -> None:
    run("adviser", "new", "dana")
    refused = joins("copy", typed="n\n")
    assert campaign_words(INTAKE, team.root.public) in refused.stdout
    assert refused.exit_code == 1
    assert not (place / "desk" / "campaign").exists()
    assert joins("copy").exit_code == 0
    shutil.rmtree(place / "copy")  # the stick is gone
    assert run("handed").exit_code == 0


def test_a_newer_copy_is_taken_without_a_question_and_nothing_is_lost(place: Path, team: Team) -> None:
    run("adviser", "new", "dana")
    joins("copy")
    third = make_keyset(team.root, [team.alice.public], before=team.second)
    CampaignFolder(place / "copy").add_keyset(third)
    assert joins("copy", typed="").exit_code == 0
    assert len(list((place / "desk" / "campaign" / "keysets").iterdir())) == 3
    assert joins("desk/campaign", typed="").exit_code == 0  # its own
    assert run("handed").exit_code == 0


def test_a_copy_of_another_campaign_or_none_is_refused(place: Path) -> None:
    run("adviser", "new", "dana")
    joins("copy")
    other = place / "other"
    shutil.copytree(place / "copy", other)
    toml = other / "campaign.toml"
    toml.write_text(toml.read_text().replace('id = "quit-ice"', 'id = "quit-cbp"', 1))
    shutil.rmtree(other / "keysets")
    assert joins("other").exit_code == 1
    assert joins("nowhere").exit_code == 1
    shutil.rmtree(place / "copy" / "keysets")
    assert "not complete" in joins("copy").stderr
    assert run("handed").exit_code == 0


def test_a_new_root_key_is_asked_about_and_takes_the_place_of_the_old_one(place: Path, team: Team) -> None:
    """Without a word of the new root about the old one, nothing that only the old one signed may stay."""
    run("adviser", "new", "dana")
    joins("copy")
    root, newer = RootKey.generate(), CampaignFolder(place / "newer")
    shutil.copytree(place / "copy", newer.path)
    for part in (newer.keysets, newer.team):
        shutil.rmtree(part)
        part.mkdir()
    newer.root_public.write_text(f"{root.public.hex()}\n")
    newer.add_keyset(make_keyset(root, [team.alice.public]))
    newer.add_team_list(make_team_list(root, alice=team.alice))
    refused = joins("newer", typed="n\n")
    assert campaign_words(INTAKE, root.public) in refused.stdout
    assert run("handed").exit_code == 0
    assert joins("newer").exit_code == 0
    assert run("handed").exit_code == 0
    assert CampaignFolder(place / "desk" / "campaign").root() == root.public


def test_a_folder_that_others_use_too_is_not_written_over(place: Path) -> None:
    run("adviser", "new", "dana", "--campaign", "copy")
    change_setting(place / "desk", "campaign", "campaign")
    before = sorted((place / "campaign").rglob("*"))
    joins("copy", typed="")
    assert sorted((place / "campaign").rglob("*")) == before
    assert Path(read_settings(place / "desk")["campaign"]).resolve() == place / "desk" / "campaign"


def test_a_setting_is_changed_and_what_somebody_wrote_stays(place: Path) -> None:
    run("adviser", "new", "dana")
    path = place / "desk" / "desk.toml"
    path.write_text(path.read_text() + '# mine\nsocks = "127.0.0.1:9150"\n')
    change_setting(place / "desk", "campaign", 'odd "name"')
    change_setting(place / "desk", "campaign", "elsewhere")
    settings = read_settings(place / "desk")
    assert (Path(settings["campaign"]).name, settings["socks"]) == ("elsewhere", "127.0.0.1:9150")
    assert path.read_text().count("\ncampaign =") == 1
    assert "# mine" in path.read_text()
    path.write_text("broken")
    with pytest.raises(NotADeskFolder):
        change_setting(place / "desk", "campaign", "x")


def test_what_is_handed_over_opens_at_a_desk_that_joined_later(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(f"{PASSPHRASE}\n")
    folder = tmp_path / "erins"
    me = adviser_desk.make_adviser_desk(folder, "erin", PASSPHRASE, {})
    assert adviser_desk.who_has(folder / "vault", PASSPHRASE) == me
    copy_public(CampaignFolder(tmp_path / "campaign"), tmp_path / "copy")
    joined = adviser_desk.join(folder, CampaignFolder(tmp_path / "copy"))
    cast.dana.lock()
    cast.dana = Desk.unlock(folder / "vault", PASSPHRASE, joined)
    assert cast.dana.me.public == key_of(me).ed25519
    cast.enroll_dana()
    _, file = cast.hand()
    receive_hand_off(cast.dana, file)
    assert len(handed(cast.dana)) == 1

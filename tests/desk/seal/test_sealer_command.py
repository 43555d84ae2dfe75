"""`offramp sealer`: the file that the site hands out can be made anew to the byte, and checked."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from offramp import cli
from offramp.campaign import DEFAULT_CAMPAIGN, translation_beside, translations_of
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.root.manifests import plan_manifest, smallest_sequence, write_manifest
from offramp.site.pages import render_files
from tests.desk.team import INTAKE, Team, make_team
from tests.page.bundle import make_bundle


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    make_bundle()
    monkeypatch.chdir(tmp_path)
    team = make_team()
    team.write(tmp_path)
    for code, translation in translations_of(DEFAULT_CAMPAIGN).items():
        translation_beside(Path("campaign/campaign.toml"), code).write_bytes(translation.read_bytes())
    return team


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.offramp, ["sealer", *arguments])


def sign(team: Team) -> None:
    folder = CampaignFolder(Path("campaign"))
    write_manifest(folder, plan_manifest(folder, None).sign(team.root))


@pytest.mark.parametrize(("language", "path"), [("en", "/sealer.html"), ("es", "/es/sealer.html")])
def test_it_is_made_anew_to_the_byte(team: Team, language: str, path: str) -> None:
    folder = CampaignFolder(Path("campaign"))
    served = render_files(folder.campaign(), folder.root(), smallest_sequence(folder), INTAKE)[path].body
    before = run("make", "campaign", "before.html", "--language", language)
    assert before.exit_code == 0, before.output
    assert "nobody has vouched" in before.output
    sign(team)
    made = run("make", "campaign", "made.html", "--language", language)
    assert made.exit_code == 0, made.output
    assert Path("before.html").read_bytes() == Path("made.html").read_bytes() == served
    assert hashlib.sha256(served).hexdigest() in made.output
    assert "manifest number 1 lists" in made.output
    checked = run("check", "made.html", "--campaign", "campaign")
    assert (checked.exit_code, "Right: " in checked.output) == (0, True), checked.output
    assert path in checked.output


def test_one_changed_letter_is_seen(team: Team) -> None:
    sign(team)
    run("make", "campaign", "sealer.html")
    changed = Path("sealer.html").read_bytes().replace(b"this week", b"this Week", 1)
    Path("changed.html").write_bytes(changed)
    result = run("check", "changed.html", "--campaign", "campaign")
    assert result.exit_code == 1
    assert "Wrong: " in result.output


def test_what_cannot_be_checked_is_said(team: Team) -> None:
    Path("sealer.html").write_bytes(b"<!doctype html>")
    assert run("check", "sealer.html", "--campaign", "campaign").exit_code == 1  # no manifest yet
    other = make_team()
    sign(team)
    Path("campaign/root.pub").write_text(f"{other.root.public.hex()}\n")
    forged = run("check", "sealer.html", "--campaign", "campaign", "--manifest", "campaign/manifest")
    assert forged.exit_code == 1
    assert "campaign/manifest: " in forged.output
    unknown = run("make", "campaign", "out.html", "--language", "fr")
    assert unknown.exit_code == 1
    assert not Path("out.html").exists()

"""Which address and root key a flyer is for: a wrong one cannot be taken back once it hangs somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.flyer.errors import AddressUnknown, OtherAddress
from offramp.desk.flyer.identity import Identity
from offramp.tor.errors import NotAnOnionAddress
from tests.desk.team import COURIERS, INTAKE, Team


@pytest.fixture
def folder(desk: Path) -> CampaignFolder:
    return CampaignFolder(desk / "campaign")


@pytest.mark.parametrize("given", [None, INTAKE, f"http://{INTAKE.upper()}/"])
def test_the_address_is_that_of_the_keysets(folder: CampaignFolder, team: Team, given: str | None) -> None:
    found = Identity.of(folder, given)
    assert found == Identity(INTAKE, team.root.public)
    assert (found.words, found.code) == (
        campaign_words(INTAKE, team.root.public),
        campaign_code(INTAKE, team.root.public),
    )


def test_another_address_than_the_keysets_is_refused(folder: CampaignFolder) -> None:
    with pytest.raises(OtherAddress):
        Identity.of(folder, COURIERS)


def test_before_anything_is_signed_the_address_is_needed(folder: CampaignFolder, team: Team) -> None:
    for path in folder.keysets.iterdir():
        path.unlink()
    with pytest.raises(AddressUnknown):
        Identity.of(folder)
    assert Identity.of(folder, INTAKE) == Identity(INTAKE, team.root.public)


def test_a_mistyped_address_is_found_by_its_checksum(folder: CampaignFolder) -> None:
    with pytest.raises(NotAnOnionAddress):
        Identity.of(folder, "a" + INTAKE[1:] if INTAKE[0] != "a" else "b" + INTAKE[1:])


def test_words_flyer_and_pages_agree(desk: Path, team: Team) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(offramp, list(words))
        assert result.exit_code == 0, result.output
        return result.stdout

    words = campaign_words(INTAKE, team.root.public)
    assert words in run("campaign", "words", "campaign")
    assert run("campaign", "words", "--onion", INTAKE, "--root", "campaign/root.pub") == run(
        "campaign", "words", "campaign"
    )
    assert words in run("flyer", "campaign", "flyer.pdf", "--paper", "a4")
    assert (desk / "flyer.pdf").read_bytes().startswith(b"%PDF")

"""A campaign's folder and its copies have the campaign in all its languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.campaign import DEFAULT_CAMPAIGN, CampaignError, translation_beside, translations_of
from offramp.cli import offramp
from offramp.desk.campaign_folder import (
    CampaignFolder,
    copy_public,
    is_unfinished,
    prepare_campaign_folder,
)

SPANISH = translation_beside(DEFAULT_CAMPAIGN, "es").read_bytes()


@pytest.fixture
def folder(desk: Path) -> CampaignFolder:
    """The cast's campaign, in Spanish too."""
    found = CampaignFolder(desk / "campaign")
    translation_beside(found.campaign_file, "es").write_bytes(SPANISH)
    return found


def test_new_takes_the_translations_beside_the_file(desk: Path) -> None:
    words = desk / "words.toml"
    words.write_bytes(DEFAULT_CAMPAIGN.read_bytes())
    translation_beside(words, "es").write_bytes(SPANISH)
    new = ["campaign", "new", "made", "--campaign", "words.toml", "--alone", "--passphrase-file", "pw"]
    done = CliRunner().invoke(offramp, new)
    assert done.exit_code == 0, done.output
    assert (desk / "made" / "campaign.es.toml").read_bytes() == SPANISH
    assert [one.language for one in CampaignFolder(desk / "made").campaign().in_every_language] == [
        "en",
        "es",
    ]


def test_a_folder_with_words_alone_is_unfinished(tmp_path: Path) -> None:
    prepare_campaign_folder(tmp_path, DEFAULT_CAMPAIGN.read_bytes(), {"es": SPANISH})
    assert is_unfinished(tmp_path)
    (tmp_path / "campaign.old.txt").write_bytes(b"")
    assert not is_unfinished(tmp_path)


def test_a_copy_is_brought_up_to_date(desk: Path, folder: CampaignFolder) -> None:
    copy = desk / "copy"
    copy_public(folder, copy)
    assert (copy / "campaign.es.toml").read_bytes() == SPANISH
    translation_beside(folder.campaign_file, "es").unlink()
    copy_public(folder, copy)
    assert translations_of(copy / "campaign.toml") == {}


def test_nothing_is_copied_where_a_translation_does_not_fit(desk: Path, folder: CampaignFolder) -> None:
    path = translation_beside(folder.campaign_file, "es")
    path.write_bytes(SPANISH.replace(b"slot_count = 6", b"slot_count = 7"))
    with pytest.raises(CampaignError, match=r"campaign\.es\.toml: slot_count"):
        copy_public(folder, desk / "copy")
    assert not (desk / "copy").exists()

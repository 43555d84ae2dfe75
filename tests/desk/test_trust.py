"""Whose signature makes a keyset or a team list one of the campaign's, where the root key was replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.errors import (
    BadSignature,
    FormerRootForged,
    NotAFormerRoot,
    TeamListForged,
    WrongCampaign,
)
from offramp.crypto.former_root import sign_former_root
from offramp.crypto.keyset import Keyset
from offramp.crypto.opening import OpeningKey
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.keys import RootKey
from offramp.desk.trust import Trust
from tests.desk.team import make_keyset, make_team_list

ALICE = OpeningKey.generate()
OLD, NEW, STRANGER = RootKey.generate(), RootKey.generate(), RootKey.generate()


def keysets(root: RootKey) -> list[Keyset]:
    """Of the numbers 1 to 3."""
    made: list[Keyset] = []
    for _ in range(3):
        made.append(make_keyset(root, [ALICE.public], made[-1] if made else None))
    return made


def trust(last_sequence: int = 2, campaign: str = "quit-ice") -> Trust:
    said = sign_former_root(NEW.seed, campaign=campaign, former=OLD.public, last_sequence=last_sequence)
    return Trust(NEW.public, campaign, [said])


def test_the_former_key_counts_up_to_its_last_sequence() -> None:
    first, second, third = keysets(OLD)
    assert [trust().keyset(one.raw) for one in (first, second)] == [first, second]
    with pytest.raises(BadSignature):
        trust().keyset(third.raw)
    with pytest.raises(BadSignature):
        trust(0).keyset(first.raw)


def test_so_do_its_team_lists() -> None:
    for number in (1, 2):
        made = make_team_list(OLD, number, alice=ALICE)
        assert trust().team_list(made.raw) == made
    with pytest.raises(TeamListForged):
        trust().team_list(make_team_list(OLD, 3, alice=ALICE).raw)


def test_the_root_key_of_today_counts_for_all() -> None:
    for one in keysets(NEW):
        assert trust(0).keyset(one.raw) == one
    made = make_team_list(NEW, 9, alice=ALICE)
    assert trust(0).team_list(made.raw) == made


def test_nobody_else_counts() -> None:
    with pytest.raises(BadSignature):
        trust().keyset(keysets(STRANGER)[0].raw)
    with pytest.raises(TeamListForged):
        trust().team_list(make_team_list(STRANGER, alice=ALICE).raw)
    with pytest.raises(BadSignature):
        Trust(NEW.public, "quit-ice").keyset(keysets(OLD)[0].raw)


def test_another_campaign_of_the_same_key_does_not_count() -> None:
    with pytest.raises(WrongCampaign):
        trust(campaign="another").keyset(keysets(OLD)[0].raw)


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    (tmp_path / "campaign").mkdir()
    return make_campaign_folder(tmp_path / "campaign", DEFAULT_CAMPAIGN.read_bytes(), NEW)


def test_what_somebody_else_says_about_a_former_key_is_refused(folder: CampaignFolder) -> None:
    """Or whoever can write into a copy of the folder could sign keysets."""
    for signer, campaign in ((STRANGER, "quit-ice"), (NEW, "another")):
        said = sign_former_root(signer.seed, campaign=campaign, former=OLD.public, last_sequence=2)
        (folder.former / "000002.former").write_bytes(said.raw)
        with pytest.raises(FormerRootForged):
            folder.trust()


def test_a_broken_file_is_refused(folder: CampaignFolder) -> None:
    (folder.former / "000002.former").write_bytes(b"offramp/former")
    with pytest.raises(NotAFormerRoot, match=r"000002\.former"):  # no desk opens without it
        folder.trust()

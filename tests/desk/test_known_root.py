"""A desk goes by the root key that a person compared, whatever a stick brings."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.desk.campaign_folder import CampaignFolder, copy_public, make_campaign_folder
from offramp.desk.desk import Desk
from offramp.desk.errors import RootKeyReplaced
from offramp.desk.keys import RootKey
from offramp.desk.known_root import words_of
from offramp.desk.weekly.warnings import warnings
from tests.desk.team import PASSPHRASE, Team, make_keyset, new_desk_folder


@pytest.fixture
def alices(desk: Path, team: Team) -> Path:
    """Alice's desk, whose copy of the campaign somebody exchanged for one with a root key of their own."""
    copy_public(CampaignFolder(desk / "campaign"), desk / "copy")
    new_desk_folder(desk / "alices", CampaignFolder(desk / "copy"), "alice", team.alice)
    other = RootKey.generate()
    (desk / "theirs").mkdir()
    folder = make_campaign_folder(desk / "theirs", (desk / "campaign" / "campaign.toml").read_bytes(), other)
    folder.add_keyset(make_keyset(other, [team.alice.public]))
    for part in ("keysets", "team", "card-seeds"):
        for path in (desk / "copy" / part).iterdir():
            path.unlink()
    copy_public(folder, desk / "copy")
    return desk / "alices"


def test_another_root_key_opens_nothing(alices: Path, desk: Path) -> None:
    with pytest.raises(RootKeyReplaced):
        Desk.unlock(alices / "vault", PASSPHRASE, CampaignFolder(desk / "copy"))
    done = CliRunner().invoke(offramp, ["inbox", "--desk", str(alices), "--passphrase-file", "pw"])
    assert done.exit_code == 1
    assert "offramp desk new-root" in done.stderr


@pytest.mark.parametrize(("typed", "accepted"), [("n\n", False), ("y\n", True)])
def test_it_counts_from_when_its_words_were_compared(
    alices: Path, desk: Path, typed: str, accepted: bool
) -> None:
    copy = CampaignFolder(desk / "copy")
    words = ["desk", "new-root", "--desk", str(alices), "--passphrase-file", "pw"]
    done = CliRunner().invoke(offramp, words, input=typed)
    assert words_of(copy) in done.stdout
    assert (done.exit_code == 0) is accepted
    if accepted:
        Desk.unlock(alices / "vault", PASSPHRASE, copy).lock()
    else:
        with pytest.raises(RootKeyReplaced):
            Desk.unlock(alices / "vault", PASSPHRASE, copy)


def test_an_older_copy_is_told_of_until_the_newest_is_back(desk: Path, team: Team) -> None:
    """In it, somebody who has left is an organizer still."""
    copy = CampaignFolder(desk / "copy")
    copy_public(CampaignFolder(desk / "campaign"), copy.path)
    new_desk_folder(desk / "alices", copy, "alice", team.alice)
    assert not _is_told(desk)
    (newest,) = copy.keysets.glob("000002.keyset")
    newest.unlink()
    assert _is_told(desk)
    assert _is_told(desk)
    copy_public(CampaignFolder(desk / "campaign"), copy.path)
    assert not _is_told(desk)


def _is_told(desk: Path) -> bool:
    unlocked = Desk.unlock(desk / "alices" / "vault", PASSPHRASE, CampaignFolder(desk / "copy"))
    said = [one for one in warnings(unlocked) if "older than one" in one.text]
    unlocked.lock()
    return any(one.urgent for one in said)


def test_a_copy_without_a_keyset_has_no_words_to_compare(alices: Path, desk: Path) -> None:
    for path in (desk / "copy" / "keysets").iterdir():
        path.unlink()
    words = ["desk", "new-root", "--desk", str(alices), "--passphrase-file", "pw", "--yes"]
    done = CliRunner().invoke(offramp, words)
    assert done.exit_code == 1
    assert "Ask for a newer one" in done.stderr
    with pytest.raises(RootKeyReplaced):
        Desk.unlock(alices / "vault", PASSPHRASE, CampaignFolder(desk / "copy"))

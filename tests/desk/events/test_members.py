"""Who is an organizer: what the root signed last, and nothing that it did not sign."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp import cli
from offramp.crypto.errors import (
    TeamListError,
    TeamListForged,
    TeamListOfAnotherCampaign,
    UnsupportedVersion,
)
from offramp.crypto.opening import OpeningKey
from offramp.crypto.team_list import read_team_list, sign_team_list
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.keys import RootKey
from offramp.desk.team.members import Team, load_team_lists
from offramp.desk.trust import Trust
from tests.desk.events.circle import Circle
from tests.desk.team import make_key_list, make_team_list, member, person

TODAY = days.today()


def test_the_newest_list_counts(circle: Circle) -> None:
    circle.sign("bob", "carol")
    team = circle.desk("carol").team
    assert [one.name for one in team.members] == ["bob", "carol"]
    assert [one.name for one in team.former] == ["alice"]
    assert [one.name for one in team.others] == ["bob"]
    assert team.by_name("alice") is None
    assert team.name_of(person("alice", circle.keys["alice"]).public) == "alice"
    assert team.name_of(bytes(32)) == "somebody unknown (00000000)"


def test_from_when_on_somebody_is_no_organizer_any_more() -> None:
    root, keys = RootKey.generate(), {name: OpeningKey.generate() for name in ("alice", "bob")}
    bob = person("bob", keys["bob"]).public
    later, earlier = TODAY + timedelta(days=7), TODAY - timedelta(days=7)
    lists = [
        make_team_list(root, 1, earlier, **keys),
        make_team_list(root, 2, TODAY, alice=keys["alice"]),
        make_team_list(root, 3, later, alice=keys["alice"]),
    ]
    for order in (lists, lists[::-1]):
        team = Team(order)
        assert team.has(bob)
        assert team.has(bob, TODAY)
        assert not team.has(bob, TODAY + timedelta(days=1))
    back = Team([*lists, make_team_list(root, 4, later, **keys)])
    assert back.has(bob, later + timedelta(days=400))
    assert not Team(lists).has(bytes(32))
    assert not Team([]).has(bob)


def test_one_changed_byte_in_a_list_and_the_desk_does_not_open(circle: Circle) -> None:
    path = circle.folder.team / "000001.team"
    raw = path.read_bytes()
    for place in range(0, len(raw), 5):
        changed = bytearray(raw)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises((TeamListError, UnsupportedVersion), match=path.name):
            circle.desk("alice")
    path.write_bytes(raw)
    assert circle.desk("alice").team.others


def test_a_list_of_another_campaign_or_root(tmp_path: Path) -> None:
    root, key = RootKey.generate(), OpeningKey.generate()
    made = make_team_list(root, alice=key)
    assert read_team_list(made.raw, root=root.public, campaign="quit-ice") == made
    with pytest.raises(TeamListOfAnotherCampaign):
        read_team_list(made.raw, root=root.public, campaign="other")
    with pytest.raises(TeamListForged):
        read_team_list(made.raw, root=RootKey.generate().public, campaign="quit-ice")
    assert load_team_lists(tmp_path / "none", Trust(root.public, "quit-ice")) == []


def test_a_list_is_sorted_whatever_the_order_of_enrolling() -> None:
    root = RootKey.generate()
    members = [member(name, OpeningKey.generate()) for name in ("carol", "Bob", "alice")]
    made = sign_team_list(root.seed, campaign="quit-ice", sequence=1, day=TODAY, members=members)
    assert [one.name for one in made.members] == ["Bob", "alice", "carol"]


def test_signing_a_calendar_signs_who_the_organizers_are(tmp_path: Path, circle: Circle) -> None:
    """Through the commands: new, enroll, sign, copy; and what a desk finds in the copy."""
    passphrase = tmp_path / "pw"
    passphrase.write_text("correct horse battery\n")
    home = tmp_path / "quit"

    def offramp(*words: str) -> None:
        result = CliRunner().invoke(cli.offramp, [*words], catch_exceptions=False)
        assert result.exit_code == 0, result.output

    offramp("campaign", "new", str(home), "--alone", "--passphrase-file", str(passphrase))
    for name in ("alice", "bob"):
        (tmp_path / f"{name}.keys").write_bytes(make_key_list(name, circle.keys[name]).raw)
        offramp("organizer", "enroll", str(home), str(tmp_path / f"{name}.keys"), "--yes")
    onion = circle.keysets[0].onion
    sign = ("calendar", "sign", str(home), "--yes", "--passphrase-file", str(passphrase))
    offramp(*sign, "--onion", onion)
    (home / "organizers" / "bob.keys").unlink()
    offramp(*sign)
    offramp("campaign", "copy", str(home), str(tmp_path / "copy"))
    folder = CampaignFolder(tmp_path / "copy")
    lists = load_team_lists(folder.team, folder.trust())
    assert [[one.name for one in each.members] for each in lists] == [["alice", "bob"], ["alice"]]
    assert [each.sequence for each in lists] == [1, 2]
    assert not folder.organizers.exists()


def test_a_copy_of_a_folder_without_lists_is_made_all_the_same(circle: Circle, tmp_path: Path) -> None:
    for path in circle.folder.team.iterdir():
        path.unlink()
    circle.folder.team.rmdir()
    assert copy_public(circle.folder, tmp_path / "copy") == 1

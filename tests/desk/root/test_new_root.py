"""Another root key: what the one before counts for, on desks, on a server and on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.calendar import read_calendar, write_calendar
from offramp.crypto.errors import BadSignature, TeamListForged
from offramp.crypto.former_root import FormerRoot
from offramp.crypto.keyset import read_keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.inbox import load_keysets
from offramp.desk.keys import RootKey
from offramp.desk.root.calendar_signing import SignedWeek, sign_weeks
from offramp.desk.root.changes import leaving
from offramp.desk.root.errors import NothingToSign
from offramp.desk.root.keeping import shares_here
from offramp.desk.root.new_root import renewal
from offramp.desk.root.shares import Split
from offramp.desk.root.signed import all_signed
from offramp.desk.root.signer import open_root
from offramp.desk.team.members import load_team_lists
from offramp.server.layout import ServerFolder
from offramp.server.setup import make_folder
from offramp.server.signed.calendars import add_calendar
from offramp.server.signed.new_root import check_new_root, replace_root
from tests.desk.root.cast import enroll, key_list, sign
from tests.desk.root.conftest import MONDAY, SetDay
from tests.desk.root.test_interrupted import every_death, nothing_loses_power
from tests.desk.team import INTAKE, PASSPHRASE

__all__ = ["nothing_loses_power"]


@pytest.fixture
def signed(folder: CampaignFolder, root: RootKey, set_day: SetDay) -> CampaignFolder:
    """alice and bob are in four weeks, the first of which is this one."""
    set_day(MONDAY)
    enroll(folder, key_list("alice", 4), key_list("bob", 4))
    sign(folder, root)
    return folder


def renew(folder: CampaignFolder) -> RootKey:
    made = renewal(folder)
    made.carry_out(None, [PASSPHRASE])
    return made.root


def forged(folder: CampaignFolder, stolen: RootKey) -> SignedWeek:
    """What somebody signs who has the root key from before."""
    before = max(all_signed(folder), key=lambda one: one.sequence)
    lists, first = folder.key_lists(), days.today()
    (week,) = sign_weeks(stolen.seed, default_campaign(), INTAKE, before, lists, 1, first=first, count=1)
    return week


def test_the_new_key_signs_from_this_week_on_and_sequences_go_on(
    signed: CampaignFolder, tmp_path: Path
) -> None:
    before = all_signed(signed)[-1]
    new = renew(signed)
    (tmp_path / "pw").write_text(PASSPHRASE)
    assert open_root(signed, [], tmp_path / "pw") == new
    coming = read_calendar(signed.calendar.read_bytes(), root=new.public, campaign="quit-ice")
    assert (coming[0].sequence, coming[0].previous) == (before.sequence + 1, before.id)
    assert [one.sequence for one in coming] == [5, 6, 7, 8]
    assert coming[0].valid_from <= days.now() < coming[0].valid_until
    assert {one.card_key for one in coming}.isdisjoint({before.card_key})


def test_desks_take_what_the_former_key_signed_until_then_and_nothing_later(
    signed: CampaignFolder, root: RootKey, tmp_path: Path
) -> None:
    renew(signed)
    copy_public(signed, tmp_path / "copy")
    copy = CampaignFolder(tmp_path / "copy")
    trust = copy.trust()
    assert [one.sequence for one in load_keysets(copy.keysets, trust)] == list(range(1, 9))
    assert len(load_team_lists(copy.team, trust)) == 8
    later = forged(signed, root)
    assert later.keyset.sequence == 9
    with pytest.raises(BadSignature):
        trust.keyset(later.keyset.raw)
    with pytest.raises(TeamListForged):
        trust.team_list(later.team.raw)


def test_a_page_takes_nothing_of_the_former_key(signed: CampaignFolder) -> None:
    before = all_signed(signed)
    renew(signed)
    for one in before:
        with pytest.raises(BadSignature):
            read_keyset(one.raw, root=signed.root(), campaign="quit-ice")


def test_a_server_drops_what_the_former_key_signed_and_takes_no_more_of_it(
    signed: CampaignFolder, root: RootKey, tmp_path: Path
) -> None:
    make_folder(tmp_path / "server", campaign=signed.campaign_file, root=signed.root_public)
    server = ServerFolder.at(tmp_path / "server")
    server.intake_address.write_text(f"{INTAKE}\n")
    add_calendar(server, signed.calendar, clock=days.now)
    renew(signed)
    with pytest.raises(BadSignature):
        add_calendar(server, signed.calendar, clock=days.now)
    _, found = check_new_root(server, signed.root_public)
    replace_root(server, found)
    assert not list(server.keysets.iterdir())
    later = tmp_path / "later"
    later.write_bytes(write_calendar([forged(signed, root).keyset]))
    with pytest.raises(BadSignature):
        add_calendar(server, later, clock=days.now)
    assert add_calendar(server, signed.calendar, clock=days.now).new == 4


def test_a_key_may_be_replaced_again_and_again(signed: CampaignFolder, root: RootKey) -> None:
    second = renew(signed)
    third = renew(signed)  # which signed four weeks more
    fourth = renew(signed)
    assert [(one.root, one.last_sequence) for one in signed.trust().former] == [
        (root.public, 4),
        (second.public, 8),
        (third.public, 12),
    ]
    assert signed.root() == fourth.public
    assert [one.sequence for one in all_signed(signed)] == list(range(1, 17))


def test_a_key_that_signed_nothing_leaves_nothing_behind(folder: CampaignFolder, set_day: SetDay) -> None:
    enroll(folder, key_list("alice"))
    renew(folder)
    assert folder.trust().former == []
    new = renew(folder)
    assert sign(folder, new)[0] == 1


def test_without_keys_for_this_week_the_calendar_comes_later(signed: CampaignFolder, set_day: SetDay) -> None:
    set_day(MONDAY.replace(month=12, day=30))
    made = renewal(signed)
    assert made.plan is None
    assert isinstance(made.unsigned, NothingToSign)
    made.carry_out(None, [PASSPHRASE])
    assert not signed.calendar.exists(), "the one before is of no use to anybody"
    enroll(signed, key_list("alice"), key_list("bob"))
    assert sign(signed, made.root, None)[0] == 5


def test_the_change_after_it_goes_on_as_always(signed: CampaignFolder) -> None:
    new = renew(signed)
    leaving(signed, "bob").carry_out(new)
    read_calendar(signed.calendar.read_bytes(), root=new.public, campaign="quit-ice")
    assert [one.name for one in signed.key_lists()] == ["alice"]


@pytest.mark.parametrize("split", [None, Split(2, 2)])
def test_whatever_moment_the_laptop_goes_off_there_is_one_root_key_with_its_calendar(
    folder: CampaignFolder, root: RootKey, tmp_path: Path, split: Split | None
) -> None:
    enroll(folder, key_list("alice", 1))
    sign(folder, root)
    made, seen = renewal(folder), set()
    (tmp_path / "pw").write_text(PASSPHRASE)

    def replace(at: CampaignFolder) -> None:
        type(made)(at, made.root, made.plan).carry_out(split, [PASSPHRASE] * (split.made if split else 1))

    for left in every_death(folder.path, tmp_path / "work", replace):
        found = open_root(left, [], tmp_path / "pw")
        read_calendar(left.calendar.read_bytes(), root=found.public, campaign="quit-ice")
        former: list[FormerRoot] = list(left.trust().former)
        assert len(former) == (found == made.root)
        assert len(all_signed(left)) == (2 if former else 1)
        assert len(shares_here(left)) == (2 if former and split else 0)
        assert left.root_key.exists() != bool(shares_here(left))
        seen.add(found.public)
    assert len(seen) == 2

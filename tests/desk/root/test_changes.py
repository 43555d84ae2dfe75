"""Somebody comes, leaves, or loses a laptop: who is in the calendar afterwards, and under which card key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from offramp.crypto.calendar import read_calendar
from offramp.crypto.key_list import KeyList, sign_key_list
from offramp.crypto.keyset import Keyset
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import (
    AlreadyEnrolled,
    FileInTheWay,
    NotEnrolledHere,
    TooManyOrganizers,
    WrongRootKey,
)
from offramp.desk.keys import RootKey
from offramp.desk.root.changes import Change, coming, coming_back, leaving, oldest_week_open, was_taken_out
from offramp.desk.root.errors import (
    KeyOfAnother,
    LastOrganizer,
    ListOfAnother,
    NothingToSign,
    RootError,
    SameLaptop,
)
from offramp.desk.root.signed import all_signed, current_weeks
from offramp.desk.weekly.stock import new_keys, weeks_from
from tests.desk.root.cast import enroll, key_list, seed_of, sign
from tests.desk.root.conftest import MONDAY, SetDay
from tests.desk.root.test_interrupted import every_death, nothing_loses_power

__all__ = ["nothing_loses_power"]

WEDNESDAY = MONDAY + timedelta(days=9)


@pytest.fixture
def signed(folder: CampaignFolder, root: RootKey, set_day: SetDay) -> CampaignFolder:
    """alice and bob are in twelve weeks; the second of these has begun."""
    set_day(MONDAY)
    enroll(folder, key_list("alice"), key_list("bob"))
    sign(folder, root)
    set_day(WEDNESDAY)
    return folder


def calendar(folder: CampaignFolder) -> list[Keyset]:
    """What the operator gets."""
    return list(read_calendar(folder.calendar.read_bytes(), root=folder.root(), campaign="quit-ice"))


def names(folder: CampaignFolder) -> set[str]:
    """Who is in what the operator gets, by the keys in it; each of its weeks has the same people."""
    found = []
    for one in calendar(folder):
        team = folder.team_list(one.sequence)
        assert team is not None
        assert {member.x25519 for member in team.members} <= {key.x25519 for key in one.recipients}
        found.append({member.name for member in team.members})
    assert all(one == found[0] for one in found)
    assert found[0] == {one.name for one in folder.key_lists()}
    return found[0]


def in_each_week(one: KeyList, folder: CampaignFolder) -> list[bool]:
    """For each week of the calendar, whether a key of this list is in it."""
    return [any(key in keyset.recipients for key in one.weeks.values()) for keyset in calendar(folder)]


@cache
def another(name: str) -> KeyList:
    """A list of somebody with a new desk, all of whose keys are new."""
    weeks = {one.week: one.key.public for one in new_keys(weeks_from(WEDNESDAY, 12))}
    seed = seed_of(f"another {name}")
    return sign_key_list(seed, campaign="quit-ice", name=name, day=WEDNESDAY, weeks=weeks)


def test_somebody_comes(signed: CampaignFolder, root: RootKey) -> None:
    before = all_signed(signed)[-1]
    coming(signed, another("carol")).carry_out(root)
    assert names(signed) == {"alice", "bob", "carol"}
    first = calendar(signed)[0]
    assert (first.sequence, first.previous) == (before.sequence + 1, before.id)
    assert first.valid_from <= before.valid_from
    assert first.card_key == before.card_key, "all who know it stay"


def test_somebody_leaves(signed: CampaignFolder, root: RootKey) -> None:
    before = all_signed(signed)[-1]
    (bobs,) = (one for one in signed.key_lists() if one.name == "bob")
    leaving(signed, "bob").carry_out(root)
    assert names(signed) == {"alice"}
    assert not any(in_each_week(bobs, signed))
    assert {one.card_key for one in calendar(signed)} != {before.card_key}
    assert calendar(signed) == current_weeks(signed)
    # And in the calendars that follow.
    enroll(signed, key_list("alice", 16))
    assert sign(signed, root, None) == [24]
    assert len({one.card_key for one in calendar(signed)}) == 1
    assert not any(in_each_week(bobs, signed))


def test_a_lost_laptop_is_in_no_later_week_and_another_one_is(signed: CampaignFolder, root: RootKey) -> None:
    before = all_signed(signed)[-1]
    (lost,) = (one for one in signed.key_lists() if one.name == "alice")
    coming_back(signed, "alice", another("alice")).carry_out(root)
    assert names(signed) == {"alice", "bob"}
    assert not any(in_each_week(lost, signed))
    assert all(in_each_week(another("alice"), signed))
    assert {one.card_key for one in calendar(signed)} != {before.card_key}


def test_the_calendar_begins_with_this_week_and_is_never_without_one(signed: CampaignFolder) -> None:
    for change in (coming(signed, another("carol")), leaving(signed, "bob")):
        assert change.plan
        assert change.plan.weeks[0] == MONDAY + timedelta(weeks=1)


def test_without_a_calendar_there_is_nothing_to_sign(folder: CampaignFolder, set_day: SetDay) -> None:
    set_day(WEDNESDAY)
    changes: list[Callable[[], Change]] = [
        lambda: coming(folder, key_list("alice")),
        lambda: coming(folder, key_list("bob")),
        lambda: coming_back(folder, "alice", another("alice")),
        lambda: leaving(folder, "bob"),
    ]
    for change in changes:
        made = change()
        assert made.plan is None
        made.carry_out(None)
    assert [one.raw for one in folder.key_lists()] == [another("alice").raw]
    assert not folder.calendar.exists()


def test_whoever_was_enrolled_and_is_in_no_calendar_yet_may_come(
    signed: CampaignFolder, root: RootKey
) -> None:
    enroll(signed, another("carol"))
    coming(signed, another("carol")).carry_out(root)
    assert names(signed) == {"alice", "bob", "carol"}


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (AlreadyEnrolled, lambda at: coming(at, key_list("alice", day=WEDNESDAY))),
        (AlreadyEnrolled, lambda at: coming(at, another("alice"))),
        (KeyOfAnother, lambda at: coming(at, with_keys_of("alice", "carol"))),
        (NothingToSign, lambda at: coming(at, key_list("carol", first=WEDNESDAY + timedelta(weeks=1)))),
        (NotEnrolledHere, lambda at: leaving(at, "carol")),
        (NotEnrolledHere, lambda at: coming_back(at, "carol", another("carol"))),
        (ListOfAnother, lambda at: coming_back(at, "alice", another("carol"))),
        (SameLaptop, lambda at: coming_back(at, "alice", key_list("alice", 20))),
        # A backup of the lost laptop, with another key to sign: whoever has the laptop opens that too.
        (SameLaptop, lambda at: coming_back(at, "alice", key_list("alice", seed=seed_of("new")))),
        (KeyOfAnother, lambda at: coming_back(at, "alice", with_keys_of("bob", "alice"))),
    ],
)
def test_what_is_refused_changes_nothing(
    signed: CampaignFolder, error: type[RootError], change: Callable[[CampaignFolder], Change]
) -> None:
    before = contents(signed.path)
    with pytest.raises(error):
        change(signed)
    assert contents(signed.path) == before


def with_keys_of(other: str, name: str) -> KeyList:
    """A list that says that somebody else's keys are one's own."""
    theirs = key_list(other)
    seed = seed_of(f"new {name}")
    return sign_key_list(seed, campaign="quit-ice", name=name, day=theirs.day, weeks=theirs.weeks)


def contents(place: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_the_last_organizer_stays(signed: CampaignFolder, root: RootKey) -> None:
    leaving(signed, "bob").carry_out(root)
    with pytest.raises(LastOrganizer):
        leaving(signed, "alice")
    coming_back(signed, "alice", another("alice")).carry_out(root)
    assert names(signed) == {"alice"}


def test_there_are_no_more_organizers_than_slots(signed: CampaignFolder, root: RootKey) -> None:
    for name in ("carol", "dave", "erin", "fred"):
        coming(signed, another(name)).carry_out(root)
    with pytest.raises(TooManyOrganizers):
        coming(signed, another("gina"))
    coming_back(signed, "alice", another("alice")).carry_out(root)
    assert len(names(signed)) == 6


def test_another_root_key_changes_nothing(signed: CampaignFolder) -> None:
    before = contents(signed.path)
    with pytest.raises(WrongRootKey):
        leaving(signed, "bob").carry_out(RootKey.generate())
    assert contents(signed.path) == before


def test_two_changes_at_once_are_not_mixed(signed: CampaignFolder, root: RootKey) -> None:
    one, other = leaving(signed, "bob"), coming(signed, another("carol"))
    one.carry_out(root)
    with pytest.raises(FileInTheWay):
        other.carry_out(root)
    assert names(signed) == {"alice"}


def test_a_key_that_was_taken_out_is_known_when_it_comes_back(signed: CampaignFolder, root: RootKey) -> None:
    (lost,) = (one for one in signed.key_lists() if one.name == "alice")
    coming_back(signed, "alice", another("alice")).carry_out(root)
    leaving(signed, "alice").carry_out(root)
    assert was_taken_out(signed, lost)
    assert was_taken_out(signed, another("alice"))
    assert not was_taken_out(signed, another("carol"))
    assert not was_taken_out(signed, key_list("bob"))


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (MONDAY, MONDAY - timedelta(weeks=2)),
        (MONDAY + timedelta(days=6), MONDAY - timedelta(weeks=2)),
        (MONDAY + timedelta(weeks=1), MONDAY - timedelta(weeks=1)),
    ],
)
def test_what_a_finder_opens_begins_where_keys_are_destroyed(
    folder: CampaignFolder, set_day: SetDay, today: date, first: date
) -> None:
    """14 days after its week: a week that ended 14 days ago is gone today, and the one after it is not."""
    set_day(today)
    assert oldest_week_open(folder) == first


def test_whatever_moment_the_laptop_goes_off_nobody_who_left_is_in_the_calendar_of_the_others(
    folder: CampaignFolder, root: RootKey, tmp_path: Path
) -> None:
    """Before the change all is as it was; after it, bob is nowhere."""
    enroll(folder, key_list("alice", 1), key_list("bob", 1))
    sign(folder, root)
    made, seen = leaving(folder, "bob"), set()
    for left in every_death(
        folder.path, tmp_path / "work", lambda at: replace(made, folder=at).carry_out(root)
    ):
        seen.add(frozenset(names(left)))
        assert calendar(left) == current_weeks(left)
    assert seen == {frozenset({"alice", "bob"}), frozenset({"alice"})}

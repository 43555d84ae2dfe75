"""Whose key lists come into a campaign's folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from offramp.crypto.errors import KeyListForged, KeyListOfAnotherCampaign, NotAKeyList
from offramp.crypto.key_list import sign_key_list
from offramp.crypto.keyset import Recipient
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import AlreadyEnrolled, ClockWrong, MissingFile, TooManyOrganizers
from offramp.desk.root.enrolling import judge, read_list, ten_words
from offramp.desk.root.errors import KeyListOver, KeyOfAnother, KeyUnusable, OldKeyList
from offramp.desk.weekly.stock import WEEK
from tests.desk.root.cast import enroll, key_list, seed_of
from tests.desk.root.conftest import MONDAY, SetDay


def test_the_first_list_is_somebody_new_and_later_ones_prove_themselves(
    folder: CampaignFolder, set_day: SetDay
) -> None:
    first = key_list("alice")
    assert judge(folder, first) == "new"
    enroll(folder, first)
    assert judge(folder, first) == "same"
    set_day(MONDAY + WEEK * 4)
    later = key_list("alice")
    assert judge(folder, later) == "newer"
    assert ten_words(later) == ten_words(first)
    assert ten_words(key_list("alice", seed=bytes(32))) != ten_words(first)


def test_a_list_from_before_is_refused(folder: CampaignFolder, set_day: SetDay) -> None:
    early = key_list("alice")
    set_day(MONDAY + WEEK * 4)
    enroll(folder, key_list("alice"))
    with pytest.raises(OldKeyList, match="made on 22 November 2026"):
        judge(folder, early)


def test_a_list_that_ends_earlier_is_refused(folder: CampaignFolder) -> None:
    enroll(folder, key_list("alice", 12))
    with pytest.raises(OldKeyList, match="that is here already with that of 1 February 2027"):
        judge(folder, key_list("alice", 11))


@pytest.mark.parametrize("name", ["alice", "Alice"])
def test_another_key_under_a_name_that_is_taken(folder: CampaignFolder, name: str) -> None:
    enroll(folder, key_list("alice"))
    other = key_list(name, seed=bytes(32), draw=5)
    with pytest.raises(AlreadyEnrolled, match="offramp organizer lost"):
        judge(folder, other)
    assert judge(folder, other, instead_of="alice") == "new"


def test_another_name_with_a_key_that_is_taken(folder: CampaignFolder) -> None:
    enroll(folder, key_list("alice"))
    with pytest.raises(AlreadyEnrolled, match="as alice"):
        judge(folder, key_list("eve", seed=seed_of("alice")))


def test_a_weekly_key_of_somebody_else(folder: CampaignFolder) -> None:
    alice = key_list("alice")
    enroll(folder, alice)
    copied = {**key_list("eve", 3).weeks, MONDAY: alice.weeks[MONDAY]}
    eve = sign_key_list(
        seed_of("eve"), campaign="quit-ice", name="eve", day=alice.day, weeks=dict(sorted(copied.items()))
    )
    with pytest.raises(KeyOfAnother):
        judge(folder, eve)


@pytest.mark.parametrize(
    "key", [lambda one: replace(one, x25519=bytes(32)), lambda one: replace(one, mlkem=b"\xff" * 1184)]
)
def test_a_key_to_which_nothing_can_be_sealed_is_found_while_it_is_known_whose_it_is(
    folder: CampaignFolder, key: Callable[[Recipient], Recipient]
) -> None:
    good = key_list("eve")
    broken = {**good.weeks, MONDAY: key(good.weeks[MONDAY])}
    eve = sign_key_list(seed_of("eve"), campaign="quit-ice", name="eve", day=good.day, weeks=broken)
    with pytest.raises(KeyUnusable, match="eve's key for the week of 16 November 2026"):
        judge(folder, eve)


def test_a_list_whose_weeks_are_over(folder: CampaignFolder, set_day: SetDay) -> None:
    early = key_list("alice", 2)
    set_day(MONDAY + WEEK * 2)
    with pytest.raises(KeyListOver, match="ended with the week of 23 November 2026"):
        judge(folder, early)


def test_a_list_from_the_future_names_the_clocks(folder: CampaignFolder, set_day: SetDay) -> None:
    late = key_list("alice")
    set_day(MONDAY - timedelta(days=30))
    with pytest.raises(ClockWrong):
        judge(folder, late)


def test_no_more_people_than_there_is_room_for(folder: CampaignFolder) -> None:
    enroll(folder, *(key_list(f"bob{number}") for number in range(6)))
    with pytest.raises(TooManyOrganizers):
        judge(folder, key_list("zoe"))
    assert judge(folder, key_list("zoe", draw=3), instead_of="bob0") == "new"


def test_files_that_are_no_list_of_this_campaign(folder: CampaignFolder, tmp_path: Path) -> None:
    path = tmp_path / "alice.keys"
    with pytest.raises(MissingFile):
        read_list(folder, path)
    path.write_bytes(b"hello")
    with pytest.raises(NotAKeyList, match=r"alice\.keys"):
        read_list(folder, path)
    raw = key_list("alice").raw
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with pytest.raises(KeyListForged):
        read_list(folder, path)
    other = sign_key_list(
        bytes(32), campaign="other", name="alice", day=MONDAY, weeks=key_list("alice", 1).weeks
    )
    path.write_bytes(other.raw)
    with pytest.raises(KeyListOfAnotherCampaign):
        read_list(folder, path)
    path.write_bytes(raw)
    assert read_list(folder, path) == key_list("alice")

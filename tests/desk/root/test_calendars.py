"""Calendars: which weeks are signed next, for whom, and what the server gets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from nacl.signing import SigningKey

from offramp.crypto.calendar import read_calendar
from offramp.crypto.errors import NotForThisKey
from offramp.crypto.keyset import Keyset
from offramp.crypto.opening import Opener
from offramp.desk.campaign_folder import CampaignFolder, copy_public
from offramp.desk.errors import (
    ClockWrong,
    FileInTheWay,
    NoOnionYet,
    NoOrganizers,
    TooManyOrganizers,
    WrongRootKey,
)
from offramp.desk.keys import RootKey
from offramp.desk.root.anew import Anew
from offramp.desk.root.calendars import bring_up_to_date, plan, write
from offramp.desk.root.errors import GenerationBroken, NothingToSign
from offramp.desk.root.signed import all_signed, last_week, still_to_come, week_of
from offramp.desk.weekly.stock import WEEK
from offramp.tor.onion import OnionKey
from tests.desk.root.cast import enroll, key_list, opening_key, sign
from tests.desk.root.conftest import MONDAY, SetDay
from tests.desk.team import INTAKE

OTHER_ADDRESS = OnionKey(bytes(31) + b"\7").address


def calendar(folder: CampaignFolder, root: RootKey) -> list[Keyset]:
    return list(read_calendar(folder.calendar.read_bytes(), root=root.public, campaign="quit-ice"))


def test_the_first_calendar_begins_with_this_week(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"), key_list("bob"))
    wanted = plan(folder, onion=INTAKE)
    assert (wanted.weeks[0], len(wanted.weeks), set(wanted.anew), wanted.generation) == (MONDAY, 12, set(), 1)
    path = write(folder, wanted.sign(root))
    assert path == folder.calendar
    made = calendar(folder, root)
    assert [(one.sequence, week_of(one)) for one in made] == [
        (number + 1, MONDAY + WEEK * number) for number in range(12)
    ]
    for one in made:
        week = week_of(one)
        assert {key_list(name).weeks[week] for name in ("alice", "bob")} < set(one.recipients)
        team = folder.team_list(one.sequence)
        assert team
        assert [member.name for member in team.members] == ["alice", "bob"]
    assert folder.generation.read_text() == "1\n"


def test_its_organizers_and_nobody_else_can_sign_cards(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"), key_list("bob"))
    sign(folder, root, count=2)
    for one in calendar(folder, root):
        envelope = (folder.card_seeds / f"{one.sequence:06d}.envelope").read_bytes()
        for name in ("alice", "bob"):
            letter = Opener(one, opening_key(name, week_of(one))).open(envelope)
            (attachment,) = letter.attachments
            assert bytes(SigningKey(attachment.data).verify_key) == one.card_key
        with pytest.raises(NotForThisKey):
            Opener(one, opening_key("eve", week_of(one)))


def test_it_goes_as_far_as_all_have_keys_and_says_whose_end(folder: CampaignFolder) -> None:
    enroll(folder, key_list("alice", 12), key_list("bob", 5))
    wanted = plan(folder, onion=INTAKE)
    assert len(wanted.weeks) == 5
    assert [one.name for one in wanted.ending] == ["bob"]


def test_not_beyond_what_the_campaign_signs_ahead(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice", 40))
    assert len(plan(folder, onion=INTAKE).weeks) == 12
    assert len(plan(folder, onion=INTAKE, count=20).weeks) == 20
    text = folder.campaign_file.read_text()
    folder.campaign_file.write_text(text.replace("weeks_ahead = 12", "weeks_ahead = 3"))
    assert len(plan(folder, onion=INTAKE).weeks) == 3


def test_the_next_weeks_follow_on_the_last(folder: CampaignFolder, root: RootKey, set_day: SetDay) -> None:
    enroll(folder, key_list("alice"))
    assert sign(folder, root) == list(range(1, 13))
    with pytest.raises(NothingToSign, match="All weeks until 7 February 2027 are signed already"):
        plan(folder, onion=None)
    set_day(MONDAY + WEEK * 4)
    with pytest.raises(
        NothingToSign, match=r"until 7 February 2027 are signed\. For the next, alice sent no key"
    ):
        plan(folder, onion=None)
    enroll(folder, key_list("alice"))
    assert sign(folder, root, onion=None) == [13, 14, 15, 16]
    made = calendar(folder, root)
    # The week before is kept for those whose clock is a day late.
    assert [one.sequence for one in made] == list(range(4, 17))
    assert last_week(made[-1]) == MONDAY + WEEK * 15


def test_after_a_calendar_that_ended_the_next_begins_with_this_week(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    enroll(folder, key_list("alice", 2))
    sign(folder, root)
    set_day(MONDAY + WEEK * 9)
    enroll(folder, key_list("alice", 3))
    assert sign(folder, root, onion=None) == [3, 4, 5]
    made = calendar(folder, root)
    assert [week_of(one) for one in made] == [MONDAY + WEEK * (9 + number) for number in range(3)]
    assert made[0].previous == all_signed(folder)[1].id


def test_somebody_new_is_in_this_week_already(folder: CampaignFolder, root: RootKey, set_day: SetDay) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    set_day(MONDAY + WEEK * 3)
    enroll(folder, key_list("bob", 20))
    wanted = plan(folder, onion=None)
    assert (wanted.weeks[0], len(wanted.weeks), set(wanted.anew), wanted.generation) == (
        MONDAY + WEEK * 3,
        9,
        {Anew.CAME},
        1,
    )
    card_key = calendar(folder, root)[0].card_key
    write(folder, wanted.sign(root))
    made = calendar(folder, root)
    assert [one.sequence for one in made] == list(range(13, 22))
    assert {one.card_key for one in made} == {card_key}, "who knew the card key may go on knowing it"


def test_somebody_who_left_is_in_no_week_and_knows_no_card_key(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    enroll(folder, key_list("alice", 20), key_list("bob", 20))
    sign(folder, root)
    old = calendar(folder, root)
    set_day(MONDAY + WEEK * 2)
    folder.remove("bob")
    wanted = plan(folder, onion=None)
    assert (set(wanted.anew), wanted.generation) == ({Anew.LEFT}, 13)
    write(folder, wanted.sign(root))
    made = calendar(folder, root)
    assert [one.sequence for one in made] == list(range(13, 25))
    assert week_of(made[0]) == MONDAY + WEEK * 2
    bobs = set(key_list("bob", 20, first=MONDAY).weeks.values())
    assert all(not bobs & set(one.recipients) for one in made)
    assert {one.card_key for one in made}.isdisjoint(one.card_key for one in old)
    assert len({one.card_key for one in made}) == 1


def test_the_card_key_stays_in_calendars_after_that(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    enroll(folder, key_list("alice", 20), key_list("bob", 20))
    sign(folder, root)
    folder.remove("bob")
    sign(folder, root, onion=None, count=4)
    sign(folder, root, onion=None)
    assert {one.card_key for one in calendar(folder, root)} == {all_signed(folder)[-1].card_key}
    assert folder.generation.read_text() == "13\n"


def test_a_lost_laptop_under_the_same_name_is_somebody_who_left(
    folder: CampaignFolder, root: RootKey
) -> None:
    enroll(folder, key_list("alice"), key_list("bob"))
    sign(folder, root)
    folder.remove("bob")
    enroll(folder, key_list("bob", seed=bytes(32), draw=1))
    wanted = plan(folder, onion=None)
    assert (set(wanted.anew), wanted.generation) == ({Anew.CAME, Anew.LEFT}, 13)


def test_changed_says_the_same_where_nothing_shows(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    assert plan(folder, onion=INTAKE, changed=True).generation == 1, "nobody knows the first card key yet"
    sign(folder, root)
    wanted = plan(folder, onion=None, changed=True)
    assert (wanted.weeks[0], wanted.generation) == (MONDAY, 13)


def test_who_is_new_shows_without_the_team_list_too(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    (folder.team / "000012.team").unlink()
    with pytest.raises(NothingToSign):
        plan(folder, onion=None)
    enroll(folder, key_list("bob"))
    assert plan(folder, onion=None).anew == {Anew.CAME}


def test_other_keys_for_weeks_that_are_signed(folder: CampaignFolder, root: RootKey) -> None:
    """A desk came back from an old backup: its organizer could not open what is sealed to the weeks to come."""
    enroll(folder, key_list("alice"), key_list("bob"))
    sign(folder, root)
    enroll(folder, key_list("bob", draw=1))
    assert plan(folder, onion=None).anew == {Anew.OTHER_KEYS}
    sign(folder, root, onion=None)
    with pytest.raises(NothingToSign):
        plan(folder, onion=None)


def test_other_keys_for_weeks_that_are_over_change_nothing(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    enroll(folder, key_list("alice", 3))
    sign(folder, root)
    set_day(MONDAY + WEEK * 3)
    enroll(folder, key_list("alice", 8, first=MONDAY, draw=1))
    assert plan(folder, onion=None).anew == set()


def test_a_newer_list_may_leave_out_this_week(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    later = key_list("alice", 13)
    enroll(folder, key_list("alice", 12, first=MONDAY + WEEK))
    assert later.weeks[MONDAY + WEEK] == key_list("alice", 12, first=MONDAY + WEEK).weeks[MONDAY + WEEK]
    with pytest.raises(NothingToSign):
        plan(folder, onion=None)


def test_another_address_begins_anew(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    wanted = plan(folder, onion=f"http://{OTHER_ADDRESS.upper()}/")
    assert (set(wanted.anew), wanted.onion, wanted.weeks[0]) == ({Anew.ADDRESS}, OTHER_ADDRESS, MONDAY)
    write(folder, wanted.sign(root))
    assert {one.onion for one in calendar(folder, root)} == {OTHER_ADDRESS}


def test_another_number_of_slots_begins_anew(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    text = folder.campaign_file.read_text()
    folder.campaign_file.write_text(text.replace("slot_count = 6", "slot_count = 8"))
    assert plan(folder, onion=None).anew == {Anew.SLOTS}


def test_no_keyset_of_a_new_generation_is_followed_by_one_of_the_old(
    folder: CampaignFolder, root: RootKey
) -> None:
    enroll(folder, key_list("alice", 20), key_list("bob", 20))
    sign(folder, root, count=2)
    folder.remove("bob")
    sign(folder, root, onion=None, count=1)
    assert plan(folder, onion=None).generation == 3


def test_what_is_missing_is_said_before_anybody_types_a_passphrase(
    folder: CampaignFolder, root: RootKey, set_day: SetDay
) -> None:
    with pytest.raises(NoOrganizers):
        plan(folder, onion=INTAKE)
    enroll(folder, key_list("alice"))
    with pytest.raises(NoOnionYet):
        plan(folder, onion=None)
    with pytest.raises(NothingToSign, match="alice sent no key for the week of 8 February 2027"):
        plan(folder, onion=INTAKE, count=13)
    for number in range(6):
        enroll(folder, key_list(f"bob{number}"))
    with pytest.raises(TooManyOrganizers):
        plan(folder, onion=INTAKE)


def test_a_clock_that_is_wrong_by_a_month_is_named(folder: CampaignFolder, set_day: SetDay) -> None:
    enroll(folder, key_list("alice"))
    set_day(MONDAY - timedelta(days=30))
    with pytest.raises(
        ClockWrong, match="made on 22 November 2026, and by this laptop's clock it is 17 October"
    ):
        plan(folder, onion=INTAKE)


def test_a_clock_that_is_wrong_by_a_day_is_not(folder: CampaignFolder, set_day: SetDay) -> None:
    set_day(MONDAY)
    enroll(folder, key_list("alice"))
    set_day(MONDAY - timedelta(days=1))
    with pytest.raises(NothingToSign):  # the list begins with tomorrow's week, and nothing is wrong with it
        plan(folder, onion=INTAKE)
    set_day(MONDAY)
    assert plan(folder, onion=INTAKE).weeks[0] == MONDAY


@pytest.mark.parametrize("text", ["", "0", "-1", "one", "1 2", "4294967296"])
def test_a_generation_that_is_none(folder: CampaignFolder, text: str) -> None:
    enroll(folder, key_list("alice"))
    folder.generation.write_text(text)
    with pytest.raises(GenerationBroken):
        plan(folder, onion=INTAKE)


def test_another_root_key_signs_nothing(folder: CampaignFolder) -> None:
    enroll(folder, key_list("alice"))
    with pytest.raises(WrongRootKey):
        plan(folder, onion=INTAKE).sign(RootKey.generate())


def test_two_who_sign_at_once_do_not_overwrite_each_other(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    one, other = (plan(folder, onion=INTAKE).sign(root) for _ in range(2))
    write(folder, one)
    with pytest.raises(FileInTheWay):
        write(folder, other)
    assert [keyset.id for keyset in calendar(folder, root)] == [week.keyset.id for week in one]


def test_a_calendar_that_was_lost_is_made_again(folder: CampaignFolder, root: RootKey) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root)
    raw = folder.calendar.read_bytes()
    folder.calendar.unlink()
    assert bring_up_to_date(folder).read_bytes() == raw


def test_a_copy_has_all_that_desks_need_and_nothing_of_the_root_laptop(
    folder: CampaignFolder, root: RootKey
) -> None:
    enroll(folder, key_list("alice"))
    sign(folder, root, count=3)
    copy = CampaignFolder(folder.path.with_name("copy"))
    assert copy_public(folder, copy.path) == 3
    assert {path.name for path in copy.path.iterdir()} == {
        "campaign.toml",
        "root.pub",
        "keysets",
        "team",
        "card-seeds",
        "former",
    }
    assert len(list(copy.card_seeds.iterdir())) == len(list(copy.team.iterdir())) == 3
    assert [one.id for one in all_signed(copy)] == [one.id for one in all_signed(folder)]


def test_what_is_still_to_come(folder: CampaignFolder, root: RootKey, set_day: SetDay) -> None:
    enroll(folder, key_list("alice", 20))
    sign(folder, root, count=4)
    set_day(MONDAY + WEEK * 2)
    sign(folder, root, onion=None, changed=True, count=3)
    assert [one.sequence for one in still_to_come(all_signed(folder))] == [7, 6, 5]
    set_day(date(2030, 1, 1))
    assert still_to_come(all_signed(folder)) == []

"""Which keyset is current, and which are taken: a calendar's weeks, and those of the calendar that replaces it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from offramp.crypto.errors import KeysetError
from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.server.signed.floor import Floor
from offramp.server.signed.keysets import KeysetShelf, floor_of
from tests.app.campaign import DAY, TestCampaign
from tests.board.made import Clock

HOUR = 3600
WEEK = 7 * DAY
MONDAY = date(2026, 11, 16)
START = datetime(2026, 11, 16, tzinfo=UTC).timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


def put(folder: Path, keysets: Iterable[Keyset]) -> None:
    for keyset in keysets:
        (folder / f"{keyset.sequence:08d}.keyset").write_bytes(keyset.raw)


def monday(number: int) -> date:
    return datetime.fromtimestamp(START + number * WEEK, UTC).date()


def other_card_key(campaign: TestCampaign) -> TestCampaign:
    """The campaign after somebody left."""
    return replace(campaign, card_seed=bytes(32))


def test_each_week_has_its_keyset(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    weeks = campaign.weeks(MONDAY, 5)
    put(keyset_folder, weeks)
    for hour in range(0, 5 * 7 * 24 + 3, 7):
        clock.now = START + hour * HOUR
        number = hour // (7 * 24)
        assert shelf.current() == (weeks[number] if 0 <= number < 5 else None)
    clock.now = START + 5 * WEEK
    assert shelf.accepted() == {}


def test_dates_are_kept_to_the_second(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    (keyset,) = campaign.weeks(MONDAY)
    put(keyset_folder, [keyset])
    assert shelf.current() == keyset
    for now, valid in (
        (keyset.valid_from - 1, False),
        (keyset.valid_from, True),
        (keyset.valid_until - 1, True),
        (keyset.valid_until, False),
    ):
        clock.now = now
        assert (shelf.current() is not None) is valid


def test_the_weeks_beside_are_taken_for_two_days(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    """Whoever sealed at home, as advisers do, goes by their own clock."""
    before, now, after = weeks = campaign.weeks(MONDAY, 3)
    put(keyset_folder, weeks)
    for moment, taken in (
        (0, {before, now}),
        (2 * DAY - 1, {before, now}),
        (2 * DAY, {now}),
        (5 * DAY - 1, {now}),
        (5 * DAY, {now, after}),
    ):
        clock.now = START + WEEK + moment
        assert shelf.current() == now
        assert set(shelf.accepted()) == {one.id for one in taken}


def test_whoever_left_is_not_sealed_to_for_two_days_more(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    weeks = campaign.weeks(MONDAY, 2)
    put(keyset_folder, [*weeks, *other_card_key(campaign).weeks(monday(2), 2, before=weeks[1])])
    for moment in (2 * WEEK - 1, 2 * WEEK):
        clock.now = START + moment
        current = shelf.current()
        assert current is not None
        assert set(shelf.accepted()) == {current.id}


@pytest.mark.parametrize("somebody_left", [True, False])
def test_a_calendar_replaces_the_weeks_of_another(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock, somebody_left: bool
) -> None:
    """From its first day on, nothing of the other one is published or taken, whatever becomes of it."""
    old = campaign.weeks(MONDAY, 8)
    later = other_card_key(campaign) if somebody_left else campaign
    new = later.weeks(monday(2), 3, before=old[-1])
    put(keyset_folder, [*old, *new])
    for week, current in ((0, old[0]), (1, old[1]), (2, new[0]), (3, new[1]), (4, new[2])):
        clock.now = START + week * WEEK + 3 * DAY
        assert shelf.current() == current
        assert set(shelf.accepted()) == {current.id}
    for week in (5, 6, 7):  # the new one is over, and by their dates the old ones would be valid
        clock.now = START + week * WEEK + 3 * DAY
        assert shelf.current() is None
        assert shelf.accepted() == {}


def test_a_calendar_that_goes_on_replaces_nothing(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    first = campaign.weeks(MONDAY, 2)
    put(keyset_folder, [*first, *campaign.weeks(monday(2), 2, before=first[-1])])
    clock.now = START + 3 * WEEK
    assert shelf.floor(clock.now) == 0
    clock.now = START  # a clock that was ahead has closed nothing
    assert shelf.current() == first[0]


def test_the_floor_is_the_beginning_of_the_newest_calendar(campaign: TestCampaign) -> None:
    """Also for a clock that is ahead of it: set right again, it finds the intake open."""
    first = campaign.weeks(MONDAY, 6)
    second = campaign.weeks(monday(1), 6, before=first[-1])
    third = campaign.weeks(monday(3), 6, before=second[-1])
    keysets = [*third, *first, *second]
    assert floor_of(keysets, START + WEEK - 1) == 0
    for week, floor in ((1, 7), (2, 7), (3, 13), (5, 13), (50, 13)):
        assert floor_of(keysets, START + week * WEEK) == floor
    assert floor_of([], START) == 0


def with_floor(campaign: TestCampaign, folder: Path, clock: Clock) -> KeysetShelf:
    """What a process of the server has that starts now."""
    return KeysetShelf(
        folder / "keysets",
        root=campaign.root,
        campaign=campaign.id,
        onion=campaign.onion,
        floor=Floor(folder / "floor", pulse=clock),
        clock=clock,
        pulse=clock,
    )


def test_the_floor_holds_when_keysets_are_deleted(
    campaign: TestCampaign, keyset_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    old = campaign.weeks(MONDAY, 8)
    new = campaign.weeks(monday(2), 3, before=old[-1])
    put(keyset_folder, [*old, *new])
    clock.now = START + 2 * WEEK
    shelf = with_floor(campaign, tmp_path, clock)
    reader = with_floor(campaign, tmp_path, clock)
    shelf.note_floor()
    for one in new:
        (keyset_folder / f"{one.sequence:08d}.keyset").unlink()
    clock.now += 1
    for each in (shelf, reader, with_floor(campaign, tmp_path, clock)):
        assert each.current() is None
        assert each.accepted() == {}
    (tmp_path / "floor").unlink()
    clock.now += 1
    assert reader.current() is None  # within one process it never goes back
    assert with_floor(campaign, tmp_path, clock).current() == old[2]


def test_the_floor_only_rises(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "floor"
    floor = Floor(path, pulse=clock)
    assert floor.value() == 0
    floor.rise_to(0)
    assert not path.exists()
    floor.rise_to(7)
    floor.rise_to(3)
    assert (floor.value(), path.read_text(), Floor(path, pulse=clock).value()) == (7, "7\n", 7)
    Floor(path, pulse=clock).rise_to(9)
    floor.rise_to(8)  # it has not looked since another process raised it
    assert path.read_text() == "9\n"
    clock.now += 1
    assert floor.value() == 9
    path.write_text("not a number\n")
    clock.now += 1
    assert (floor.value(), Floor(path, pulse=clock).value()) == (9, 0)


def test_clocks_a_day_off_on_either_side_lock_nobody_out(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    """The page's check of what the server hands out, every hour around a Monday, and the server's of what it seals."""
    put(keyset_folder, campaign.weeks(MONDAY, 4))
    for hour in range(-60, 61):
        moment = START + 2 * WEEK + hour * HOUR
        for server in (-DAY, 0, DAY):
            clock.now = moment + server
            published = shelf.current()
            assert published is not None
            for reader in (-DAY, 0, DAY):
                verify_keyset(
                    published.raw,
                    root=campaign.root,
                    campaign=campaign.id,
                    onion=campaign.onion,
                    now=int(moment + reader),
                )
                sealed_at_home = shelf.in_force_at(moment + reader)
                assert sealed_at_home is not None
                assert sealed_at_home.id in shelf.accepted()


@pytest.mark.parametrize("off", [-30 * DAY, 30 * DAY])
def test_a_month_is_too_much(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock, off: int
) -> None:
    put(keyset_folder, campaign.weeks(monday(-8), 16))
    assert shelf.all()
    clock.now = START + off
    published = shelf.current()
    assert published is not None
    with pytest.raises(KeysetError):
        verify_keyset(published.raw, root=campaign.root, campaign=campaign.id, now=int(START))


def test_strangers_and_damaged_files_are_passed_over(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path
) -> None:
    ours = campaign.keyset(5)
    put(keyset_folder, [ours])
    stranger = TestCampaign(onion=campaign.onion)
    (keyset_folder / "a.keyset").write_bytes(stranger.keyset(9).raw)
    (keyset_folder / "b.keyset").write_bytes(campaign.keyset(9, onion="c" * 56 + ".onion").raw)
    (keyset_folder / "c.keyset").write_bytes(ours.raw[:-1])
    (keyset_folder / "d.keyset").write_bytes(b"")
    (keyset_folder / "e.keyset").mkdir()
    (keyset_folder / "f.txt").write_bytes(campaign.keyset(9).raw)
    assert shelf.all() == (ours,)


def test_a_file_that_was_replaced_in_place_is_read_again(
    shelf: KeysetShelf, campaign: TestCampaign, keyset_folder: Path, clock: Clock
) -> None:
    path = keyset_folder / "1.keyset"
    path.write_bytes(b"half of it")
    assert shelf.current() is None
    (keyset,) = campaign.weeks(MONDAY)
    path.write_bytes(keyset.raw)
    assert shelf.current() is None  # not looked at again within the second
    clock.now += 1
    assert shelf.current() == keyset


def test_no_folder_is_no_keyset(campaign: TestCampaign, tmp_path: Path) -> None:
    shelf = KeysetShelf(tmp_path / "none", root=campaign.root, campaign=campaign.id, onion=campaign.onion)
    assert shelf.current() is None

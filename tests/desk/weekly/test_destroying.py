"""Weekly keys are destroyed on their day: not before it, not by a wrong clock, and whatever stands in the way."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.errors import KeyDestroyed
from offramp.crypto.opening import OpeningKey
from offramp.desk.desk import Desk, Person
from offramp.desk.errors import DeskError
from offramp.desk.vault import writing
from offramp.desk.vault.upkeep import back_up, restore
from offramp.desk.vault.vault import Vault
from offramp.desk.weekly.clock import LAST_OPEN, doubt, last_open
from offramp.desk.weekly.destroying import (
    destroy_confirmed,
    destroy_due,
    destroyed,
    destroyed_from,
    due,
    opens_until,
)
from offramp.desk.weekly.errors import ClockInDoubt
from offramp.desk.weekly.stock import WEEK, make_ahead
from tests.desk.team import PASSPHRASE
from tests.desk.weekly.aged import AgedDesk, Clock
from tests.desk.weekly.conftest import MONDAY

GONE = 21
"""Days from a week's Monday to the one on which its key goes: the week, and two weeks of grace."""


def test_a_letter_opens_until_the_last_day_and_not_on_the_next(aged: AgedDesk, clock: Clock) -> None:
    aged.passes(clock, GONE - 1)
    assert aged.unlock().campaign.keys.grace_days == 14
    assert opens_until(aged.desk, MONDAY) == clock.day
    assert aged.imports(aged.letter()).letters == 1
    clock.later(1)
    assert destroyed_from(aged.desk, MONDAY) == clock.day
    aged.unlock()
    assert aged.weeks[0] == MONDAY + WEEK
    assert [type(reason) for _, reason in aged.imports(aged.letter()).refused] == [KeyDestroyed]
    assert aged.imports(aged.letter(1)).letters == 1
    assert [(one.week, one.day) for one in destroyed(aged.desk)] == [(MONDAY, clock.day)]


def test_a_desk_that_stays_open_over_midnight_destroys_when_it_is_told(aged: AgedDesk, clock: Clock) -> None:
    aged.passes(clock, GONE - 1)
    desk = aged.unlock()
    clock.later(1)
    assert [one.week for one in due(desk)] == [MONDAY]
    assert destroy_due(desk) == [MONDAY]
    assert destroy_due(desk) == due(desk) == []
    assert [type(reason) for _, reason in aged.imports(aged.letter()).refused] == [KeyDestroyed]


@pytest.mark.parametrize(
    ("jump", "believed"),
    [(14, True), (15, False), (21, False), (70, False), (1000, False), (-2, True), (-3, False), (-30, False)],
)
def test_a_clock_that_jumped_destroys_nothing_until_somebody_says_that_it_is_right(
    jump: int, believed: bool, aged: AgedDesk, clock: Clock
) -> None:
    clock.later(jump)
    desk = aged.unlock()
    assert (doubt(desk) is None) == believed
    assert len(aged.weeks) == 12 - len(destroyed(desk))
    if believed:
        return
    assert len(aged.weeks) == 12
    assert last_open(desk) == MONDAY
    assert destroy_due(desk) == []
    with pytest.raises(ClockInDoubt):
        make_ahead(desk)
    aged.unlock()
    assert len(aged.weeks) == 12
    gone = destroy_confirmed(aged.desk)
    assert gone == [week for week in _all_weeks() if week + timedelta(days=GONE) <= clock.day]
    assert doubt(aged.unlock()) is None
    make_ahead(aged.desk)


def test_what_is_over_still_opens_while_the_clock_is_in_doubt(aged: AgedDesk, clock: Clock) -> None:
    """Somebody was away for a month: they import first, and then say that the date is right."""
    clock.later(30)
    aged.unlock()
    assert aged.imports(aged.letter()).letters == 1
    destroy_confirmed(aged.desk)
    assert [type(reason) for _, reason in aged.imports(aged.letter(1)).refused] == [KeyDestroyed]


def test_no_key_goes_unasked_whose_week_was_not_over_at_the_last_visit(aged: AgedDesk, clock: Clock) -> None:
    """On Sunday all was read; somebody wrote in the evening, and nobody is here for two weeks and a day."""
    clock.later(6)
    aged.unlock()
    clock.later(15)
    assert doubt(aged.unlock())
    assert aged.imports(aged.letter()).letters == 1
    destroy_confirmed(aged.desk)
    assert [type(reason) for _, reason in aged.imports(aged.letter()).refused] == [KeyDestroyed]


def test_clocks_that_are_wrong_by_a_day_lock_nobody_out(aged: AgedDesk, clock: Clock) -> None:
    for step in (1, -2, 1, 1, -1) * 6:
        clock.later(step)
        assert doubt(aged.unlock()) is None, clock.day
        assert aged.imports(aged.letter()).known + aged.imports(aged.letter()).letters == 1


def test_keys_go_though_the_calendar_ended_long_ago(aged: AgedDesk, clock: Clock) -> None:
    for _ in range(12 + 3):
        clock.later(7)
        aged.unlock()
    assert aged.weeks == []
    assert [one.week for one in destroyed(aged.desk)] == _all_weeks()


def test_a_full_disk_keeps_no_key_alive(
    aged: AgedDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged.passes(clock, GONE)
    monkeypatch.setattr(writing, "free_bytes", lambda path: 0)
    aged.unlock()
    assert aged.weeks[0] == MONDAY + WEEK
    assert destroyed(aged.desk) == []  # there was no room to note it
    monkeypatch.undo()
    monkeypatch.setattr("offramp.desk.days.now", clock)
    assert [type(reason) for _, reason in aged.imports(aged.letter()).refused] == [KeyDestroyed]


def test_a_backup_that_is_restored_loses_at_once_what_is_over(aged: AgedDesk, clock: Clock) -> None:
    clock.later(8)
    aged.unlock()
    back_up(aged.desk.vault, aged.place / "backup", clock.day)
    aged.passes(clock, GONE - 8)
    restore(aged.place / "backup", aged.vault, PASSPHRASE)
    assert aged.weeks == _all_weeks()[1:]


def test_a_key_that_was_lost_with_a_laptop_counts_as_destroyed_when_its_week_is_over(
    aged: AgedDesk, clock: Clock
) -> None:
    """Restored from a backup that is older than the key: the calendar knows that the letter was for this desk."""
    rooms = [one.room for one in due(aged.desk)] or list({room for room, _ in aged.desk.small["opening_key"]})
    with aged.desk.vault.writing() as one:
        one.destroy(rooms)
    aged.unlock()
    assert [type(reason).__name__ for _, reason in aged.imports(aged.letter()).refused] == ["NotForThisKey"]
    aged.passes(clock, GONE)
    aged.unlock()
    assert [type(reason) for _, reason in aged.imports(aged.letter()).refused] == [KeyDestroyed]


def test_an_advisers_desk_has_no_weekly_keys_to_destroy(aged: AgedDesk, clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "doras"
    Desk.create(path, PASSPHRASE, aged.folder, Person.adviser("dora", OpeningKey.generate())).lock()
    clock.later(100)
    desk = Desk.unlock(path, PASSPHRASE, aged.folder)
    assert destroy_confirmed(desk) == destroy_due(desk) == []
    assert not desk.small[LAST_OPEN]
    desk.lock()


def test_a_vault_that_cannot_be_written_says_so(
    aged: AgedDesk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is told that a desk is open may rely on what is over being gone."""
    aged.passes(clock, GONE)
    aged.lock()

    def fails(*_: object) -> None:
        raise DeskError

    monkeypatch.setattr(Vault, "writing", fails)
    with pytest.raises(DeskError):
        aged.unlock()


def _all_weeks() -> list[date]:
    return [MONDAY + number * WEEK for number in range(12)]

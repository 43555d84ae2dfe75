"""Each warning comes while something can still be done, as loud as it has to be, and goes when it was done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from offramp.crypto.opening import OpeningKey
from offramp.desk.desk import Desk, Person
from offramp.desk.weekly.cards import sign_card_now
from offramp.desk.weekly.overview import weeks_here
from offramp.desk.weekly.stock import key_list, make_ahead
from offramp.desk.weekly.warnings import at_risk, warnings
from tests.desk.team import PASSPHRASE
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk
from tests.desk.weekly.conftest import MONDAY


def said(desk: Desk) -> dict[str, bool]:
    """Beginnings of what is said, and whether it is urgent."""
    return {" ".join(one.text.split()[:3]): one.urgent for one in warnings(desk)}


def pass_days(aged: AgedDesk, clock: Clock, number: int) -> None:
    """So many days pass, in which the desk is opened from time to time."""
    while number > 0:
        clock.later(min(14, number))
        number -= 14
        aged.unlock()


RISK, CARD, CLOCK, STOCK = "Letters of the", "The card of", "By this laptop's", "This desk has"
ENDS, ENDED, BEGINS, NONE_YET = (
    "The calendar here",
    "The calendar here",
    "The calendar here",
    "The campaign's copy",
)


def test_a_desk_at_which_all_was_done_says_nothing(aged: AgedDesk, clock: Clock) -> None:
    aged.imports()
    sign_card_now(aged.desk)
    assert warnings(aged.desk) == []
    clock.later(7)
    aged.unlock()
    aged.imports()
    sign_card_now(aged.desk)
    make_ahead(aged.desk)
    assert warnings(aged.desk) == []


@pytest.mark.parametrize(
    ("imported", "looked", "risk"),
    [
        (None, 13, False),
        (None, 14, True),
        (None, 20, True),
        (None, 21, False),  # it is gone
        (8, 20, True),  # letters of that week came for two days more
        (9, 20, False),
        (20, 20, False),
    ],
)
def test_letters_that_may_be_lost_are_named_a_week_before(
    imported: int | None, looked: int, risk: bool, aged: AgedDesk, clock: Clock
) -> None:
    """Days after the beginning of the week in question: of the last import, and of the look at the desk."""
    if imported is not None:
        aged.passes(clock, imported)
        aged.imports()
    aged.passes(clock, looked - (imported or 0))
    desk = aged.unlock()
    assert (MONDAY in at_risk(desk)) == risk
    assert [one.is_at_risk for one in weeks_here(desk) if one.week == MONDAY] == (
        [risk] if looked < 21 else []
    )
    if risk:
        (first, *_) = warnings(desk)
        assert first.urgent
        assert "16 November 2026" in first.text
        assert "6 December 2026" in first.text  # the last day


def test_a_week_of_which_nobody_was_told_a_key_puts_nothing_at_risk(aged: AgedDesk, clock: Clock) -> None:
    for path in aged.folder.keysets.iterdir():
        path.unlink()
    clock.later(15)
    assert at_risk(aged.unlock()) == []


@pytest.mark.parametrize(
    ("days", "urgent"), [(7, None), (8, False), (14, False), (15, True), (28, True), (29, True)]
)
def test_a_card_that_runs_out_is_urgent_for_whoever_is_alone(
    days: int, urgent: bool | None, clock: Clock, tmp_path: Path
) -> None:
    aged = make_aged_desk(tmp_path, alone=True)
    aged.imports()
    sign_card_now(aged.desk)
    pass_days(aged, clock, days)
    assert said(aged.desk).get(CARD) is urgent
    aged.lock()


def test_where_others_may_have_signed_a_card_is_a_calm_matter(aged: AgedDesk, clock: Clock) -> None:
    (first,) = warnings(aged.desk)
    assert not first.urgent
    assert "Unless another organizer has signed one" in first.text


@pytest.mark.parametrize(
    ("days", "urgent"), [(61, None), (62, False), (75, False), (76, True), (83, True), (84, True)]
)
def test_a_calendar_that_ends_is_said_three_weeks_before(
    days: int, urgent: bool | None, aged: AgedDesk, clock: Clock
) -> None:
    """Its last day is 83 days after its first."""
    pass_days(aged, clock, days)
    assert said(aged.desk).get(ENDS) is urgent


def test_a_calendar_that_goes_on_ends_when_the_newer_one_does(aged: AgedDesk, clock: Clock) -> None:
    clock.later(14)
    make_ahead(aged.unlock(), 30)
    aged.sign([key_list(aged.desk)], first=MONDAY + timedelta(days=84), count=10)
    clock.later(14)
    assert ENDS not in said(aged.unlock())


def test_stock_that_runs_out_is_said_three_weeks_before(aged: AgedDesk, clock: Clock) -> None:
    urgent = {}
    for _ in range(12):
        urgent[(clock.day - MONDAY).days] = said(aged.desk).get(STOCK)
        clock.later(7)
        aged.unlock()
    assert urgent == {
        **dict.fromkeys(range(0, 63, 7), None), 63: False, 70: False, 77: True
    }  # fmt: skip
    make_ahead(aged.desk)
    assert STOCK not in said(aged.desk)


@pytest.mark.parametrize("days", [30, -30])
def test_a_clock_in_doubt_is_named_and_nothing_else_that_goes_by_it(
    days: int, aged: AgedDesk, clock: Clock
) -> None:
    clock.later(days)
    (only,) = warnings(aged.unlock())
    assert only.urgent
    assert only.text.startswith(CLOCK)


def test_a_desk_made_by_a_wrong_clock_hears_that_the_calendar_is_of_another_time(
    aged: AgedDesk, clock: Clock
) -> None:
    """There is no day yet on which it was open, so only the calendar tells."""
    for days, words in ((-30, "begins on"), (140, "ended on")):
        clock.day = MONDAY + timedelta(days=days)
        path = aged.place / f"made-{days}"
        desk = Desk.create(path, PASSPHRASE, aged.folder, Person.organizer("carol"))
        assert any(
            one.urgent and words in one.text and "set the clock right" in one.text for one in warnings(desk)
        )
        desk.lock()


def test_a_desk_without_a_calendar_hears_what_to_do(aged: AgedDesk) -> None:
    for path in aged.folder.keysets.iterdir():
        path.unlink()
    assert said(aged.unlock()) == {NONE_YET: False}


def test_keys_in_the_calendar_that_are_not_here_are_named(aged: AgedDesk) -> None:
    """As after a restored backup that was older than they."""
    rooms = [room for room, name in aged.desk.small["opening_key"] if name >= b"2027"]
    with aged.desk.vault.writing() as writing:
        writing.destroy(rooms)
    first = warnings(aged.unlock())[0]
    assert first.urgent
    assert "the week of 4 January 2027 and 4 later ones" in first.text


def test_an_adviser_hears_nothing_of_all_this(aged: AgedDesk, clock: Clock, tmp_path: Path) -> None:
    one = Desk.create(
        tmp_path / "doras", PASSPHRASE, aged.folder, Person.adviser("dora", OpeningKey.generate())
    )
    clock.later(100)
    assert warnings(one) == []
    one.lock()

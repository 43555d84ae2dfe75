"""Which keyset is in force when, with calendars that reach weeks ahead and with newer ones over their end."""

from __future__ import annotations

import pytest

from offramp.crypto.keyset import Keyset
from offramp.desk.schedule import about_now, in_force, to_come

WEEK = 7 * 86_400
DAY = 86_400
START = 1_700_000_000


def week(sequence: int, number: int) -> Keyset:
    """The keyset of the week with this number from the start."""
    begins = START + number * WEEK
    return Keyset("c", "o", sequence, b"", begins, begins + WEEK, b"", (), bytes((sequence,)), b"")


CALENDAR = [week(number + 1, number) for number in range(12)]
NEWER = [week(13, 4), week(14, 5)]
"""Signed after somebody left, from the fifth week on, and for two weeks."""


def numbers(keysets: list[Keyset]) -> list[int]:
    return [one.sequence for one in keysets]


@pytest.mark.parametrize(
    ("moment", "sequence"),
    [(-1, None), (0, 1), (WEEK - 1, 1), (WEEK, 2), (12 * WEEK - 1, 12), (12 * WEEK, None)],
)
def test_each_week_has_its_own(moment: int, sequence: int | None) -> None:
    found = in_force(CALENDAR, START + moment)
    assert (found.sequence if found else None) == sequence


def test_what_was_replaced_never_comes_back() -> None:
    both = [*NEWER, *CALENDAR]
    for moment, sequence in (
        (4 * WEEK - 1, 4),
        (4 * WEEK, 13),
        (6 * WEEK - 1, 14),
        (6 * WEEK, None),
        (9 * WEEK, None),
    ):
        found = in_force(both, START + moment)
        assert (found.sequence if found else None) == sequence, moment


def test_a_clock_that_is_two_days_off_finds_one_and_a_month_off_none() -> None:
    for moment, sequence in (
        (-2 * DAY, 1),
        (-DAY, 1),
        (WEEK - 1, 1),
        (WEEK, 2),
        (12 * WEEK + 2 * DAY - 1, 12),
    ):
        found = about_now(CALENDAR, START + moment)
        assert found is not None
        assert found.sequence == sequence, moment
    for moment in (-2 * DAY - 1, -30 * DAY, 12 * WEEK + 2 * DAY, 12 * WEEK + 30 * DAY):
        assert about_now(CALENDAR, START + moment) is None, moment


def test_what_is_to_come() -> None:
    assert numbers(to_come(CALENDAR, START + 3 * WEEK, START + 5 * WEEK)) == [4, 5]
    assert numbers(to_come(CALENDAR, START + 3 * WEEK + DAY, START + 5 * WEEK + 1)) == [4, 5, 6]
    assert numbers(to_come([*NEWER, *CALENDAR], START + 2 * WEEK, START + 99 * WEEK)) == [3, 4, 13, 14]
    assert numbers(to_come([*NEWER, *CALENDAR], START + 5 * WEEK, START + 99 * WEEK)) == [14]
    assert to_come([], START, START + WEEK) == []
    assert to_come(CALENDAR, START + 12 * WEEK, START + 20 * WEEK) == []


def test_a_newer_calendar_for_this_very_week() -> None:
    """Somebody left on a Wednesday: the new keyset of this week begins with its Monday, like the old one."""
    both = [*CALENDAR, week(13, 3), week(14, 4)]
    assert numbers(to_come(both, START + 3 * WEEK + 2 * DAY, START + 99 * WEEK)) == [13, 14]

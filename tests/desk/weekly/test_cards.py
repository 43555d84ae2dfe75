"""Signing that somebody read: only after an import of this week, with the key of the calendar, and never backwards."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.card import Card, check_card_date, read_card
from offramp.crypto.errors import CardLapsed
from offramp.crypto.keyset import Keyset
from offramp.crypto.opening import OpeningKey
from offramp.crypto.pack import CardPost, read_pack
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.packing import fill, pack
from offramp.desk.desk import Desk, Person
from offramp.desk.errors import DeskError, WrongRole
from offramp.desk.weekly.cards import lapses, last_import, may_sign, newest_card, sign_card_now
from offramp.desk.weekly.errors import (
    ClockInDoubt,
    NextByEarlier,
    NextByOutOfRange,
    NoCalendarYet,
    NoCardKey,
    NothingReadThisWeek,
)
from offramp.desk.weekly.stock import key_list
from tests.desk.team import PASSPHRASE
from tests.desk.weekly.aged import AgedDesk, Clock, bobs_keys
from tests.desk.weekly.conftest import MONDAY

NEXT = timedelta(days=14)


def test_a_card_says_this_week_and_the_monday_after_next(aged: AgedDesk, clock: Clock) -> None:
    clock.later(3)
    aged.imports(aged.letter())
    card = sign_card_now(aged.desk)
    assert (card.week, card.next_by) == (MONDAY, MONDAY + NEXT)
    assert _read(aged, card.raw, aged.keysets[0]) == card
    assert newest_card(aged.unlock()) == card


def test_it_is_signed_only_after_an_import_of_this_week(aged: AgedDesk, clock: Clock) -> None:
    assert last_import(aged.desk) is None
    _refused(aged, NothingReadThisWeek)
    clock.later(6)
    aged.imports()
    assert may_sign(aged.unlock())
    clock.later(1)
    assert last_import(aged.desk) == MONDAY + timedelta(days=6)
    _refused(aged, NothingReadThisWeek)
    aged.imports()  # nothing was in it, and somebody looked
    assert sign_card_now(aged.desk).week == MONDAY + timedelta(days=7)


@pytest.mark.parametrize(("number", "right"), [(0, True), (62, True), (-1, False), (63, False)])
def test_the_next_reading_is_between_today_and_two_months_from_monday(
    number: int, right: bool, aged: AgedDesk, clock: Clock
) -> None:
    aged.imports()
    if right:
        assert sign_card_now(aged.desk, MONDAY + timedelta(days=number)).next_by == MONDAY + timedelta(
            days=number
        )
    else:
        _refused(aged, NextByOutOfRange, MONDAY + timedelta(days=number))


def test_a_card_of_the_same_week_only_ever_says_a_later_day(aged: AgedDesk) -> None:
    aged.imports()
    first = sign_card_now(aged.desk, MONDAY + NEXT)
    assert sign_card_now(aged.desk) == sign_card_now(aged.desk, MONDAY + NEXT) == first
    later = sign_card_now(aged.desk, MONDAY + 2 * NEXT)
    assert newest_card(aged.desk) == later == sign_card_now(aged.desk)
    _refused(aged, NextByEarlier, MONDAY + NEXT)


def test_the_next_weeks_keysets_take_the_same_card(aged: AgedDesk) -> None:
    aged.imports()
    card = sign_card_now(aged.desk)
    assert all(_read(aged, card.raw, one) == card for one in aged.keysets)


def test_when_somebody_left_the_card_must_be_signed_again(aged: AgedDesk) -> None:
    """Whoever left knows the old card key, so the calendar has another."""
    aged.imports()
    old = sign_card_now(aged.desk)
    aged.sign([key_list(aged.desk)], first=MONDAY, count=4, generation=13)
    assert newest_card(aged.unlock()) is None
    new = sign_card_now(aged.desk)
    assert (new.week, new.next_by) == (old.week, old.next_by)
    assert new.raw != old.raw
    assert _read(aged, new.raw, aged.keysets[-1]) == new


def test_a_copy_without_the_sealed_key_or_with_anothers_signs_nothing(aged: AgedDesk) -> None:
    aged.imports()
    seeds = sorted(aged.folder.card_seeds.iterdir())
    for path in seeds[1:]:
        path.unlink()
    seeds[0].write_bytes(aged.letter())
    _refused(aged, NoCardKey)
    seeds[0].write_bytes(b"torn")
    _refused(aged, NoCardKey)
    seeds[0].unlink()
    _refused(aged, NoCardKey)


def test_an_organizer_who_is_in_no_keyset_signs_nothing(aged: AgedDesk) -> None:
    aged.sign([bobs_keys(MONDAY)], first=MONDAY, generation=13)
    aged.unlock()
    aged.imports(aged.letter())
    _refused(aged, NoCardKey)


def test_without_a_calendar_there_is_nothing_to_sign_for(aged: AgedDesk) -> None:
    for path in aged.folder.keysets.iterdir():
        path.unlink()
    aged.unlock()
    aged.imports()
    _refused(aged, NoCalendarYet)


def test_a_clock_in_doubt_signs_nothing(aged: AgedDesk, clock: Clock) -> None:
    clock.later(30)
    aged.unlock()
    aged.imports()
    _refused(aged, ClockInDoubt)


def test_an_adviser_signs_nothing(aged: AgedDesk, tmp_path: Path) -> None:
    one = Desk.create(
        tmp_path / "doras", PASSPHRASE, aged.folder, Person.adviser("dora", OpeningKey.generate())
    )
    with pytest.raises(WrongRole):
        sign_card_now(one)
    one.lock()


def test_the_newest_card_is_in_the_outbox_until_it_lapses(aged: AgedDesk, clock: Clock) -> None:
    outbox = aged.place / "outbox.pack"
    assert _packed(aged, outbox) == []
    aged.imports()
    first = sign_card_now(aged.desk)
    last = lapses(aged.desk, first)
    assert last == MONDAY + NEXT + timedelta(days=14)
    assert _packed(aged, outbox) == [CardPost(last, first.raw)] == _packed(aged, outbox)
    clock.later(7)
    aged.unlock()
    aged.imports()
    second = sign_card_now(aged.desk)
    assert [one.card for one in _packed(aged, outbox)] == [second.raw]
    clock.later(20)
    assert [one.card for one in _packed(aged, outbox)] == [second.raw]
    clock.day = lapses(aged.desk, second)
    check_card_date(second, now=clock(), limit_days=14, tolerance=0)
    assert len(_packed(aged, outbox)) == 1
    clock.later(1)
    with pytest.raises(CardLapsed):
        check_card_date(second, now=clock(), limit_days=14, tolerance=0)
    assert _packed(aged, outbox) == []


def _packed(aged: AgedDesk, outbox: Path) -> list[CardPost]:
    """What of cards goes onto the stick; the outbox has the same."""
    pack(aged.desk, outbox, aged.place / "stick")
    on_stick = [one for one in read_pack(aged.place / "stick") if isinstance(one, CardPost)]
    with opened_outbox(outbox) as held:
        fill(aged.desk, held)
        assert held.cards == {one.id for one in on_stick}
    return on_stick


def _read(aged: AgedDesk, raw: bytes, keyset: Keyset) -> Card:
    return read_card(raw, card_key=keyset.card_key, root=aged.root.public, campaign=keyset.campaign)


def _refused(aged: AgedDesk, wanted: type[DeskError], next_by: date | None = None) -> None:
    before = newest_card(aged.desk)
    with pytest.raises(wanted):
        sign_card_now(aged.desk, next_by)
    assert newest_card(aged.desk) == before

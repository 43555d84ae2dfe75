"""Key lists, calendars, cards and former roots: making them, and what no vector is small enough to hold."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from offramp.crypto.calendar import MAX_KEYSETS, read_calendar, write_calendar
from offramp.crypto.card import Card, check_card_date, monday_of, read_card, sign_card
from offramp.crypto.errors import (
    CalendarBroken,
    CalendarError,
    CardError,
    CardForged,
    CardFromTheFuture,
    CardLapsed,
    FormerRootError,
    KeyListError,
    KeysetError,
    NotACalendar,
    NotACard,
    NotAFormerRoot,
    NotAKeyList,
    UnsupportedVersion,
)
from offramp.crypto.former_root import read_former_root, sign_former_root
from offramp.crypto.key_list import KeyList, read_key_list, sign_key_list
from offramp.crypto.keyset import Keyset, Recipient, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.words import campaign_code, campaign_words
from tests.crypto.samples import ANN, BEN, CAMPAIGN, CARD_KEY, CARD_SEED, NOW, ONION, ROOT, ROOT_SEED

DAY = 86_400
MONDAY = date(2027, 1, 11)
SEED = bytes(range(32))
FORMER = bytes(SigningKey(bytes(32)).verify_key)


def card(week: date = MONDAY, next_by: date = MONDAY + timedelta(days=14)) -> Card:
    return sign_card(CARD_SEED, root=ROOT, campaign=CAMPAIGN, week=week, next_by=next_by)


def read(raw: bytes) -> Card:
    return read_card(raw, card_key=CARD_KEY, root=ROOT, campaign=CAMPAIGN)


def key_list(weeks: dict[date, Recipient], **changes: Any) -> KeyList:
    usual: dict[str, Any] = {"campaign": CAMPAIGN, "name": "ann", "day": MONDAY}
    return sign_key_list(SEED, weeks=weeks, **(usual | changes))


def some_keys(number: int) -> Recipient:
    """Of the right lengths, and different for each number."""
    return Recipient(number.to_bytes(32, "big"), number.to_bytes(1184, "big"))


def weeks(count: int) -> list[Keyset]:
    """Keysets that follow on each other."""
    made: list[Keyset] = []
    for number in range(count):
        raw = sign_keyset(
            ROOT_SEED,
            campaign=CAMPAIGN,
            onion=ONION,
            sequence=number + 1,
            previous=made[-1].id if made else bytes(32),
            valid_from=NOW + number * DAY,
            valid_until=NOW + (number + 1) * DAY,
            card_key=CARD_KEY,
            organizers=[ANN.public, BEN.public],
            slot_count=2,
        )
        made.append(read_keyset(raw, root=ROOT, campaign=CAMPAIGN))
    return made


CALENDAR = write_calendar(weeks(3))
KEY_LIST = key_list({MONDAY: ANN.public, MONDAY + timedelta(weeks=1): BEN.public}).raw
CARD = card().raw
FORMER_ROOT = sign_former_root(ROOT_SEED, campaign=CAMPAIGN, former=FORMER, last_sequence=9).raw


@pytest.mark.parametrize(
    ("week", "next_by"),
    [
        (MONDAY + timedelta(days=1), MONDAY + timedelta(days=8)),
        (MONDAY, MONDAY - timedelta(days=1)),
        (MONDAY, MONDAY + timedelta(days=63)),
        (date(1969, 12, 29), date(1970, 1, 5)),
        (date(1970, 1, 5), date(1969, 12, 31)),
    ],
)
def test_no_card_is_signed_that_nobody_would_take(week: date, next_by: date) -> None:
    with pytest.raises(NotACard):
        card(week, next_by)


@given(day=st.dates())
def test_a_weeks_monday(day: date) -> None:
    if day >= date(1, 1, 7):
        assert monday_of(day).weekday() == 0
        assert 0 <= (day - monday_of(day)).days <= 6


def test_a_card_counts_through_its_days_and_on_a_server_for_no_second_longer() -> None:
    one = card()
    assert one.lapses(14) == date(2027, 2, 8)
    begins, ends = 1_799_625_600, 1_802_131_200  # 2027-01-11 and 2027-02-09, at midnight
    for tolerance in (0, 2 * DAY):
        check_card_date(one, now=begins - tolerance, limit_days=14, tolerance=tolerance)
        check_card_date(one, now=ends + tolerance - 1, limit_days=14, tolerance=tolerance)
        with pytest.raises(CardFromTheFuture):
            check_card_date(one, now=begins - tolerance - 1, limit_days=14, tolerance=tolerance)
        with pytest.raises(CardLapsed):
            check_card_date(one, now=ends + tolerance, limit_days=14, tolerance=tolerance)


def test_the_last_day_of_all_is_the_last_on_which_a_card_counts() -> None:
    assert card(date(9999, 12, 27), date.max).lapses(60) == date.max


def test_a_card_key_of_any_bytes_raises_our_error() -> None:
    for key in (bytes(32), bytes([1]) + bytes(31), b"\xff" * 32):
        with pytest.raises(CardForged):
            read_card(CARD, card_key=key, root=ROOT, campaign=CAMPAIGN)


def test_a_key_list_holds_sixty_weeks_and_no_more() -> None:
    keys = {MONDAY + timedelta(weeks=number): some_keys(number) for number in range(61)}
    with pytest.raises(NotAKeyList):
        key_list(keys)
    keys.popitem()
    assert len(read_key_list(key_list(keys).raw, campaign=CAMPAIGN).weeks) == 60


def test_weeks_are_put_into_their_order() -> None:
    made = key_list({MONDAY + timedelta(weeks=1): BEN.public, MONDAY: ANN.public})
    assert list(made.weeks) == [MONDAY, MONDAY + timedelta(weeks=1)]
    assert made.raw == KEY_LIST


def test_more_than_a_quarter_of_a_megabyte_is_no_key_list() -> None:
    with pytest.raises(NotAKeyList):
        read_key_list(KEY_LIST[:-64] + bytes(262_144), campaign=CAMPAIGN)


def test_a_calendar_holds_sixty_weeks_and_no_more() -> None:
    sixty_one = weeks(61)
    with pytest.raises(NotACalendar):
        read_calendar(write_calendar(sixty_one), root=ROOT, campaign=CAMPAIGN)
    assert read_calendar(write_calendar(sixty_one[:60]), root=ROOT, campaign=CAMPAIGN) == sixty_one[:60]
    assert MAX_KEYSETS == 60


def test_more_than_a_megabyte_is_no_calendar() -> None:
    with pytest.raises(NotACalendar):
        read_calendar(CALENDAR + bytes(1_048_577 - len(CALENDAR)), root=ROOT, campaign=CAMPAIGN)


def test_a_frame_is_judged_by_its_length_first() -> None:
    long = replace(weeks(1)[0], raw=bytes(16_385))
    with pytest.raises(NotACalendar):
        read_calendar(write_calendar([long]), root=ROOT, campaign=CAMPAIGN)
    with pytest.raises(KeysetError):
        read_calendar(write_calendar([replace(long, raw=bytes(16_384))]), root=ROOT, campaign=CAMPAIGN)


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_a_week_in_the_middle_cannot_be_left_out(left_out: int) -> None:
    some = weeks(3)
    del some[left_out]
    if left_out == 1:
        with pytest.raises(CalendarBroken):
            read_calendar(write_calendar(some), root=ROOT, campaign=CAMPAIGN)
    else:
        assert read_calendar(write_calendar(some), root=ROOT, campaign=CAMPAIGN) == some


@pytest.mark.parametrize(
    ("former", "last"),
    [(ROOT, 1), (bytes(31), 1), (FORMER, -1), (FORMER, 2**32)],
    ids=lambda value: str(value)[:6],
)
def test_no_former_root_is_signed_that_no_desk_would_take(former: bytes, last: int) -> None:
    with pytest.raises(NotAFormerRoot):
        sign_former_root(ROOT_SEED, campaign=CAMPAIGN, former=former, last_sequence=last)


def test_the_campaigns_words_and_code() -> None:
    words, code = campaign_words(ONION, ROOT).split(), campaign_code(ONION, ROOT)
    assert len(words) == 10
    assert [len(group) for group in code.split("-")] == [4] * 6


READERS: dict[str, tuple[Any, bytes, tuple[type[Exception], ...]]] = {
    "card": (read, CARD, (CardError,)),
    "key list": (lambda raw: read_key_list(raw, campaign=CAMPAIGN), KEY_LIST, (KeyListError,)),
    "calendar": (
        lambda raw: read_calendar(raw, root=ROOT, campaign=CAMPAIGN),
        CALENDAR,
        (CalendarError, KeysetError),
    ),
    "former root": (
        lambda raw: read_former_root(raw, root=ROOT, campaign=CAMPAIGN),
        FORMER_ROOT,
        (FormerRootError,),
    ),
}


@pytest.mark.parametrize("what", READERS)
@given(data=st.data())
def test_no_flipped_bit_goes_unseen(what: str, data: st.DataObject) -> None:
    reader, raw, errors = READERS[what]
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((*errors, UnsupportedVersion)):
        reader(bytes(changed))


@pytest.mark.parametrize("what", READERS)
@given(data=st.data())
def test_any_bytes_raise_our_errors_and_no_others(what: str, data: st.DataObject) -> None:
    reader, raw, errors = READERS[what]
    start = data.draw(st.integers(0, len(raw)))
    with suppress(*errors, UnsupportedVersion):
        reader(raw[:start] + data.draw(st.binary(max_size=200)))

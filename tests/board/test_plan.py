"""How many shards, and which dummies: numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.board.plan import (
    MOST_REPLIES,
    Dummy,
    choose_doublings,
    new_dummies,
    numbers_of_shard,
    require_fit,
    surplus,
    turned,
)
from offramp.crypto.board import MAX_DOUBLINGS, Descriptor
from offramp.crypto.errors import ShardFull
from tests.board.made import KEPT_DAYS, TODAY

LIVE = st.dictionaries(st.integers(0, 65_535), st.integers(1, MOST_REPLIES), max_size=40)


def fullest(live: Mapping[int, int], doublings: int) -> int:
    """By the format's own words (9.1)."""
    shards: Counter[int] = Counter()
    for number, count in live.items():
        shards[Descriptor(doublings, 1).shard_of(number)] += count
    return max(shards.values(), default=0)


@given(live=LIVE, before=st.none() | st.integers(0, MAX_DOUBLINGS))
def test_it_fits_and_is_no_larger_than_it_has_to_be(live: dict[int, int], before: int | None) -> None:
    chosen = choose_doublings(live, before)
    assert fullest(live, chosen) <= MOST_REPLIES
    if chosen and (before is None or chosen > before):
        assert fullest(live, chosen - 1) > MOST_REPLIES
    if chosen and before is not None and chosen <= before:
        assert fullest(live, chosen - 1) > 32


@pytest.mark.parametrize(
    ("replies", "before", "expected"),
    [(0, None, 0), (48, None, 0), (49, None, 1), (48, 0, 0), (49, 0, 1), (33, 1, 1), (32, 1, 0), (0, 9, 0)],
)
def test_where_it_doubles_and_shrinks(replies: int, before: int | None, expected: int) -> None:
    live = dict.fromkeys(range(replies), 1)
    assert choose_doublings(live, before) == expected


def test_replies_of_one_number_stay_together_and_those_beside_them_are_parted() -> None:
    assert choose_doublings({7: 48, 7 + 32_768: 48}, 0) == MAX_DOUBLINGS
    assert choose_doublings({7: 48, 8: 48}, 0) == 1


@pytest.mark.parametrize(
    ("live", "fits"),
    [
        ({}, True),
        ({7: 48}, True),
        ({7: 49}, False),
        ({7: 48, 7 + 128: 48}, True),  # parted by the eighth bit
        ({7: 48, 7 + 256: 48}, False),
        ({7: 47, 7 + 256: 47} | dict.fromkeys(range(10_000, 10_512), 1), True),  # a large board anyway
        ({7: 24, 7 + 32_768: 24}, True),
        ({7: 25, 7 + 32_768: 24}, False),
    ],
)
def test_a_few_talkative_threads_do_not_fill_the_disk(live: dict[int, int], fits: bool) -> None:
    with nullcontext() if fits else pytest.raises(ShardFull):
        require_fit(live)


@given(doublings=st.integers(0, MAX_DOUBLINGS), number=st.integers(0, 65_535))
def test_a_shard_is_one_range_of_turned_numbers(doublings: int, number: int) -> None:
    index = Descriptor(doublings, 1).shard_of(number)
    assert turned(number) in numbers_of_shard(index, doublings)
    assert turned(turned(number)) == number


@pytest.mark.parametrize("doublings", [0, 1, 5])
def test_the_ranges_are_all_numbers_once(doublings: int) -> None:
    numbers = [number for index in range(1 << doublings) for number in numbers_of_shard(index, doublings)]
    assert sorted(numbers) == list(range(65_536))


def test_who_would_leave_next_gives_way() -> None:
    dummies = [Dummy(TODAY + timedelta(days=days), bytes([days])) for days in (9, 3, 7, 1, 5)]
    assert surplus(59, dummies) == []
    assert surplus(61, dummies) == [dummies[3], dummies[1]]
    assert len(surplus(64, dummies)) == 5


def test_in_a_free_place_a_dummy_stays_as_long_as_a_reply() -> None:
    for index in range(4):
        shard = numbers_of_shard(index, 2)
        for number, last_day in new_dummies(shard, 64, TODAY, KEPT_DAYS, grown=False):
            assert last_day == TODAY + timedelta(days=KEPT_DAYS)
            assert turned(number) % 4 == index


def test_on_a_new_board_they_leave_on_all_days_alike() -> None:
    found = [
        (last_day - TODAY).days
        for _, last_day in new_dummies(numbers_of_shard(0, 0), 6_100, TODAY, KEPT_DAYS, grown=True)
    ]
    counts = Counter(found)
    assert set(counts) == set(range(KEPT_DAYS + 1))
    assert max(counts.values()) < 200  # 100 each; six deviations are 60


def test_they_are_parted_like_replies() -> None:
    numbers = [number for number, _ in new_dummies(numbers_of_shard(0, 0), 4_000, TODAY, 1, grown=True)]
    assert len({number >> 10 for number in numbers}) == 64

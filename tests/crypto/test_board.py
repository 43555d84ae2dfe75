"""Replies, shards and the board: every answer is found by its key, and by no other."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.crypto.answer import Answer, write_answer
from offramp.crypto.board import (
    MAX_BUILD,
    REPLY_LENGTH,
    SHARD_LENGTH,
    Descriptor,
    make_dummy,
    make_shard,
    read_descriptor,
    replies_of,
    reply_id,
    shard_number,
    write_descriptor,
)
from offramp.crypto.errors import (
    AnswerMalformed,
    AnswerTooLong,
    NotABoard,
    ShardDamaged,
    ShardFull,
    UnsupportedVersion,
    WrongReplyLength,
    WrongShardLength,
)
from offramp.crypto.reply import MAX_ANSWER_LENGTH, Reading, open_reply, open_shard, seal_reply
from tests.crypto.answer_samples import ANSWER, ANSWERS, OTHER_KEY, REPLY_KEY

REPLY = seal_reply(ANSWER, REPLY_KEY)


@given(answer=ANSWERS)
def test_what_is_sealed_is_found(answer: Answer) -> None:
    if len(write_answer(answer)) > MAX_ANSWER_LENGTH:
        with pytest.raises(AnswerTooLong):
            seal_reply(answer, REPLY_KEY)
        return
    reply = seal_reply(answer, REPLY_KEY)
    assert len(reply) == REPLY_LENGTH
    assert open_reply(reply, REPLY_KEY) == answer
    assert open_reply(reply, OTHER_KEY) is None


@given(bit=st.integers(0, 8 * REPLY_LENGTH - 1))
@settings(max_examples=300)
def test_no_changed_bit_gives_an_answer(bit: int) -> None:
    changed = bytearray(REPLY)
    changed[bit // 8] ^= 1 << bit % 8
    assert open_reply(bytes(changed), REPLY_KEY) is None


@given(length=st.integers(0, 2 * REPLY_LENGTH).filter(lambda length: length != REPLY_LENGTH))
def test_no_other_length_is_a_reply(length: int) -> None:
    with pytest.raises(WrongReplyLength):
        open_reply((REPLY * 2)[:length], REPLY_KEY)


def test_the_same_answer_never_gives_the_same_reply() -> None:
    assert seal_reply(ANSWER, REPLY_KEY) != seal_reply(ANSWER, REPLY_KEY)


def test_an_answer_that_nobody_would_read_is_not_sealed() -> None:
    with pytest.raises(AnswerMalformed):
        seal_reply(Answer(0, ANSWER.day, ""), REPLY_KEY)


def numbered(*numbers: int) -> list[Answer]:
    return [Answer(number, date(2026, 11, 21), f"Answer {number}.") for number in numbers]


@given(numbers=st.lists(st.integers(1, 2**32 - 1), max_size=32, unique=True))
@settings(max_examples=25)
def test_a_shard_gives_each_reader_their_own_answers_in_order(numbers: list[int]) -> None:
    replies = [
        *(seal_reply(answer, REPLY_KEY) for answer in numbered(*numbers)),
        *(seal_reply(answer, OTHER_KEY) for answer in numbered(7, 3)),
    ]
    shard = make_shard(replies)
    assert len(shard) == SHARD_LENGTH
    assert open_shard(shard, REPLY_KEY) == Reading(tuple(numbered(*sorted(numbers))), 0)
    assert open_shard(shard, OTHER_KEY) == Reading(tuple(numbered(3, 7)), 0)
    assert open_shard(shard, secrets.token_bytes(32)) == Reading((), 0)


def test_the_place_in_a_shard_says_nothing() -> None:
    """The same replies and dummies give the same shard in whatever order they came."""
    replies = [seal_reply(ANSWER, REPLY_KEY), *(make_dummy() for _ in range(63))]
    assert make_shard(replies) == make_shard(replies[::-1])
    assert replies_of(make_shard(replies)) == sorted(replies)


def test_a_shard_is_filled_with_dummies_that_differ() -> None:
    assert len(set(replies_of(make_shard([])))) == 64


def test_a_shard_takes_64_replies_and_nothing_else() -> None:
    assert len(make_shard([REPLY] * 64)) == SHARD_LENGTH
    with pytest.raises(ShardFull):
        make_shard([REPLY] * 65)
    with pytest.raises(WrongReplyLength):
        make_shard([REPLY[:-1]])


@given(length=st.integers(0, SHARD_LENGTH - 1))
def test_no_truncated_shard_is_read(length: int) -> None:
    with pytest.raises(WrongShardLength):
        open_shard(bytes(length), REPLY_KEY)


SHARD = make_shard([REPLY])


@given(bit=st.integers(0, 8 * SHARD_LENGTH - 1))
def test_no_shard_with_a_changed_bit_is_read(bit: int) -> None:
    changed = bytearray(SHARD)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ShardDamaged):
        open_shard(bytes(changed), REPLY_KEY)


def test_a_reply_has_one_id() -> None:
    assert len(reply_id(REPLY)) == 16
    assert reply_id(REPLY) != reply_id(make_dummy())
    assert reply_id(REPLY) not in make_shard([REPLY])


DESCRIPTORS = st.builds(Descriptor, st.integers(0, 16), st.integers(1, MAX_BUILD))


@given(descriptor=DESCRIPTORS)
def test_a_descriptor_is_read_as_it_was_written(descriptor: Descriptor) -> None:
    assert read_descriptor(write_descriptor(descriptor)) == descriptor


@given(descriptor=DESCRIPTORS, data=st.data())
def test_a_changed_descriptor_is_refused_or_another(descriptor: Descriptor, data: st.DataObject) -> None:
    changed = bytearray(write_descriptor(descriptor))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = read_descriptor(bytes(changed))
    except (NotABoard, UnsupportedVersion):
        return
    assert read != descriptor
    assert write_descriptor(read) == changed


@pytest.mark.parametrize("numbers", [(-1, 1), (17, 1), (0, 0), (0, 2**53)])
def test_no_descriptor_out_of_range_is_written(numbers: tuple[int, int]) -> None:
    with pytest.raises(NotABoard):
        write_descriptor(Descriptor(*numbers))


@given(thread=st.binary(min_size=16, max_size=16), doublings=st.integers(0, 15))
def test_doubling_splits_each_shard_in_two(thread: bytes, doublings: int) -> None:
    number = shard_number(thread)
    before, after = Descriptor(doublings, 1), Descriptor(doublings + 1, 2)
    assert after.shard_of(number) in (before.shard_of(number), before.shard_of(number) + before.shard_count)
    assert 0 <= after.shard_of(number) < after.shard_count

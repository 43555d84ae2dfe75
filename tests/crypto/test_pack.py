"""Packs: what is framed is read, in any pieces, and nothing else is a pack."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.board import REPLY_LENGTH, make_dummy, reply_id
from offramp.crypto.envelope import MAX_SLOTS, SIZE_CLASSES, envelope_id, envelope_length
from offramp.crypto.errors import NotAPack, OfframpError, PackTruncated, UnsupportedVersion
from offramp.crypto.pack import (
    HEADER,
    MOST_RECORD_LENGTH,
    EnvelopePost,
    ParcelPost,
    Post,
    ReplyPost,
    TakenBack,
    frame,
    read_pack,
    read_stream,
)
from offramp.crypto.parcel import parcel_id, parcel_length
from offramp.crypto.parcel_sealing import seal_data
from offramp.crypto.reply import seal_reply
from tests.crypto.answer_samples import ANSWER, REPLY_KEY

DAY = date(2026, 11, 21)
REPLY = ReplyPost(DAY, 513, seal_reply(ANSWER, REPLY_KEY))
PARCEL = ParcelPost(DAY, seal_data(b"a file", bytes(32)))
GONE = TakenBack(DAY, REPLY.id)
ENVELOPE = EnvelopePost(DAY, bytes(envelope_length(SIZE_CLASSES[0], 2)))
ALL: tuple[Post, ...] = (REPLY, PARCEL, GONE, ENVELOPE)
WHOLE = HEADER + b"".join(map(frame, ALL))

DAYS = st.dates(min_value=date(1970, 1, 1))
IDS = st.binary(min_size=16, max_size=16)
LENGTHS = st.sampled_from([parcel_length(size_class) for size_class in SIZE_CLASSES[:3]])
POSTS = st.one_of(
    st.builds(
        ReplyPost,
        DAYS,
        st.integers(0, 65_535),
        st.integers(0, 255).map(lambda byte: bytes([byte]) * REPLY_LENGTH),
    ),
    st.builds(ParcelPost, DAYS, LENGTHS.map(bytes)),
    st.builds(TakenBack, DAYS, IDS),
    st.builds(
        EnvelopePost,
        DAYS,
        st.builds(envelope_length, st.sampled_from(SIZE_CLASSES[:2]), st.integers(2, MAX_SLOTS)).map(bytes),
    ),
)


@given(posts=st.lists(POSTS, max_size=6), size=st.integers(1, 100_000))
def test_what_is_framed_is_read(posts: list[Post], size: int) -> None:
    raw = HEADER + b"".join(frame(post) for post in posts)
    size = max(size, len(raw) // 1000)
    pieces = (raw[start : start + size] for start in range(0, len(raw), size))
    assert list(read_stream(pieces)) == posts


def test_a_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.pack"
    path.write_bytes(WHOLE)
    assert list(read_pack(path)) == list(ALL)


def test_ids_are_those_of_what_is_posted() -> None:
    assert REPLY.id == reply_id(REPLY.reply)
    assert PARCEL.id == parcel_id(PARCEL.parcel)
    assert ENVELOPE.id == envelope_id(ENVELOPE.envelope)
    assert len({REPLY.id, PARCEL.id, ENVELOPE.id, reply_id(make_dummy())}) == 4
    assert all(len(name) == 16 for name in (REPLY.id, PARCEL.id, ENVELOPE.id))


def test_the_largest_envelope_makes_the_longest_record() -> None:
    largest = EnvelopePost(DAY, bytes(envelope_length(SIZE_CLASSES[-1], MAX_SLOTS)))
    raw = frame(largest)
    assert len(raw) == MOST_RECORD_LENGTH
    assert list(read_stream([HEADER, raw])) == [largest]


ENDS = [len(HEADER)]
for one in ALL:
    ENDS.append(ENDS[-1] + len(frame(one)))


@given(cut=st.integers(0, len(WHOLE)) | st.sampled_from(ENDS).flatmap(lambda end: st.integers(end - 5, end)))
def test_a_cut_costs_only_the_record_that_it_hits(cut: int) -> None:
    posts = read_stream([WHOLE[:cut]])
    for post, end in zip(ALL, ENDS[1:], strict=True):
        if end <= cut:
            assert next(posts) == post
    if cut in ENDS:
        assert list(posts) == []
    else:
        with pytest.raises(PackTruncated):
            next(posts)


@pytest.mark.parametrize(
    "post",
    [
        ReplyPost(DAY, 65_536, REPLY.reply),
        ReplyPost(DAY, -1, REPLY.reply),
        ReplyPost(DAY, 0, REPLY.reply[:-1]),
        ReplyPost(DAY, 0, PARCEL.parcel),
        ReplyPost(date(1969, 12, 31), 0, REPLY.reply),
        ParcelPost(DAY, REPLY.reply),
        ParcelPost(DAY, PARCEL.parcel + b"x"),
        TakenBack(DAY, b""),
        TakenBack(DAY, bytes(32)),
        TakenBack(date(1, 1, 1), bytes(16)),
        EnvelopePost(DAY, b""),
        EnvelopePost(DAY, ENVELOPE.envelope + b"x"),
        EnvelopePost(DAY, REPLY.reply),
        EnvelopePost(date(1969, 12, 31), ENVELOPE.envelope),
    ],
)
def test_nothing_is_framed_that_no_reader_takes(post: Post) -> None:
    with pytest.raises(NotAPack):
        frame(post)


@given(raw=st.binary(max_size=100) | st.binary(max_size=100).map(lambda tail: HEADER + tail))
def test_bytes_are_a_pack_or_an_error(raw: bytes) -> None:
    try:
        posts = list(read_stream([raw]))
    except (NotAPack, PackTruncated, UnsupportedVersion):
        return
    assert HEADER + b"".join(frame(post) for post in posts) == raw


SHORT = HEADER + frame(GONE) + frame(REPLY)


@given(place=st.integers(0, len(HEADER) + 2 * 25 + 12), change=st.integers(1, 255))
def test_a_changed_byte_gives_another_pack_or_an_error(place: int, change: int) -> None:
    """One spelling for each pack: what is read gives the same bytes again."""
    changed = bytearray(SHORT)
    changed[place] ^= change
    try:
        posts = list(read_stream([bytes(changed)]))
    except OfframpError:
        return
    assert posts != [GONE, REPLY]
    assert HEADER + b"".join(frame(post) for post in posts) == changed

"""Answers and keys for the tests of replies, board and parcels."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from offramp.crypto.answer import MAX_NUMBER, MAX_PARCEL_SIZE, Answer, Parcel

REPLY_KEY = b"reply key of the samples, 32 byt"
OTHER_KEY = b"another reply key, of 32 bytes.."
ANSWER = Answer(1, date(2026, 11, 21), "You are not too old for this.")

NAMES = st.text(min_size=1, max_size=60).filter(lambda name: len(name.encode()) <= 255)
KEYS = st.binary(min_size=32, max_size=32)
PARCELS = st.lists(
    st.builds(
        Parcel,
        id=st.binary(min_size=16, max_size=16),
        key=KEYS,
        name=NAMES,
        size=st.integers(0, MAX_PARCEL_SIZE),
    ),
    max_size=4,
    unique_by=lambda parcel: parcel.id,
).map(tuple)
WITH_TEXT = st.builds(
    Answer,
    number=st.integers(1, 20) | st.integers(1, MAX_NUMBER),
    day=st.dates(),
    text=st.text(max_size=200),
    parcels=PARCELS,
)


def _with_text_in_parcel(answer: Answer) -> Answer:
    text = Parcel(bytes(16), bytes(32), "", 20_000)
    others = tuple(parcel for parcel in answer.parcels if parcel.id != text.id)
    return Answer(answer.number, answer.day, "", (text, *others))


ANSWERS = WITH_TEXT | WITH_TEXT.map(_with_text_in_parcel)

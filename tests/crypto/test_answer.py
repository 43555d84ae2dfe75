"""Answers: one spelling for each, and only AnswerMalformed for all else."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.answer import Answer, Parcel, read_answer, read_long_text, write_answer
from offramp.crypto.errors import AnswerMalformed
from tests.crypto.answer_samples import ANSWER, ANSWERS

FILE = Parcel(bytes(16), bytes(32), "a", 1)
NAMELESS = Parcel(bytes(16), bytes(32), "", 1)
OTHER_NAMELESS = Parcel(b"\1" * 16, bytes(32), "", 1)
BAD_ANSWERS = [
    {"number": 0},
    {"number": True},
    {"number": 2**32},
    {"text": "\ud83d"},
    {"parcels": (Parcel(bytes(15), bytes(32), "a", 1),)},
    {"parcels": (Parcel(bytes(16), bytes(31), "a", 1),)},
    {"parcels": (Parcel(bytes(16), bytes(32), "é" * 128, 1),)},
    {"parcels": (Parcel(bytes(16), bytes(32), "\ud83d", 1),)},
    {"parcels": (Parcel(bytes(16), bytes(32), "a", -1),)},
    {"parcels": (Parcel(bytes(16), bytes(32), "a", True),)},
    {"parcels": (Parcel(bytes(16), bytes(32), "a", 8_388_605),)},
    {"parcels": (FILE, FILE)},
    {"parcels": (NAMELESS,)},  # beside a text
    {"text": "", "parcels": (FILE, OTHER_NAMELESS)},
]


@given(answer=ANSWERS)
def test_what_is_written_is_read(answer: Answer) -> None:
    assert read_answer(write_answer(answer)) == answer


@pytest.mark.parametrize("members", BAD_ANSWERS, ids=str)
def test_no_bad_answer_is_written(members: dict[str, object]) -> None:
    fields = {name: getattr(ANSWER, name) for name in Answer.__slots__} | members
    with pytest.raises(AnswerMalformed):
        write_answer(Answer(**fields))


def test_a_text_may_be_in_a_parcel_alone() -> None:
    answer = Answer(1, date(1, 1, 1), "", (NAMELESS,))
    assert read_answer(write_answer(answer)) == answer
    assert read_long_text("Línea".encode()) == "Línea"
    with pytest.raises(AnswerMalformed):
        read_long_text(b"\xff")


@given(raw=st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
def test_bytes_are_an_answer_or_malformed(raw: bytes) -> None:
    with suppress(AnswerMalformed):
        read_answer(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(answer=ANSWERS, member=st.sampled_from(["number", "day", "text", "parcels"]), value=JSON)
def test_a_member_of_another_type_is_malformed_or_the_only_spelling(
    answer: Answer, member: str, value: object
) -> None:
    said = json.loads(write_answer(answer)) | {member: value}
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    with suppress(AnswerMalformed):
        assert write_answer(read_answer(raw)) == raw


@given(answer=ANSWERS, data=st.data())
def test_one_changed_byte_is_malformed_or_the_only_spelling(answer: Answer, data: st.DataObject) -> None:
    changed = bytearray(write_answer(answer))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(AnswerMalformed):
        assert write_answer(read_answer(bytes(changed))) == changed


def test_a_parcels_key_is_not_shown() -> None:
    """Not in a traceback either."""
    assert "secret" not in repr(Answer(1, ANSWER.day, "", (Parcel(bytes(16), b"secret" * 6, "a", 1),)))

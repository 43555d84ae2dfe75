"""The record of an answer: it lies in the vault as it was, and one that is not whole is no record."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.crypto.letter import Attachment
from offramp.desk.answers.plan import Plan
from offramp.desk.answers.record import AnswerRecord
from offramp.desk.vault.errors import VaultDamaged

DAY = date(2026, 12, 1)
FILES = (Attachment("cv.pdf", b"%PDF-"), Attachment("tips.txt", b"x"))
LONG = "a long text " * 500
WHOM = bytes(range(16)), bytes(32)


def answer(text: str = "one", files: tuple[Attachment, ...] = FILES) -> AnswerRecord:
    return Plan.of(WHOM, 3, DAY, 60, files).sealed(text)


@pytest.mark.parametrize("record", [answer(), answer(LONG), answer(files=()), answer(LONG, ())])
def test_what_is_written_is_read(record: AnswerRecord) -> None:
    kept = AnswerRecord.from_bytes(record.to_bytes())
    assert kept == record
    assert list(kept.posts()) == list(record.posts())


def test_a_record_shows_no_parcel_key_to_a_log() -> None:
    record = answer()
    assert repr(record.parcel_keys[0])[2:-1] not in repr(record)
    assert repr(record.reply)[2:-1] not in repr(record)


@given(st.integers(0, 4800))
def test_a_record_that_was_cut_is_damaged(length: int) -> None:
    whole = answer().to_bytes()
    with pytest.raises(VaultDamaged):
        AnswerRecord.from_bytes(whole[: min(length, len(whole) - 1)])


def test_a_record_with_something_behind_it_is_damaged() -> None:
    with pytest.raises(VaultDamaged):
        AnswerRecord.from_bytes(answer().to_bytes() + b"x")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5000), st.integers(0, 20))
def test_a_plan_knows_what_fits(text: str, count: int) -> None:
    files = tuple(Attachment(f"{number}.pdf", b"x" * number * 100) for number in range(count))
    plan = Plan.of(WHOM, 1, DAY, 60, files)
    record = plan.sealed(text)
    assert plan.text_fits(text) == (len(record.parcel_keys) == count)
    posts = list(record.posts())
    assert [one.id for one in posts] == [*record.parcel_ids, record.id]
    assert posts == list(AnswerRecord.from_bytes(record.to_bytes()).posts())

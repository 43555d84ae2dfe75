"""The record of an answer: whatever is put into a file of records, only what a desk would write is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from offramp.crypto.letter import Attachment, Letter, read_content, write_content
from offramp.desk.answering import Draft
from offramp.desk.errors import RecordMalformed
from offramp.desk.records import AnswerRecord, Record, TakeBackRecord, read_record, record_letter
from tests.desk.team import Team, letter

DAY = date(2026, 12, 1)
FILES = (Attachment("cv.pdf", b"%PDF-"), Attachment("tips.txt", b"x"))
LONG = "a long text " * 500


def answer(text: str = "one", files: tuple[Attachment, ...] = FILES) -> AnswerRecord:
    return Draft.of(bytes(range(16)), 3, DAY, 60, files).sealed(text, bytes(32))


TAKE_BACK = TakeBackRecord(bytes(range(16)), 3, DAY, bytes(range(16, 32)))


@pytest.mark.parametrize("record", [answer(), answer(LONG), answer(files=()), answer(LONG, ()), TAKE_BACK])
def test_what_is_written_is_read(record: Record, team: Team) -> None:
    kept = read_content(write_content(record_letter(record, team.first)))
    assert read_record(kept) == record
    assert kept.purpose == "team"
    assert kept.reply_key is None


def test_a_record_shows_no_parcel_key_to_a_log() -> None:
    record = answer()
    assert repr(record.parcel_keys[0])[2:-1] not in repr(record)


def changed(name: str, *values: str) -> Callable[[Letter], Letter]:
    """With other values of one field, or without it."""

    def change(one: Letter) -> Letter:
        fields = [field for field in one.fields if field[0] != name]
        return replace(one, fields=(*fields, *([(name, *values)] if values else [])))

    return change


BAD: dict[str, Callable[[Letter], Letter]] = {
    "another_purpose": lambda one: replace(one, purpose="follow-up"),
    "no_thread": lambda one: replace(one, thread=None),
    "no_reply": lambda one: replace(one, attachments=()),
    "a_short_reply": lambda one: replace(one, attachments=(Attachment("reply", b"x"), *one.attachments[1:])),
    "a_file_less": lambda one: replace(one, attachments=one.attachments[:-1]),
    "a_file_more": lambda one: replace(one, attachments=(*one.attachments, *FILES)),
    "no_kind": changed("record"),
    "a_new_kind": changed("record", "note"),
    "two_kinds": changed("record", "answer", "answer"),
    "no_number": changed("number"),
    "number_zero": changed("number", "0"),
    "number_with_a_sign": changed("number", "+3"),
    "number_of_other_digits": changed("number", "³"),
    "number_too_large": changed("number", "4294967296"),
    "two_numbers": changed("number", "1", "2"),
    "no_day": changed("day"),
    "no_such_day": changed("day", "2026-02-30"),
    "no_last_day": changed("last_day"),
    "no_text": changed("text"),
    "two_texts": changed("text", "a", "b"),
    "ids_without_keys": changed("parcel_keys"),
    "keys_without_ids": changed("parcels"),
    "short_ids": changed("parcels", *["00" * 15] * 3),
    "no_ids": changed("parcels", *["zz" * 16] * 3),
    "spaces_in_a_key": changed("parcel_keys", *[" " * 2 + "00" * 31] * 3),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_desk_writes_is_no_record(name: str, team: Team) -> None:
    whole = record_letter(answer(LONG), team.first)
    assert isinstance(read_record(whole), AnswerRecord)
    with pytest.raises(RecordMalformed):
        read_record(BAD[name](whole))


@pytest.mark.parametrize("digits", ["00" * 15, "zz" * 16, "00" * 17])
def test_a_take_back_names_a_reply(digits: str, team: Team) -> None:
    with pytest.raises(RecordMalformed):
        read_record(changed("answer", digits)(record_letter(TAKE_BACK, team.first)))


def test_a_workers_letter_is_no_record(team: Team) -> None:
    with pytest.raises(RecordMalformed):
        read_record(letter(team.first))

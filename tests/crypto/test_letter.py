"""Contents: one spelling for each letter, and only ContentMalformed for all else."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from offramp.crypto.errors import ContentMalformed
from offramp.crypto.letter import Attachment, Letter, read_content, write_content
from tests.crypto.samples import LETTER, LETTERS

BAD_LETTERS = [
    {"purpose": "joke"},
    {"campaign": "Quit"},
    {"keyset_id": bytes(31)},
    {"thread": bytes(15)},
    {"reply_key": bytes(33)},
    {"fields": (("text",),)},
    {"fields": ((),)},
    {"fields": (("text\n", ""),)},
    {"fields": (("text", "a"), ("text", "b"))},
    {"fields": (("text", "\ud83d"),)},
    {"attachments": (Attachment("", b""),)},
    {"attachments": (Attachment("\ud83d", b""),)},
    {"attachments": (Attachment("é" * 128, b""),)},
    {"attachments": (Attachment("a", bytes(8_388_609)),)},
]


@given(letter=LETTERS)
def test_what_is_written_is_read(letter: Letter) -> None:
    content = write_content(letter)
    assert read_content(content) == letter
    assert write_content(read_content(content)) == content


@pytest.mark.parametrize("members", BAD_LETTERS, ids=str)
def test_no_bad_letter_is_written(members: dict[str, object]) -> None:
    fields = {name: getattr(LETTER, name) for name in Letter.__slots__} | members
    with pytest.raises(ContentMalformed):
        write_content(Letter(**fields))


@given(content=st.binary(max_size=300))
@example(content=b"\xff\xff\xff\xff")
def test_bytes_are_a_letter_or_malformed(content: bytes) -> None:
    with suppress(ContentMalformed):
        read_content(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = ("purpose", "campaign", "keyset", "thread", "reply_key", "fields", "attachments")


@given(text=st.text(max_size=60) | JSON.map(json.dumps), rest=st.binary(max_size=8))
def test_any_json_is_a_letter_or_malformed(text: str, rest: bytes) -> None:
    raw = text.encode()
    with suppress(ContentMalformed):
        read_content(len(raw).to_bytes(4, "big") + raw + rest)


@given(letter=LETTERS, member=st.sampled_from(MEMBERS), value=JSON)
def test_a_member_of_another_type_is_malformed_or_the_only_spelling(
    letter: Letter, member: str, value: object
) -> None:
    content = write_content(letter)
    end = 4 + int.from_bytes(content[:4], "big")
    said = json.loads(content[4:end])
    said[member] = value
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
    changed = len(raw).to_bytes(4, "big") + raw + content[end:]
    try:
        read = read_content(changed)
    except ContentMalformed:
        return
    assert write_content(read) == changed


@given(letter=LETTERS, data=st.data())
def test_one_changed_byte_is_malformed_or_the_only_spelling(letter: Letter, data: st.DataObject) -> None:
    changed = bytearray(write_content(letter))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        read = read_content(bytes(changed))
    except ContentMalformed:
        return
    assert write_content(read) == changed

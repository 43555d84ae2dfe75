"""Envelopes: what comes out is what went in, and nothing that was touched comes out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.crypto import envelope as layout
from offramp.crypto.envelope import FIXED_HEADER, SIZE_CLASSES, class_of_length, envelope_length, read_header
from offramp.crypto.errors import (
    ContentMalformed,
    EnvelopeError,
    NotForThisKey,
    TooLarge,
    UnsupportedVersion,
)
from offramp.crypto.letter import Attachment, Letter, write_content
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.sealing import seal, seal_content
from tests.crypto.samples import ANN, BEN, KEYSET, LETTER, LETTERS
from tests.crypto.vectors import FOLDER

ENVELOPE = seal(LETTER, KEYSET)
ANNS, BENS = Opener(KEYSET, ANN), Opener(KEYSET, BEN)
REFUSED = (EnvelopeError, UnsupportedVersion)


@given(letter=LETTERS)
def test_every_organizer_opens_what_was_sealed(letter: Letter) -> None:
    envelope = seal(letter, KEYSET)
    assert ANNS.open(envelope) == letter
    assert BENS.open(envelope) == letter


@given(bit=st.integers(0, 8 * len(ENVELOPE) - 1))
@settings(max_examples=400)
def test_no_flipped_bit_goes_unseen(bit: int) -> None:
    assert_refused(bit)


def test_no_flipped_bit_of_the_fixed_header_goes_unseen() -> None:
    for bit in range(8 * FIXED_HEADER.size):
        assert_refused(bit)


def assert_refused(bit: int) -> None:
    changed = bytearray(ENVELOPE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(REFUSED):
        ANNS.open(bytes(changed))


@given(length=st.integers(0, len(ENVELOPE) - 1))
def test_no_truncated_envelope_opens(length: int) -> None:
    with pytest.raises(REFUSED):
        ANNS.open(ENVELOPE[:length])


@given(junk=st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: ENVELOPE[:84] + tail))
def test_no_junk_opens(junk: bytes) -> None:
    with pytest.raises(REFUSED):
        ANNS.open(junk)


def test_sealing_twice_shares_nothing_but_the_head() -> None:
    other = seal(LETTER, KEYSET)
    assert other[:52] == ENVELOPE[:52]
    assert other[52:84] != ENVELOPE[52:84]
    equal = sum(one == two for one, two in zip(other[84:], ENVELOPE[84:], strict=True))
    assert equal < len(ENVELOPE) / 128  # one in 256 is equal by chance


def test_all_classes_are_used_and_filled_to_the_byte() -> None:
    smaller = 0
    for size_class in SIZE_CLASSES:
        for room in (smaller + 1 - 4, size_class - 4):
            content = bytes(max(room, 1))
            envelope = seal_content(content, KEYSET)
            assert len(envelope) == envelope_length(size_class, KEYSET.slot_count)
            assert read_header(envelope).size_class == size_class
            assert ANNS.open_content(envelope) == content
        smaller = size_class
    with pytest.raises(TooLarge):
        seal_content(bytes(SIZE_CLASSES[-1] - 3), KEYSET)


def test_the_largest_letter_comes_back() -> None:
    letter = Letter("help", KEYSET.campaign, KEYSET.id, attachments=(Attachment("a", b"x" * 8_388_000),))
    envelope = seal(letter, KEYSET)
    assert len(envelope) == layout.envelope_length(layout.SIZE_CLASSES[-1], KEYSET.slot_count)
    assert BENS.open(envelope) == letter


def test_a_letter_for_another_keyset_is_not_sealed() -> None:
    for letter in (
        Letter("help", "another", KEYSET.id),
        Letter("help", KEYSET.campaign, bytes(32)),
    ):
        with pytest.raises(ContentMalformed):
            seal(letter, KEYSET)
        with pytest.raises(ContentMalformed):
            ANNS.open(seal_content(write_content(letter), KEYSET))


def test_a_strange_key_has_no_opener() -> None:
    for key in (OpeningKey.generate(), OpeningKey(ANN.x25519, BEN.mlkem_seed)):
        with pytest.raises(NotForThisKey):
            Opener(KEYSET, key)


def test_a_key_does_not_show_itself() -> None:
    assert repr(ANN) == "OpeningKey()"


def test_the_lengths_are_those_that_the_format_prints() -> None:
    text = (FOLDER.parent / "FORMAT.md").read_text()
    rows = re.findall(r"^\| ([\d ]+) \| ([\d ]+) \| ([\d ]+) \|$", text, re.MULTILINE)
    printed = [[int(cell.replace(" ", "")) for cell in row] for row in rows]
    assert printed == [[one, envelope_length(one, 6), envelope_length(one, 8)] for one in SIZE_CLASSES]


def test_a_length_tells_its_class_and_no_other() -> None:
    for slots in range(layout.MIN_SLOTS, layout.MAX_SLOTS + 1):
        for size_class in SIZE_CLASSES:
            length = envelope_length(size_class, slots)
            assert class_of_length(length, slots) == size_class
            assert class_of_length(length + 1, slots) is None
            assert class_of_length(length, slots + 1) is None
    assert len(layout.ENVELOPE_LENGTHS) == 54

"""Phrases, against another implementation of BIP39 and against what people type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from offramp.crypto.board import shard_number
from tests.crypto.phrase import (
    WORDS,
    PhraseError,
    PhraseUnknownWord,
    PhraseWrongLength,
    read_phrase,
    reply_key_of,
    suggestions,
    thread_of,
    words_of,
)

ENTROPY = st.binary(min_size=16, max_size=16)
BETWEEN = st.sampled_from([" ", "  ", "\n", "\r\n", ", ", "\t", "\u3000", " 7. ", " - ", "; "])


@given(entropy=ENTROPY)
def test_the_words_are_those_of_bip39(entropy: bytes) -> None:
    assert " ".join(words_of(entropy)) == Mnemonic("english").to_mnemonic(entropy)


@given(words=st.lists(st.sampled_from(WORDS), min_size=12, max_size=12))
@settings(max_examples=400)
def test_the_checksum_is_that_of_bip39(words: list[str]) -> None:
    phrase = " ".join(words)
    try:
        entropy = read_phrase(phrase)
    except PhraseError:
        assert not Mnemonic("english").check(phrase)
    else:
        assert bytes(Mnemonic("english").to_entropy(phrase)) == entropy


@given(entropy=ENTROPY, between=st.lists(BETWEEN, min_size=11, max_size=11), upper=st.booleans())
def test_however_it_is_typed(entropy: bytes, between: list[str], upper: bool) -> None:
    first, *others = words_of(entropy)
    text = "1. " + first + "".join(gap + word for gap, word in zip(between, others, strict=True)) + "\n"
    assert read_phrase(text.upper() if upper else text) == entropy


@given(text=st.text(max_size=200))
def test_any_text_is_a_phrase_or_refused(text: str) -> None:
    with pytest.raises(PhraseError):
        read_phrase(text)


@given(entropy=ENTROPY, place=st.integers(0, 11), data=st.data())
def test_a_letter_left_out_is_found(entropy: bytes, place: int, data: st.DataObject) -> None:
    """And the word is suggested, unless three others are as near, or it became another word."""
    words = words_of(entropy)
    word = words[place]
    gone = data.draw(st.integers(0, len(word) - 1))
    words[place] = word[:gone] + word[gone + 1 :]
    if words[place] in WORDS:
        return
    with pytest.raises(PhraseUnknownWord) as refusal:
        read_phrase(" ".join(words))
    assert refusal.value.place == place + 1
    assert word in refusal.value.suggestions or len(refusal.value.suggestions) == 3


@pytest.mark.parametrize("word", WORDS[::37])
def test_four_letters_are_enough_to_be_understood(word: str) -> None:
    assert word in suggestions(word[:4] + "qqqqqq")


@given(entropy=ENTROPY, count=st.integers(0, 40).filter(lambda count: count != 12))
def test_the_number_of_words_is_told(entropy: bytes, count: int) -> None:
    with pytest.raises(PhraseWrongLength) as refusal:
        read_phrase(" ".join((words_of(entropy) * 4)[:count]))
    assert refusal.value.count == count


@given(entropy=ENTROPY)
def test_what_comes_of_it(entropy: bytes) -> None:
    reply_key, thread = reply_key_of(entropy), thread_of(entropy)
    assert (len(reply_key), len(thread)) == (32, 16)
    assert thread not in reply_key
    assert 0 <= shard_number(thread) <= 65_535

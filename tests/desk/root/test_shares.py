"""Shares of a root key: any few are the key, fewer are nothing, and what was typed wrongly is named."""

from __future__ import annotations

import itertools
import random
import re

import pytest
from shamir_mnemonic import generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from offramp.desk.keys import RootKey
from offramp.desk.root.errors import (
    BadSplit,
    NotAShare,
    NotAShareWord,
    ShareMistyped,
    SharesDiffer,
    SharesNeeded,
)
from offramp.desk.root.share_words import read_words
from offramp.desk.root.shares import RootShare, Split, join_shares, split_root

ROOT = RootKey(bytes(range(32)))
SHARES = split_root(ROOT, Split(2, 3))
WORDS = SHARES[0].words


@pytest.mark.parametrize("split", [Split(2, 2), Split(2, 3), Split(3, 5), Split(16, 16)])
def test_any_so_many_are_the_key_and_fewer_are_not(split: Split) -> None:
    shares = split_root(ROOT, split)
    assert [one.number for one in shares] == list(range(1, split.made + 1))
    for some in itertools.combinations(shares, split.needed):
        assert join_shares(some) == ROOT
    for few in itertools.combinations(shares, split.needed - 1):
        with pytest.raises(SharesNeeded):
            join_shares(few)


def test_more_than_are_needed_are_as_good() -> None:
    assert join_shares(SHARES) == ROOT


def test_one_share_twice_is_one() -> None:
    with pytest.raises(SharesNeeded):
        join_shares([SHARES[0], SHARES[0]])
    with pytest.raises(SharesNeeded):
        join_shares([])


def test_shares_of_two_splittings_do_not_mix() -> None:
    with pytest.raises(SharesDiffer):
        join_shares([SHARES[0], split_root(ROOT, Split(2, 3))[1]])


def test_a_splitting_has_nothing_in_common_with_the_one_before() -> None:
    again = split_root(ROOT, Split(2, 3))
    assert again[0].words[5:] != SHARES[0].words[5:]
    assert join_shares(again[1:]) == ROOT


@pytest.mark.parametrize(("needed", "made"), [(1, 1), (1, 3), (0, 3), (4, 3), (2, 17), (-1, 2)])
def test_no_share_signs_alone_and_none_is_missing(needed: int, made: int) -> None:
    with pytest.raises(BadSplit):
        Split(needed, made)


@pytest.mark.parametrize("share", SHARES)
def test_what_is_written_is_read(share: RootShare) -> None:
    assert len(share.words) == 33
    assert len(share.to_bytes()) == 66
    assert RootShare.from_bytes(share.to_bytes()) == share
    assert read_words(" ".join(share.words)) == share


@pytest.mark.parametrize("payload", [b"", bytes(65), bytes(66), bytes(67), b"\xff" * 66])
def test_bytes_that_are_no_share(payload: bytes) -> None:
    with pytest.raises(NotAShare):
        RootShare.from_bytes(payload)


def test_four_letters_of_each_word_are_enough() -> None:
    assert read_words(" ".join(word[:4].upper() for word in WORDS)) == SHARES[0]


@pytest.mark.parametrize("count", [1, 20, 32, 34])
def test_other_numbers_of_words(count: int) -> None:
    with pytest.raises(NotAShare, match=f"These are {count} words"):
        read_words(" ".join((*WORDS, "acid")[:count]))


def other_word(word: str, rng: random.Random) -> str:
    others: list[str] = [one for one in WORDLIST if one != word]
    return rng.choice(others)


@pytest.mark.parametrize("at", range(33))
def test_one_wrong_word_is_named_by_its_place(at: int) -> None:
    wrong = other_word(WORDS[at], random.Random(at))
    with pytest.raises(ShareMistyped, match=f"Word {at + 1}, '{wrong}', seems to be wrong"):
        read_words(" ".join((*WORDS[:at], wrong, *WORDS[at + 1 :])))


@pytest.mark.parametrize("at", range(32))
def test_two_words_in_each_others_place_are_named(at: int) -> None:
    swapped = (*WORDS[:at], WORDS[at + 1], WORDS[at], *WORDS[at + 2 :])
    if swapped == WORDS:
        assert read_words(" ".join(swapped)) == SHARES[0]
        return
    with pytest.raises(ShareMistyped, match=f"Words {at + 1} and {at + 2} "):
        read_words(" ".join(swapped))


@pytest.mark.parametrize("seed", range(30))
def test_several_wrong_words_never_pass(seed: int) -> None:
    rng = random.Random(seed)
    words = list(WORDS)
    for at in rng.sample(range(33), rng.randint(2, 3)):
        words[at] = other_word(words[at], rng)
    with pytest.raises(ShareMistyped):
        read_words(" ".join(words))


def test_a_word_of_no_list_is_named_with_those_that_look_like_it() -> None:
    with pytest.raises(NotAShareWord, match=r"Word 3, 'academix', is not one .* Is it academic"):
        read_words(" ".join((*WORDS[:2], "academix", *WORDS[3:])))


FOREIGN = [
    generate_mnemonics(1, [(2, 3)], bytes(16), iteration_exponent=0)[0][0],  # of 128 bits
    generate_mnemonics(1, [(1, 1)], bytes(32), iteration_exponent=0)[0][0],  # the key itself
    generate_mnemonics(1, [(2, 3)], bytes(32), iteration_exponent=1)[0][0],
    generate_mnemonics(1, [(2, 3), (2, 3)], bytes(32), iteration_exponent=0)[0][0],  # of two groups
    generate_mnemonics(1, [(2, 3)], bytes(32), extendable=False, iteration_exponent=0)[0][0],
]


@pytest.mark.parametrize("words", FOREIGN)
def test_other_programs_words_are_refused(words: str) -> None:
    with pytest.raises(NotAShare):
        RootShare.of(words.split())
    with pytest.raises(NotAShare):
        read_words(words)


def test_a_share_does_not_show_itself_in_a_traceback() -> None:
    assert not set(re.findall(r"[a-z]+", repr(SHARES[0]))) & set(WORDS[5:])

"""Reading the words of a share that somebody types from paper, and naming the word that is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from shamir_mnemonic.rs1024 import create_checksum
from shamir_mnemonic.wordlist import WORD_INDEX_MAP, WORDLIST

from offramp.desk.root.errors import NotAShareWord, ShareMistyped
from offramp.desk.root.shares import WORDS, RootShare

_BITS: Final = 10  # the list has 2^10 words
_CHECKSUM: Final = 3  # words at the end
_CUSTOM: Final = b"shamir_extendable"
_BEGINNING: Final = 4
"""No two words of the list begin with the same four letters."""


def read_words(typed: str) -> RootShare:
    """The share that these words are; four letters of each are enough.

    Raises NotAShareWord and ShareMistyped, which say what to look at, or NotAShare.
    """
    words = [_word(number, one) for number, one in enumerate(typed.lower().split(), start=1)]
    if len(words) == WORDS:
        places = [WORD_INDEX_MAP[word] for word in words]
        if _residue(places):
            raise ShareMistyped(_what_is_wrong(words, places))
    return RootShare.of(words)


def _word(number: int, typed: str) -> str:
    if typed in WORD_INDEX_MAP:
        return typed
    begun: list[str] = [word for word in WORDLIST if len(typed) >= _BEGINNING and word.startswith(typed)]
    if len(begun) == 1:
        return begun[0]
    near = difflib.get_close_matches(typed, WORDLIST, n=3, cutoff=0.6)
    meant = f" Is it {' or '.join(near)}?" if near else ""
    raise NotAShareWord(f"Word {number}, '{typed[:20]}', is not one that a share can have.{meant}")


def _residue(places: Sequence[int]) -> int:
    """0 where the checksum of SLIP-39 holds."""
    given, sum_ = places[-_CHECKSUM:], create_checksum(places[:-_CHECKSUM], _CUSTOM)
    return sum((one ^ other) << _BITS * at for at, (one, other) in enumerate(zip(given, sum_, strict=True)))


def _what_is_wrong(words: Sequence[str], places: Sequence[int]) -> str:
    """The checksum tells where one word is wrong, or where two neighbours changed places.

    What stands there instead is for the person to read from the paper: a guess of ours could fit by chance.
    """
    compare = "Compare it with the paper."
    swapped = _swapped(places)
    if swapped is not None:
        return f"Words {swapped + 1} and {swapped + 2} seem to be in each other's place. {compare}"
    wrong = _wrong_place(places)
    if wrong is not None:
        return f"Word {wrong + 1}, '{words[wrong]}', seems to be wrong. {compare}"
    return "More than one of these words is wrong. Compare each with the paper."


def _swapped(places: Sequence[int]) -> int | None:
    for at in range(len(places) - 1):
        other = [*places[:at], places[at + 1], places[at], *places[at + 2 :]]
        if other != list(places) and not _residue(other):
            return at
    return None


def _wrong_place(places: Sequence[int]) -> int | None:
    """The one place where another word would make the checksum hold; there are no two, as 3 errors are found."""
    wanted = _residue(places)
    for at in range(len(places)):
        # The checksum is linear: what a changed word does to it is the sum of what its changed bits do.
        bits = [wanted ^ _residue(_with_bit(places, at, bit)) for bit in range(_BITS)]
        if _is_sum_of(wanted, bits):
            return at
    return None


def _with_bit(places: Sequence[int], at: int, bit: int) -> list[int]:
    changed = list(places)
    changed[at] ^= 1 << bit
    return changed


def _is_sum_of(wanted: int, bits: Sequence[int]) -> bool:
    """Whether some of these numbers, added without carry, give the one that is wanted."""
    basis: list[int] = []
    for one in bits:
        rest = _reduced(one, basis)
        if rest:
            basis.append(rest)
            basis.sort(reverse=True)
    return _reduced(wanted, basis) == 0


def _reduced(number: int, basis: Sequence[int]) -> int:
    for one in basis:
        number = min(number, number ^ one)
    return number

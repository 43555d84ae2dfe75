"""The phrase (FORMAT.md, 7) in Python, beside the page's.

The phrase never leaves the page, so no laptop and no server has a use for this: it is a second reading of
the format, which the tests hold the page's against.
"""

# ruff: noqa: N818 — FORMAT.md fixes these names; they are the `expect` words of the vectors

from __future__ import annotations

import hashlib
import unicodedata
from itertools import groupby
from typing import Final

from mnemonic import Mnemonic

from offramp.crypto import labels
from offramp.crypto.errors import OfframpError
from offramp.crypto.hashing import labelled_hash

WORDS: Final[list[str]] = Mnemonic("english").wordlist
_PLACES: Final = {word: place for place, word in enumerate(WORDS)}
_COUNT: Final = 12
_FARTHEST: Final = 2


class PhraseError(OfframpError):
    """This phrase opens nothing."""


class PhraseWrongLength(PhraseError):
    """A phrase has twelve words."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count


class PhraseUnknownWord(PhraseError):
    """One of these words is in no phrase."""

    def __init__(self, place: int, suggestions: list[str]) -> None:
        super().__init__()
        self.place = place
        self.suggestions = suggestions


class PhraseWrongChecksum(PhraseError):
    """These words do not belong together."""


def words_of(entropy: bytes) -> list[str]:
    """The twelve words of 16 bytes (7.1, steps 2 and 3)."""
    bits = int.from_bytes(entropy, "big") << 4 | hashlib.sha256(entropy).digest()[0] >> 4
    return [WORDS[bits >> shift & 2047] for shift in range(121, -1, -11)]


def typed_words(text: str) -> list[str]:
    """What a person typed, taken apart (7.2, steps 1 and 2)."""
    simple = unicodedata.normalize("NFKD", text).lower()
    seen = [one for one in simple if unicodedata.category(one) != "Cf"]
    words = ("".join(run) for is_word, run in groupby(seen, _stands_in_words) if is_word)
    without_numbers = (_without_number(word) for word in words)
    return [word for word in without_numbers if word]


def _stands_in_words(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or unicodedata.category(character) == "Nd"


def _without_number(word: str) -> str:
    digits = next((i for i, one in enumerate(word) if unicodedata.category(one) != "Nd"), len(word))
    return word[digits:]


def read_phrase(text: str) -> bytes:
    """The entropy [16] of a phrase as a person typed it (7.2). Raises PhraseError."""
    words = typed_words(text)
    if len(words) != _COUNT:  # step 3
        raise PhraseWrongLength(len(words))
    for place, word in enumerate(words, 1):  # step 4
        if word not in _PLACES:
            raise PhraseUnknownWord(place, suggestions(word))
    bits = 0
    for word in words:
        bits = bits << 11 | _PLACES[word]
    entropy = (bits >> 4).to_bytes(16, "big")
    if words_of(entropy) != words:  # step 5
        raise PhraseWrongChecksum
    return entropy


def suggestions(typed: str) -> list[str]:
    """At most three words that may be meant, the likeliest first (7.2, step 4)."""
    ranked = [(_distance(typed, word), typed[0] != word[0], place, word) for place, word in enumerate(WORDS)]
    return [word for distance, _, _, word in sorted(ranked) if distance <= _FARTHEST][:3]


def _distance(typed: str, word: str) -> int:
    same = min(4, len(typed), len(word))
    if same >= 3 and typed[:same] == word[:same]:
        return 1
    if abs(len(typed) - len(word)) > _FARTHEST:
        return _FARTHEST + 1
    rows = [list(range(len(word) + 1))]
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(word, 1):
            best = min(rows[-1][j - 1] + (letter != other), rows[-1][j] + 1, row[-1] + 1)
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def reply_key_of(entropy: bytes) -> bytes:
    """The reply key [32] (7.3)."""
    return labelled_hash(labels.REPLY_KEY, entropy)


def thread_of(entropy: bytes) -> bytes:
    """The thread id [16] (7.3)."""
    return labelled_hash(labels.THREAD, entropy)[:16]

"""A sketch of a text: a hundred bytes by which two texts are compared without looking at them again.

Whoever floods an inbox changes a little each time: a name, a number, a smiley, capitals, letters that look
alike in another script. All of that is taken out first. What is left is cut into overlapping pieces of six
letters; the share of pieces that two texts have in common is what we call their likeness. The sketch keeps,
for each of 48 classes of pieces, the smallest hash among them; the share of classes in which two sketches
agree is about the texts' likeness (one-permutation hashing).
"""

from __future__ import annotations

import sys
import unicodedata
from array import array
from collections.abc import Sequence
from typing import Final
from zlib import crc32

CLASSES: Final = 48
_PIECE: Final = 6
_TAKEN: Final = 3_000
"""Letters of a text that count: what comes later changes little, and a flood may be long."""
_FEWEST: Final = 40
"""Texts with fewer letters are alike only when all of them are the same: short ones are often alike by chance."""

# Letters of other scripts, in lower case, under the Latin letter that they are painted like.
_PAINTED_LIKE: Final = {
    "a": "аαɑ",
    "b": "ьв",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еєε",
    "g": "ɡ",
    "h": "һнհ",
    "i": "іιı",
    "j": "јϳ",
    "k": "кκ",
    "l": "ӏ",
    "m": "м",
    "n": "пηո",
    "o": "оοσօ",
    "p": "рρ",
    "q": "ԛ",
    "r": "гя",
    "s": "ѕ",
    "t": "тτ",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝωш",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
}
_PASSES_FOR: Final = str.maketrans({odd: plain for plain, odds in _PAINTED_LIKE.items() for odd in odds})


def letters_only(text: str) -> str:
    """The letters of a text that count, in lower case, look-alikes made Latin, without anything between them."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text[: 2 * _TAKEN]).casefold()
        text = parts.translate(_PASSES_FOR)
    letters = filter(str.isalpha, text[: 2 * _TAKEN].lower())
    return "".join(letters)[:_TAKEN]


def sketch(text: str) -> bytes:
    """The sketch [96] of a text; empty for a text without a letter."""
    letters = letters_only(text).encode()
    if not letters:
        return b""
    if len(letters) < _FEWEST:
        whole = crc32(letters)
        return _packed([crc32(bytes((n,)), whole) for n in range(CLASSES)])
    hashes = [crc32(letters[at : at + _PIECE]) for at in range(len(letters) - _PIECE + 1)]
    # The last value that a class gets is the smallest. A class is a range of hashes' upper bits.
    smallest = {(value * CLASSES) >> 32: value for value in sorted(set(hashes), reverse=True)}
    return _packed(_filled(smallest))


def values(made: bytes) -> array[int]:
    """The numbers in a sketch, to compare with `likeness`."""
    found = array("H", made)
    if sys.byteorder == "little":
        found.byteswap()
    return found


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """In which share of classes two sketches agree: 0 to 1."""
    return sum(map(int.__eq__, one, other)) / CLASSES


def _filled(smallest: dict[int, int]) -> list[int]:
    """A class without a piece borrows from the next that has one, and says from how far."""
    made = [0] * CLASSES
    far = min(smallest)  # from behind the last class round to the first that has one
    value = smallest[far]
    for at in reversed(range(CLASSES)):
        value, far = (smallest[at], 0) if at in smallest else (value, far + 1)
        made[at] = value + 0x9E37 * far
    return made


def _packed(made: list[int]) -> bytes:
    """Sixteen bits of each are enough: two that differ agree in them once in 65 536 times."""
    found = array("H", [value & 0xFFFF for value in made])
    if sys.byteorder == "little":
        found.byteswap()
    return found.tobytes()

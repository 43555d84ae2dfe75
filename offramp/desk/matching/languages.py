"""Languages as people write them down: "English, some español; Kreyòl" is three."""

from __future__ import annotations

import functools
import re
from typing import Final

from offramp.desk.matching.words import folded
from offramp.desk.visible import on_one_line

ENGLISH: Final = "English"
"""What is assumed where nobody said anything, not even by the language of the page that they wrote on."""

# How each is called here, then other names of it, without accents.
_NAMES: Final = (
    "English ingles anglais",
    "Spanish espanol castellano espagnol",
    "Portuguese portugues portugais brazilian",
    "French francais frances",
    "Haitian Creole|creole|kreyol|kreyol ayisyen",
    "Chinese mandarin cantonese putonghua 中文 普通话 广东话 粤语",
    "Vietnamese tieng",
    "Tagalog filipino pilipino",
    "Korean hangul 한국어",
    "Japanese nihongo 日本語",
    "Arabic العربية",
    "Russian russkij русскии русский",
    "Ukrainian українська украінська",
    "Polish polski",
    "German deutsch aleman",
    "Italian italiano",
    "Hindi हिन्दी",
    "Urdu اردو",
    "Punjabi panjabi",
    "Bengali bangla",
    "Gujarati",
    "Tamil",
    "Telugu",
    "Nepali",
    "Persian farsi dari فارسی",
    "Pashto pashtu",
    "Turkish turkce",
    "Hebrew ivrit",
    "Amharic",
    "Tigrinya",
    "Somali",
    "Swahili kiswahili",
    "Yoruba",
    "Igbo",
    "Hausa",
    "Greek",
    "Albanian shqip",
    "Armenian",
    "Romanian romana",
    "Hungarian magyar",
    "Thai",
    "Khmer cambodian",
    "Lao",
    "Burmese",
    "Hmong",
    "Indonesian bahasa",
    "Samoan",
    "Hawaiian",
    "Navajo dine",
    "Quechua runasimi",
    "Mam",
    "K'iche'|quiche|kiche",
    "Q'eqchi'|qeqchi|kekchi",
    "Nahuatl",
    "Mixtec mixteco",
    "Zapotec zapoteco",
    "American Sign Language|asl|sign language",
)
_SEPARATORS: Final = re.compile(r"[,;/&+|\n.()]|\b(?:and|y|et|or|und)\b")
# What people say about a language besides its name.
_ABOUT: Final = re.compile(
    r"\b(?:i|we|speak|write|read|a|an|some|little|bit|of|basic|fluent|fluently|native|good|very|is|are|my|first|"
    r"second|language|languages|also|both|conversational|working|knowledge|intermediate|advanced|only|mostly|"
    r"mother|tongue|in|fine|ok|preferably|prefer|please|any)\b"
)
_MOST: Final = 12
_LONGEST: Final = 30


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _NAMES:
        name, *others = line.split("|") if "|" in line else line.split()
        table |= {folded(one): name for one in (name, *others)}
    return table


_KNOWN: Final = _table()
_KNOWN_NAME: Final = re.compile(
    "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(_KNOWN, key=lambda one: (-len(one), one)))
)


@functools.lru_cache(maxsize=16_384)
def languages_in(text: str) -> tuple[str, ...]:
    """The languages that a text names, at most 12, in its order; one that we do not know is kept as written."""
    found: dict[str, None] = {}
    for part in _SEPARATORS.split(folded(text[:500])):
        known = [_KNOWN[one] for one in _KNOWN_NAME.findall(part)]
        other = " ".join(_ABOUT.sub(" ", part).split())
        # More than two words are no name of a language but something that somebody wanted to say.
        for name in known or [other.title()] * (0 < len(other.split()) <= 2):
            found.setdefault(on_one_line(name, _LONGEST))
    return tuple(found)[:_MOST]


@functools.lru_cache(maxsize=16_384)
def language_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The same for several texts."""
    return tuple(dict.fromkeys(name for text in texts for name in languages_in(text)))

"""Whether a kind of help that somebody wants is among the things that somebody else can do."""

from __future__ import annotations

import functools
import re
import string
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
# Words that two phrases may share without meaning the same.
_EMPTY: Final = frozenset(
    re.findall(
        r"\w+",
        """
a about after all an and any are at be by can do for from get have help how i in into is it me my new of on or
our out some someone something that the their them through to up us want we what which who with you your
""",
    )
)
# Kinds of help that are called otherwise by those who want them and by those who give them. All words on the
# left in what is wanted, and all on the right in what is offered.
_ALSO: Final = tuple(
    (frozenset(wanted.split()), frozenset(offered.split()))
    for wanted, offered in (
        ("choosing field", "coaching"),
        ("choosing field", "coach"),
        ("talk", "coaching"),
        ("talk", "coach"),
        ("finding job", "introduction employer"),
        ("finding job", "recruiter"),
        ("resume", "cv"),
        ("cv", "resume"),
    )
)
_NO_LETTERS: Final = str.maketrans(dict.fromkeys(string.punctuation, " "))
_TEXT_READ: Final = 20_000
"""Characters of a free text that are looked at; the page takes no more."""


def folded(text: str) -> str:
    """Without case and accents, so that "Résumé" is "resume"."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@functools.lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The words that carry a phrase's meaning, in the singular."""
    return frozenset(map(_singular, _WORD.findall(folded(text)))) - _EMPTY


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@functools.lru_cache(maxsize=65_536)
def covers(skill: str, wish: str) -> bool:
    """Whether a skill answers a wish: one says all that the other says, or they are known to go together."""
    wanted, offered = stems(wish), stems(skill)
    if not wanted or not offered:
        return wish == skill
    also = any(one <= wanted and other <= offered for one, other in _ALSO)
    return wanted <= offered or offered <= wanted or also


@functools.lru_cache(maxsize=16)
def _vocabulary(wishes: tuple[str, ...]) -> frozenset[str]:
    """The words that matter, in both numbers: a text has hundreds, and there are thousands of texts."""
    words = {word for wish in wishes for word in stems(wish)} | {one for pair in _ALSO for one in pair[1]}
    return frozenset(words | {f"{word}s" for word in words})


def mentioned(text: str, wishes: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these kinds of help a free text speaks of, in the order of `wishes`."""
    words = folded(text[:_TEXT_READ]).translate(_NO_LETTERS).split()
    return _spoken_of(_vocabulary(wishes).intersection(words), wishes)


@functools.lru_cache(maxsize=4096)
def _spoken_of(words: frozenset[str], wishes: tuple[str, ...]) -> tuple[str, ...]:
    found = frozenset(map(_singular, words))
    return tuple(wish for wish in wishes if _speaks_of(found, wish))


def _speaks_of(found: frozenset[str], wish: str) -> bool:
    wanted = stems(wish)
    also = any(one <= wanted and other <= found for one, other in _ALSO)
    return bool(wanted) and (wanted <= found or also)

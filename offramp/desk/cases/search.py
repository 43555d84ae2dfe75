"""Searching in all text. Ten thousand letters are a few megabytes: going through them takes milliseconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from offramp.desk.cases.merging import main_cases, members_of
from offramp.desk.cases.versions import version_of
from offramp.desk.cases.words import MOST_FOLDED, all_text, folded
from offramp.desk.desk import Desk

_BETWEEN: Final = "\n"  # what is searched for never has it, so no hit goes from one text into the next
_ID: Final = re.compile(r"[0-9a-f]{6,32}")


def searching(desk: Desk, words: str) -> Callable[[bytes], bool]:
    """Says of a case whether all these words are in it somewhere; case and accents make no difference.

    Words between quotation marks belong together. The beginning of an id finds its case too.
    """
    wanted = _wanted(words)

    def found(case: bytes) -> bool:
        text = text_of(desk, case)
        return all(word in text or _is_id(desk, case, word) for word in wanted)

    return found


def search(desk: Desk, words: str) -> list[bytes]:
    """The ids of the main cases that have all these words, in no order; all of them where there is no word."""
    found = searching(desk, words)
    return [case for case in main_cases(desk) if found(case)]


def text_of(desk: Desk, case: bytes) -> str:
    """All text of a case, folded, each piece on a line."""
    known: dict[bytes, tuple[int, str]] = desk.memo.setdefault(text_of, {})
    version = version_of(desk, case)
    at, text = known.get(case, (-1, ""))
    if at != version:
        text = _BETWEEN.join(_folded(all_text(desk, case)))
        known[case] = (version, text)
    return text


def _folded(texts: Iterable[str]) -> Iterator[str]:
    """Each on a line; together they may swell no more than one may."""
    left = MOST_FOLDED
    for one in texts:
        yield " ".join(folded(one, left).split())
        left = max(0, left - len(one)) if not one.isascii() else left


def _wanted(words: str) -> list[str]:
    parts = folded(words).split('"')
    loose = [word for part in parts[::2] for word in part.split()]
    return [*loose, *(together for part in parts[1::2] if (together := " ".join(part.split())))]


def _is_id(desk: Desk, case: bytes, word: str) -> bool:
    if not _ID.fullmatch(word):
        return False
    members = members_of(desk, case)
    ids = [*members, *(letter.id for one in members for letter in desk.cases[one].letters)]
    return any(one.hex().startswith(word) for one in ids)

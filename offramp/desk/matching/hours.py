"""How much time an adviser has, from the words of the campaign's form, and how many people that is enough for."""

from __future__ import annotations

import functools
import re
from typing import Final

from offramp.desk.matching.words import folded

HOURS_A_REQUEST: Final = 4
"""What helping one person takes in a month: some letters to and fro, and a résumé gone through twice."""

_NUMBERS: Final = {
    name: number
    for number, names in enumerate(
        ("", "a an one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for name in names.split()
}
_LONGEST: Final = 100
"""Characters of a choice that are looked at: a hostile one must not keep the desk busy."""
_TIMES: Final = {"day": 20, "week": 4, "month": 1}
_SAID: Final = re.compile(
    r"(?P<low>\d{1,3}|[a-z]+)(?:\s*(?:to|or|-|–)\s*(?P<high>\d{1,3}|[a-z]+))?\s*"
    r"(?:hours?|hrs?|h)\s*(?:a|an|per|each|every|/)?\s*(?P<unit>day|week|month)"
)
_MORE: Final = re.compile(r"\bmore\b")


@functools.lru_cache(maxsize=1024)
def hours_a_month(choice: str, options: tuple[str, ...] = ()) -> int | None:
    """Hours a month that a choice means; None where it does not say.

    Of a range it is the lower end, so that nobody is given more than they offered. "More" is what the option
    before it goes up to.
    """
    spans = _span(choice)
    if spans:
        return spans[0]
    if choice in options and _MORE.search(folded(choice)):
        before = [_span(one) for one in options[: options.index(choice)]]
        return next((span[1] for span in reversed(before) if span), None)
    return None


def _span(choice: str) -> tuple[int, int] | None:
    found = _SAID.search(folded(choice[:_LONGEST]))
    if not found:
        return None
    low, high = _number(found["low"]), _number(found["high"] or found["low"])
    if low is None or high is None:
        return None
    return low * _TIMES[found["unit"]], high * _TIMES[found["unit"]]


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else _NUMBERS.get(word)


def places(hours: int | None) -> int:
    """How many people an adviser can help at a time: one at least, unless they said that they have no time."""
    if hours is None:
        return 1
    return max(1, hours // HOURS_A_REQUEST) if hours > 0 else 0

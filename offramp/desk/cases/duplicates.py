"""What is likely the same person twice, and is left to an organizer to decide.

The same letter under the same words, or twice without any, is shown as one by itself (see `merging`). Here is
what is not so sure: the same text under different words, for whoever has lost them and wrote again; and two
letters with the same way to reach their writer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from offramp.desk.cases.case import KeptLetter
from offramp.desk.cases.merging import SAME_AS, letters_of, main_cases, said
from offramp.desk.cases.words import folded
from offramp.desk.desk import Desk

_MOST_ALIKE: Final = 10
"""What more have in common than so many is a flood, and a matter for `similar`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Main cases [16] that may be one person's, and why, in words."""

    ids: tuple[bytes, ...]
    why: str


def proposals(desk: Desk) -> list[Proposal]:
    """All of them; not those about which somebody decided that they are shown apart."""
    cases = [case for case in main_cases(desk) if desk.state.value(case, SAME_AS) != ""]
    firsts = {case: letters_of(desk, case)[0] for case in cases}
    same = list(_alike((case, said(letter)) for case, letter in firsts.items()))
    reach = _alike((case, key) for case, letter in firsts.items() for key in _contact(letter))
    return [Proposal(group, "say the same, under different words") for group in same] + [
        Proposal(group, "can be reached in the same way") for group in reach if group not in same
    ]


def _contact(letter: KeptLetter) -> Iterator[tuple[str, str]]:
    """How to reach them, if they said it: a field that every campaign calls so."""
    found = "".join(folded(letter.value("contact")).split())
    if len(found) > 5:
        yield letter.purpose, found


def _alike(keys: Iterable[tuple[bytes, object]]) -> Iterator[tuple[bytes, ...]]:
    groups: dict[object, list[bytes]] = defaultdict(list)
    for case, key in keys:
        groups[key].append(case)
    return (tuple(one) for one in groups.values() if 1 < len(one) <= _MOST_ALIKE)

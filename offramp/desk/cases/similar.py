"""Groups of similar texts, so that a flood of the same is one decision."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from offramp.campaign import Campaign
from offramp.crypto.letter import Letter
from offramp.desk.cases.case import PASTED_KEY, KeptLetter, Kind
from offramp.desk.cases.listing import row_of
from offramp.desk.cases.merging import main_of
from offramp.desk.cases.sketch import CLASSES, likeness, sketch, values
from offramp.desk.cases.words import first_words
from offramp.desk.desk import Desk

SMALLEST_GROUP: Final = 3
_ALIKE: Final = 0.4
MOST_NEAR: Final = 20
"""With so many groups a text is compared for each place in which it is like them: whoever makes thousands of texts
that are nearly alike must not keep the desk busy for minutes."""
_BAND: Final = 3
"""Texts are compared when their sketches agree in three neighbouring classes: nearly always when they are alike."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases whose first letters are alike. `id` [16] is the first one's, by which the group is called."""

    id: bytes
    kind: Kind
    ids: tuple[bytes, ...]
    """Those that wait for a decision: new, or open."""
    sample: str
    """The beginning of one of them, as it was written."""
    size: int
    """How many there are in all, with those that were decided."""
    spam: int
    """How many of them were said to be spam."""


def letter_sketch(campaign: Campaign, letter: Letter) -> bytes:
    """The sketch of what was typed into a letter's long fields; what was chosen from a list says nothing."""
    forms = {"help": campaign.help, "offer": campaign.offer, "follow-up": campaign.follow_up}
    form = forms.get(letter.purpose)
    long = {field.id for field in form.fields if field.kind == "text"} - {PASTED_KEY} if form else set()
    return sketch(" ".join(value for name, *values_ in letter.fields if name in long for value in values_))


def groups(desk: Desk) -> list[Group]:
    """Groups of three cases and more in which something is undecided, those with the most first."""
    found = (_group(desk, letters) for letters in _alike(desk))
    return sorted((one for one in found if one), key=lambda one: (-len(one.ids), one.id))


def _group(desk: Desk, letters: list[KeptLetter]) -> Group | None:
    cases = list(dict.fromkeys(main_of(desk, letter.case_id) for letter in letters))
    if len(cases) < SMALLEST_GROUP:
        return None
    rows = [row_of(desk, case) for case in cases]
    undecided = tuple(row.id for row in rows if row.status in ("new", "open"))
    if not undecided:
        return None
    spam = sum(row.status == "spam" for row in rows)
    return Group(cases[0], rows[0].kind, undecided, first_words(desk, letters[0]), len(cases), spam)


def _alike(desk: Desk) -> list[list[KeptLetter]]:
    """All first letters in groups, made again when letters have come or gone."""
    kept: tuple[object, list[list[KeptLetter]]] = desk.memo.get(_alike, (None, []))
    if kept[0] != desk.letters_seen:
        kept = desk.memo[_alike] = (desk.letters_seen, list(_grouped(desk)))
    return kept[1]


def _grouped(desk: Desk) -> Iterator[list[KeptLetter]]:
    """Each letter goes to the group whose first letter it is most like: so no chain of small steps leads far.

    In the order in which they came, so that all of it is the same each time.
    """
    firsts: list[array[int]] = []
    members: list[list[KeptLetter]] = []
    by_band: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for letter in _in_order(desk):
        made = values(letter.sketch)
        bands = [(letter.purpose, at, *made[at : at + _BAND]) for at in range(0, CLASSES, _BAND)]
        near = {number for band in bands for number in by_band.get(band, ())}
        best = max(((likeness(made, firsts[one]), -one) for one in near), default=(0.0, 0))
        if best[0] >= _ALIKE:
            members[-best[1]].append(letter)
            continue
        for band in bands:
            if len(by_band[band]) < MOST_NEAR:
                by_band[band].append(len(firsts))
        firsts.append(made)
        members.append([letter])
    return (one for one in members if len(one) > 1)


def _in_order(desk: Desk) -> list[KeptLetter]:
    letters = (one for one in desk.letters.values() if one.sketch and one.purpose != "follow-up")
    return sorted(letters, key=lambda one: (one.arrived, one.id))

"""Keys that came with an offer: whoever makes an adviser's key pastes its public half into the offer form.

Such a key is a stranger's, like all that an offer says, until its ten words were compared over a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from offramp.crypto.errors import OfframpError
from offramp.desk.cases.case import PASTED_KEY, KeptLetter
from offramp.desk.cases.merging import letters_of, main_of
from offramp.desk.handing.advisers import Adviser, AdviserKey
from offramp.desk.handing.cards import looks_like_card, pasted_card

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

_MOST: Final = 5
"""Keys that are looked at: nobody has more, and each costs some arithmetic."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What was pasted: a key, or else what is wrong with it."""

    key: AdviserKey | None
    problem: str


def offered(desk: Desk, adviser_id: bytes) -> list[Offered]:
    """What the letters of an offer [16] bring, each key once; of those shown as one with it too."""
    main = main_of(desk, adviser_id)
    if main not in desk.cases:
        return []
    found = dict.fromkeys(text for letter in letters_of(desk, main) for text in _pasted(letter))
    return list(dict.fromkeys(map(_read, list(found)[:_MOST])))


def offered_keys(desk: Desk, one: Adviser) -> list[AdviserKey]:
    """The usable keys among them, but for those that are enrolled."""
    found = (pasted.key for pasted in offered(desk, one.id))
    return [key for key in found if key is not None and key not in one.keys]


def _pasted(letter: KeptLetter) -> Iterator[str]:
    """What was pasted into the field for it, or, by mistake, into another one."""
    for name, *values in letter.fields:
        yield from (value for value in values if name == PASTED_KEY or looks_like_card(value))


def _read(text: str) -> Offered:
    try:
        return Offered(pasted_card(text), "")
    except OfframpError as error:
        return Offered(None, " ".join(str(error).split()))

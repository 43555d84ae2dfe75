"""Whether a text seems to say who its writer is. It finds the obvious only: an organizer reads each part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_REACH: Final = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,255}\.\w|(?<!\w)@\w{3,}|https?://|www\.|\b(?:signal|whatsapp|telegram|linkedin|facebook|instagram)\b"
    r"|(?:\+|\b)\d[\d\s().-]{6,}\d",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"\b(?:(?i:my name|call me|i am called|name is|my (?:boss|supervisor|wife|husband|son|daughter)|me llamo"
    r"|mr|mrs|ms|dr|officer|agent|badge)\b[.,:]?\s+(?:is\s+)?)[A-Z\d]\w*"
    r"|\b(?:I am|I'm|I’m|Soy|soy)\s+[A-Z][a-z]+\s+[A-Z][a-z]+"
    r"|(?<=[a-z,] )[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+"
)
_WORK: Final = re.compile(
    r"\b(?:ICE|CBP|HSI|ERO|OFO|OPLA|USBP|DHS|TSA|USCIS)\b|\b(?:border patrol|homeland security|immigration and customs"
    r"|customs and border|enforcement and removal|field operations|detention cent(?:er|re)|port of entry"
    r"|field office|station|sector)\b",
    re.IGNORECASE,
)
_LONGEST_READ: Final = 50_000
"""Characters; the page takes fewer. Looking through millions would keep the desk busy."""
# "ice" in lower case is mostly ice.
_PLAIN_ICE: Final = re.compile(r"\bice\b")


def why_personal(text: str, *, contact: str = "", places_of_work: Iterable[str] = ()) -> str:
    """A sentence that says why this text had better not be handed over unread; "" where nothing was found.

    `contact` is what the person gave to be reached by, `places_of_work` what the form lets them choose from.
    """
    if len(text) > _LONGEST_READ:
        return "It is very long."
    folded = text.casefold()
    if _REACH.search(text) or any(word in folded for word in _words(contact)):
        return "It seems to say how to reach them."
    if _NAME.search(text):
        return "It seems to name somebody."
    if _WORK.search(_PLAIN_ICE.sub("", text)) or any(place in folded for place in _places(places_of_work)):
        return "It seems to say where they work."
    return ""


def _words(contact: str) -> list[str]:
    return [word for word in contact.casefold().split() if len(word) >= 5]


def _places(options: Iterable[str]) -> set[str]:
    """The proper parts of options such as “CBP: Border Patrol”; “other office” is no place."""
    parts = {part.strip().casefold() for option in options if ":" in option for part in option.split(":")}
    return {part for part in parts if len(part) >= 6 and "other" not in part}

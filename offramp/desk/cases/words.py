"""What stands in a case, as words: for searching, and for the one line that a list has room for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from offramp.campaign import Campaign, Form
from offramp.crypto.event import Json
from offramp.desk.cases.case import PASTED_KEY, KeptLetter
from offramp.desk.cases.merging import letters_of, members_of
from offramp.desk.desk import Desk

_SHOWN: Final = 300
"""Characters of a letter that a list shows at the most."""
_SAID: Final = ("note", "answer", "profile")
_WRITTEN: Final = frozenset(("text", "name", "skills", "languages", "regions"))


def main_text(desk: Desk, letter: KeptLetter) -> str:
    """What its writer wrote into the field that the form demands; where that is missing, into the first."""
    mains = desk.memo.get(main_text)
    if mains is None:
        mains = desk.memo[main_text] = _main_fields(desk.campaign)
    return letter.value(mains.get(letter.purpose, "")) or next(
        (value for _, *values in letter.fields for value in values), ""
    )


def first_words(desk: Desk, letter: KeptLetter) -> str:
    """The beginning of that on one line, as it was written: whoever shows it makes it harmless."""
    return " ".join(main_text(desk, letter)[: 4 * _SHOWN].split())[:_SHOWN]


MOST_FOLDED: Final = 20_000
"""Characters of a text whose accents are taken off: the page takes no more, and one can stand for eighteen."""


def folded(text: str, most: int = MOST_FOLDED) -> str:
    """`text` without case and accents: what is searched, and what is searched for."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text[:most])
    plain = unicodedata.normalize("NFKC", "".join(c for c in parts if not unicodedata.combining(c)))
    return plain.casefold() + text[most:].lower()


def all_text(desk: Desk, case: bytes) -> Iterator[str]:
    """Everything that was written in a case: letters, names of files, notes, answers and their files."""
    for letter in letters_of(desk, case):
        for name, *values in letter.fields:
            if name != PASTED_KEY:
                yield from values
        yield from (one.name for one in letter.files)
    for member in members_of(desk, case):
        if not desk.state.fields(member):
            continue
        for field in _SAID:
            for head in desk.state.heads(member, field):
                yield from _texts(head.value)


def _texts(value: Json) -> Iterator[str]:
    """What a person wrote of a value; ids and keys are left out, for their digits make words such as "fed"."""
    for name, one in value.items() if isinstance(value, dict) else ():
        if name == "files" and isinstance(one, list):
            yield from (str(file[0]) for file in one if isinstance(file, list) and file)
        elif name in _WRITTEN and isinstance(one, str):
            yield one
        elif name in _WRITTEN and isinstance(one, list):
            yield from map(str, one)


def _main_fields(campaign: Campaign) -> dict[str, str]:
    forms = {"help": campaign.help, "offer": campaign.offer, "follow-up": campaign.follow_up}
    return {purpose: _demanded(form) for purpose, form in forms.items()}


def _demanded(form: Form) -> str:
    return next(field.id for field in form.fields if field.required)

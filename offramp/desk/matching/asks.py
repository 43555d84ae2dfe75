"""What a request asks for: from the form, from the words of the letter, or as an organizer wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from offramp.crypto.event import Event, Json
from offramp.desk.cases.case import KeptLetter
from offramp.desk.cases.merging import letters_of, main_of
from offramp.desk.desk import Decision, Desk
from offramp.desk.matching.errors import AsksMalformed, NotARequest
from offramp.desk.matching.languages import ENGLISH, language_names
from offramp.desk.matching.profiles import options_of, short, texts
from offramp.desk.matching.words import mentioned
from offramp.desk.page_language import page_language

ASKS: Final = "asks"
"""A field of a case: {"help", "languages", "near", "away"}, each a list of texts, in place of what the form says."""

_LISTS: Final = ("help", "languages", "near", "away")
WHERE_FROM: Final = "adviser_from"
"""The field of the form that asks whether the adviser should be from the same part of the country: its first
option says yes, its second says no."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What to look for in an adviser. `region` is where this person is, "" where that is not known."""

    help: tuple[str, ...]
    languages: tuple[str, ...]  # any of these suits
    region: str
    near: tuple[str, ...]  # parts of the country that the adviser should know
    away: tuple[str, ...]  # parts that the adviser should have nothing to do with
    from_text: bool
    """The kinds of help were not chosen in the form, but read out of the letter."""


def asks_of(desk: Desk, case: bytes) -> Asks:
    """What the request with this id [16] asks for. Raises NotARequest, and KeyError for an unknown id."""
    main = main_of(desk, case)
    if desk.cases[main].kind != "request":
        raise NotARequest
    letters = letters_of(desk, main)
    first = next((one for one in letters if one.purpose == "help"), letters[0])
    written = desk.state.value(main, ASKS)
    asks = _of_letter(desk, first)
    return _written(asks, written) if isinstance(written, dict) else asks


def set_asks(desk: Desk, case: bytes, value: Mapping[str, list[str]]) -> Event:
    """Write down what a request asks for: help, languages, near and away. Raises NotARequest, AsksMalformed."""
    asks_of(desk, case)
    if set(value) != set(_LISTS) or any(texts(list(one)) is None for one in value.values()):
        raise AsksMalformed
    lists: dict[str, Json] = {name: list(value[name]) for name in _LISTS}
    return desk.decide(Decision(main_of(desk, case), ASKS, lists))


def _of_letter(desk: Desk, letter: KeptLetter) -> Asks:
    wishes = options_of(desk.campaign.help, "help")
    chosen = short(letter.values("help"))
    region = letter.value("region")
    places = options_of(desk.campaign.offer, "regions")
    known = (region,) if region in places else ()  # "I would move" is no place
    near, away = _near_or_away(desk, letter, known)
    return Asks(
        chosen or mentioned(letter.value("message"), wishes),
        language_names(letter.values("languages")) or (page_language(letter) or ENGLISH,),
        next(iter(known), ""),
        near,
        away,
        from_text=not chosen,
    )


def _near_or_away(
    desk: Desk, letter: KeptLetter, known: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    options = options_of(desk.campaign.help, WHERE_FROM)
    answer = letter.value(WHERE_FROM)
    if answer not in options[:2]:
        return (), ()
    return (known, ()) if answer == options[0] else ((), known)


def _written(asks: Asks, value: dict[str, Json]) -> Asks:
    lists = {name: short(texts(value.get(name)) or ()) for name in _LISTS}
    return Asks(
        lists["help"],
        language_names(lists["languages"]) or (ENGLISH,),
        asks.region,
        lists["near"],
        lists["away"],
        from_text=False,
    )

"""What somebody at this desk should know about keys, calendar and card before it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from offramp.desk import days
from offramp.desk.known_root import is_older_copy
from offramp.desk.weekly.cards import card_is_sealed_here, lapses, last_import, newest_card
from offramp.desk.weekly.clock import doubt
from offramp.desk.weekly.destroying import destroyed_from, opens_until
from offramp.desk.weekly.signed import calendar_begin, calendar_end, is_signed, weeks_without_key
from offramp.desk.weekly.stock import WEEK, stock, weeks_from

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

_SOON: Final = timedelta(days=21)
_LOUD: Final = timedelta(days=7)
_LATE: Final = timedelta(days=2)
"""For so long after its week's end a keyset may still be sealed to, by clocks that are wrong (FORMAT.md, 3.4)."""


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001  # it is what pages and commands show, and nothing here raises the built-in
    """Some sentences for a person; `urgent` where letters are lost, or the site closes, unless they act."""

    urgent: bool
    text: str


def warnings(desk: Desk) -> list[Warning]:
    """All that is to be said now, what is urgent first; nothing at an adviser's desk."""
    if desk.me.role != "organizer":
        return []
    found = doubt(desk)
    if found is not None:
        return [Warning(True, str(found))]  # all the others go by the date
    said = (_copy, _destruction, _card, _calendar, _strange_keys, _stock)
    return sorted((one for each in said for one in each(desk)), key=lambda one: not one.urgent)


def at_risk(desk: Desk) -> list[date]:
    """The weeks [Monday] whose key goes within a week, and of which there may be letters that nobody has opened."""
    soon, last = days.today() + _LOUD, last_import(desk)
    return [
        one.week
        for one in stock(desk)
        if days.today() < destroyed_from(desk, one.week) <= soon
        and (last is None or last < one.week + WEEK + _LATE)
        and is_signed(desk, one)
    ]


def _destruction(desk: Desk) -> Iterator[Warning]:
    for week in at_risk(desk):
        yield Warning(
            True,
            f"Letters of the week of {days.in_words(week)} can be opened here until "
            f"{days.in_words(opens_until(desk, week))}; then their key is destroyed. Nothing was imported here since "
            "that week ended. Fetch and import before that day, or what nobody has opened is lost.",
        )


def _copy(desk: Desk) -> Iterator[Warning]:
    if is_older_copy(desk):
        yield Warning(
            True,
            "The campaign's copy here is older than one that this desk had before: what is decided here could be "
            "sealed to somebody who has left. Get the newest copy from whoever holds the root key.",
        )


def _card(desk: Desk) -> Iterator[Warning]:
    """This desk knows no cards but its own: where there are other organizers, one of them may have signed."""
    if not card_is_sealed_here(desk):
        return
    alone = not desk.team.others
    closed = (
        "The site takes no letters"
        if alone
        else "Unless another organizer has signed one, the site takes no letters"
    )
    sign = "Fetch, import and read; then sign one with 'offramp card', and push."
    card, today = newest_card(desk), days.today()
    if card is None:
        yield Warning(alone, f"No card was signed at this desk for this calendar. {closed}. {sign}")
        return
    last, promised = lapses(desk, card), days.in_words(card.next_by)
    said = f"The card of this desk says that somebody reads again by {promised}"
    if today > last:
        yield Warning(alone, f"{said}, and has lapsed. {closed}. {sign}")
    elif today > card.next_by:
        yield Warning(alone, f"{said}, and that day is over. {closed} after {days.in_words(last)}. {sign}")
    elif today + _LOUD > card.next_by:
        yield Warning(False, f"{said}. {sign}")


def _calendar(desk: Desk) -> Iterator[Warning]:
    first, last, today = calendar_begin(desk), calendar_end(desk), days.today()
    more = "Ask whoever holds the root key for a new one and a newer copy of the campaign."
    if first is None or last is None:
        yield Warning(
            False,
            "The campaign's copy here has no calendar yet, so nothing can be opened here. Send your key list to "
            "whoever holds the root key, and get a newer copy.",
        )
    elif today + timedelta(days=1) < first:
        yield Warning(
            True,
            f"The calendar here begins on {days.in_words(first)}, and by this laptop's clock today is "
            f"{days.in_words(today)}. If that is not today, set the clock right.",
        )
    elif last < today:
        yield Warning(
            True,
            f"The calendar here ended on {days.in_words(last)}, and by this laptop's clock today is "
            f"{days.in_words(today)}. If that is not today, set the clock right. If it is, then without a newer "
            f"calendar the site takes no letters. {more}",
        )
    elif last - today <= _SOON:
        yield Warning(
            last - today <= _LOUD,
            f"The calendar here ends on {days.in_words(last)}; after that the site takes no letters. {more}",
        )


def _strange_keys(desk: Desk) -> Iterator[Warning]:
    weeks = weeks_without_key(desk)
    if weeks:
        first = days.in_words(weeks[0])
        more = f" and {len(weeks) - 1} later ones" if len(weeks) > 1 else ""
        yield Warning(
            True,
            f"The calendar has keys of yours that are not at this desk, for the week of {first}{more}. They are at "
            "another desk, in a newer backup, or lost. If they are lost, make new ones with 'offramp keys make', and "
            "have a new calendar signed with them. Until then, only other organizers can open those letters.",
        )


def _stock(desk: Desk) -> Iterator[Warning]:
    there, today = {one.week for one in stock(desk)}, days.today()
    wanted = weeks_from(today, desk.campaign.keys.weeks_ahead)
    first = next((week for week in wanted if week not in there), None)
    if first is not None and first - today <= _SOON:
        yield Warning(
            first - today <= _LOUD,
            f"This desk has no key for the week of {days.in_words(first)}. Make more with 'offramp keys make', and "
            "send the new list to whoever holds the root key.",
        )

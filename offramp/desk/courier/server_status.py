"""What a server says of its calendar and its card (GET /status), and what a courier must hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from offramp.desk.courier import server_health
from offramp.desk.courier.server_health import ServerHealth, read_health
from offramp.desk.days import in_words
from offramp.desk.errors import ServerNonsense

CALENDAR_SOON: Final = timedelta(weeks=3)
CARD_SOON: Final = timedelta(weeks=1)
_CLOCKS: Final = timedelta(days=1)
"""By so much two clocks may differ before one of them is said to be wrong."""


@dataclass(frozen=True, slots=True)
class ServerCard:
    """The card that the site shows: the week that was read (its Monday), by when somebody reads again, and the last
    day on which the site takes letters by it."""

    week: date
    next_by: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What a server says on its day `today`.

    `first_day` and `last_day`: from when and until when it has keys without a gap; None where it has none at all.
    `new_card_from`: the first of these days for which it has no card, though it may have one for the days before.
    `health`: None where it runs an older version, which does not say it.
    """

    today: date
    first_day: date | None
    last_day: date | None
    card: ServerCard | None
    new_card_from: date | None
    health: ServerHealth | None = None


def read_status(parsed: object) -> ServerStatus:
    """The status that is in this JSON. Raises ServerNonsense."""
    match parsed:
        case {
            "today": str(today),
            "first_day": first_day,
            "last_day": last_day,
            "card": card,
            "new_card_from": new_card_from,
        } if (first_day is None) == (last_day is None):
            days = (_day_or_none(day) for day in (first_day, last_day, new_card_from))
            first, last, without = days
            return ServerStatus(_day(today), first, last, _card(card), without, _health(parsed))
        case _:
            raise ServerNonsense


def warnings(status: ServerStatus, today: date) -> list[str]:
    """A sentence or two for each thing that closes the site, or soon will; `today` is by this laptop's clock."""
    of_health = server_health.warnings(status.health) if status.health else ()
    return [*_of_clocks(status, today), *_of_calendar(status), *_of_card(status), *of_health]


def _of_clocks(status: ServerStatus, today: date) -> Iterator[str]:
    if abs(status.today - today) > _CLOCKS:
        yield (
            f"By the server's clock today is {in_words(status.today)}, and by this laptop's {in_words(today)}. "
            "One of them is wrong: set it right, or have the operator do so."
        )


def _of_calendar(status: ServerStatus) -> Iterator[str]:
    first, last = status.first_day, status.last_day
    if first is None or last is None:
        yield "The server has no calendar, so the site is closed. Give the operator the newest one."
    elif status.today < first:
        yield (
            f"The site is closed: the server's calendar begins on {in_words(first)}, and by its clock today is "
            f"{in_words(status.today)}."
        )
    elif status.today > last:
        yield (
            f"The site is closed: the server's calendar ended on {in_words(last)}, and by its clock today is "
            f"{in_words(status.today)}. Have the holder of the root key sign the next one, and give it to the operator."
        )
    elif status.today > last - CALENDAR_SOON:
        yield (
            f"The server's calendar ends on {in_words(last)}, and the site closes then. "
            "Have the holder of the root key sign the next one, and give it to the operator."
        )


def _of_card(status: ServerStatus) -> Iterator[str]:
    if status.new_card_from is not None and status.first_day is not None:
        day = status.new_card_from
        closed = "The site is closed" if day <= status.today else f"The site closes on {in_words(day)}"
        yield (
            f"{closed} until there is a card that fits the calendar. An organizer who has the newest copy of the "
            "campaign reads the inbox and signs one with 'offramp card'; then push."
        )
    if status.card is not None:
        yield from _of_this_card(status.today, status.card)


def _of_this_card(today: date, card: ServerCard) -> Iterator[str]:
    if today > card.last_day:
        yield (
            f"The site is closed: its card has lapsed on {in_words(card.last_day)}. An organizer reads the inbox and "
            "signs a new one with 'offramp card'; then push."
        )
    elif today > card.next_by or today > card.last_day - CARD_SOON:
        yield (
            f"The site says that somebody reads again by {in_words(card.next_by)}. Without a new card, it closes after "
            f"{in_words(card.last_day)}: an organizer signs one with 'offramp card'; then push."
        )


def _card(parsed: object) -> ServerCard | None:
    match parsed:
        case None:
            return None
        case {"week": str(week), "next_by": str(next_by), "last_day": str(last_day)}:
            return ServerCard(_day(week), _day(next_by), _day(last_day))
        case _:
            raise ServerNonsense


def _health(parsed: object) -> ServerHealth | None:
    match parsed:
        case {"health": health}:
            return read_health(health)
        case _:
            return None


def _day_or_none(parsed: object) -> date | None:
    if parsed is None:
        return None
    if not isinstance(parsed, str):
        raise ServerNonsense
    return _day(parsed)


def _day(text: str) -> date:
    """A day as `date.isoformat` spells it, and far enough from the ends of time to count from it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ServerNonsense from None
    if day.isoformat() != text or not 1970 <= day.year < 9999:
        raise ServerNonsense
    return day

"""What a person must hear of a server's calendar and its card before the site stops taking letters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from offramp.server.signed.status import CardStatus, Status
from offramp.server.words import on_day, week_of

CALENDAR_SOON: Final = timedelta(weeks=3)
CARD_SOON: Final = timedelta(weeks=1)
_CLOCK: Final = timedelta(days=2)
"""By so much clocks may differ before one is said to be wrong."""


def warnings(status: Status) -> list[str]:
    """A sentence or two for each thing that stops the intake, or soon will; none where all is well."""
    return [*_of_calendar(status), *_of_card(status)]


def _of_calendar(status: Status) -> Iterator[str]:
    today, first, last = status.today, status.first_day, status.last_day
    clock = f"This machine's clock says {on_day(today)}."
    if first is None or last is None:
        yield "There is no calendar here, so nothing can be sent; `offramp server add-calendar` adds one."
    elif today < first:
        yield (
            f"The first day of the calendar is {on_day(first)}, and nothing can be sent before. {clock} "
            "If it is later than that, set the clock right."
        )
    elif today > last:
        yield (
            f"The last day of the calendar was {on_day(last)}, so nothing can be sent. {clock} "
            "If that is right, have the holder of the root key sign the next calendar, and add it."
        )
    elif today > last - CALENDAR_SOON:
        yield (
            f"The last day of the calendar is {on_day(last)}; after it nothing can be sent. "
            "Have the holder of the root key sign the next one, and add it."
        )


def _of_card(status: Status) -> Iterator[str]:
    if status.first_day is None:
        return
    if status.new_card_from is not None:
        yield _missing(status.today, status.new_card_from)
    if status.card is not None:
        yield from _of_this_card(status.today, status.card)


def _missing(today: date, day: date) -> str:
    since = "The site stays" if day <= today else f"From {on_day(day)} on the site stays"
    return (
        f"{since} closed until there is a card that fits the calendar. An organizer who has the newest copy of the "
        "campaign reads the inbox and signs one with `offramp card`; a courier pushes it."
    )


def _of_this_card(today: date, card: CardStatus) -> Iterator[str]:
    if today < card.week - _CLOCK:
        yield (
            f"The card says that somebody read in {week_of(card.week)}, and this machine's clock says "
            f"{on_day(today)}. So nothing can be sent before the clock is set right."
        )
    elif today > card.last_day:
        yield (
            f"Nothing can be sent: the card has lapsed on {on_day(card.last_day)}. An organizer reads the inbox and "
            "signs a new one with `offramp card`; a courier pushes it."
        )
    elif today > card.next_by or today > card.last_day - CARD_SOON:
        yield (
            f"An organizer wanted to read again by {on_day(card.next_by)}. Without a new card, nothing can be sent "
            f"after {on_day(card.last_day)}."
        )

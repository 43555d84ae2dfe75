"""Until when a server's keys last, and until when its card counts: what couriers and `server check` warn of."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from offramp.crypto.keyset import Keyset
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf


@dataclass(frozen=True, slots=True)
class CardStatus:
    """The card that the intake shows: the week that was read (its Monday), by when somebody reads again, and the
    last day on which letters are taken by it."""

    week: date
    next_by: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Status:
    """What a server says of itself to couriers, in days by UTC.

    `first_day` and `last_day`: from when and until when there is a keyset without a gap, today being one of those
    days; else the next days for which there is one; else the last ones; None where there is no keyset at all.
    `new_card_from`: the first of these days for which no card is here, for then another card key counts.
    """

    today: date
    first_day: date | None
    last_day: date | None
    card: CardStatus | None
    new_card_from: date | None

    def as_json(self) -> Mapping[str, object]:
        """For GET /status."""
        card = self.card
        return {
            "today": self.today.isoformat(),
            "first_day": _text(self.first_day),
            "last_day": _text(self.last_day),
            "card": card
            and {
                "week": card.week.isoformat(),
                "next_by": card.next_by.isoformat(),
                "last_day": card.last_day.isoformat(),
            },
            "new_card_from": _text(self.new_card_from),
        }


def status_of(keysets: KeysetShelf, cards: CardShelf, *, clock: Callable[[], float] = time.time) -> Status:
    """What is so now."""
    now = clock()
    stretch = _stretch(keysets, now)
    card = cards.newest(stretch[0]) if stretch else None
    without = next((one for one in stretch if cards.newest(one) is None), None)
    return Status(
        today=_day(now),
        first_day=_day(stretch[0].valid_from) if stretch else None,
        last_day=_day(stretch[-1].valid_until - 1) if stretch else None,
        card=CardStatus(card.week, card.next_by, cards.last_day(card)) if card else None,
        new_card_from=max(_day(now), _day(without.valid_from)) if without else None,
    )


def _stretch(keysets: KeysetShelf, now: float) -> list[Keyset]:
    """The keysets that follow on each other from now on; else from the next beginning; else the last one."""
    current = keysets.in_force_at(now)
    if current is None:
        floor = keysets.floor(now)
        others = [one for one in keysets.all() if one.sequence >= floor]
        later = [one for one in others if one.valid_from > now]
        current = min(later, key=lambda one: one.valid_from, default=None)
        if current is None:
            return sorted(others, key=lambda one: one.valid_until)[-1:]
    stretch = [current]
    while following := keysets.in_force_at(stretch[-1].valid_until):
        stretch.append(following)
    return stretch


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None

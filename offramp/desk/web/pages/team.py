"""Keys and team: who sits here, who the organizers are, until when they can be written to, what is to be settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint

from offramp.crypto.keyset import Keyset
from offramp.crypto.words import fingerprint_words
from offramp.desk import days
from offramp.desk.cases.merging import main_of
from offramp.desk.people import OrganizerCard
from offramp.desk.team.conflicts import Conflict
from offramp.desk.team.overview import overview
from offramp.desk.team.words import (
    FIELDS,
    fork_in_words,
    missing_in_words,
    refused_in_words,
    value_in_words,
    waiting_in_words,
)
from offramp.desk.web.family import Family
from offramp.desk.web.here import desk, page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("team", __name__)
FAMILY: Final = Family(pages, menu=(("Team", "team.show"),))
WARN_DAYS: Final = 7
"""So many days before the last keyset ends, the page says so in a box of its own."""


@dataclass(frozen=True, slots=True)
class Validity:
    """A keyset in a table: `last` is the last day on which letters are sealed to it."""

    sequence: int
    first: date
    last: date
    opens: bool
    """Whether the key of this desk opens what is sealed to it."""


@pages.get("/team")
def show() -> ResponseReturnValue:
    here, found = desk(), overview(desk())
    card = OrganizerCard.of(here.me.name, here.me.key)
    settle = [
        *(missing_in_words(here, one) for one in found.missing),
        *(fork_in_words(here, one) for one in found.forks),
        *(refused_in_words(name, count) for name, count in found.refused.items()),
        *([waiting_in_words(found.waiting)] if found.waiting else []),
    ]
    return page(
        "team.html",
        "Team",
        fingerprint=card.fingerprint,
        words=fingerprint_words(card.name, card.recipient, card.ed25519),
        team=found,
        settle=settle,
        conflicts=[(one, _case_of(one)) for one in found.conflicts],
        fields=FIELDS,
        value_in_words=value_in_words,
        name_of=here.team.name_of,
        mine=here.me.public,
        keysets=[_validity(one) for one in sorted(here.keysets, key=lambda one: -one.sequence)[:5]],
        days_left=_days_left(here.keysets),
        warn=WARN_DAYS,
    )


def _case_of(conflict: Conflict) -> bytes | None:
    """The case [16] on whose page a conflict can be settled."""
    main = main_of(desk(), conflict.subject)
    return main if main in desk().cases else None


def _validity(keyset: Keyset) -> Validity:
    return Validity(
        keyset.sequence,
        _day(keyset.valid_from),
        _day(keyset.valid_until - 1),
        desk().me.key.public in keyset.recipients,
    )


def _days_left(keysets: list[Keyset]) -> int:
    """For how many days from today on people can still write, as far as this desk knows."""
    last = max((_day(one.valid_until - 1) for one in keysets), default=date.min)
    return max((last - days.today()).days + 1, 0)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()

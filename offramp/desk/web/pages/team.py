"""The team: who the organizers are, and what is to be settled between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint

from offramp.desk.cases.merging import main_of
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


@pages.get("/team")
def show() -> ResponseReturnValue:
    here, found = desk(), overview(desk())
    settle = [
        *(missing_in_words(here, one) for one in found.missing),
        *(fork_in_words(here, one) for one in found.forks),
        *(refused_in_words(name, count) for name, count in found.refused.items()),
        *([waiting_in_words(found.waiting)] if found.waiting else []),
    ]
    return page(
        "team.html",
        "Team",
        team=found,
        settle=settle,
        conflicts=[(one, _case_of(one)) for one in found.conflicts],
        fields=FIELDS,
        value_in_words=value_in_words,
        name_of=here.team.name_of,
        mine=here.me.public,
    )


def _case_of(conflict: Conflict) -> bytes | None:
    """The case [16] on whose page a conflict can be settled."""
    main = main_of(desk(), conflict.subject)
    return main if main in desk().cases else None

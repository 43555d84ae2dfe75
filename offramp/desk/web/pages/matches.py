"""Matches: who fits a request and why, and a proposal for all that wait. An organizer decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template
from markupsafe import Markup

from offramp.crypto.errors import OfframpError
from offramp.desk.cases.listing import row_of
from offramp.desk.cases.merging import main_of
from offramp.desk.matching.asks import asks_of, set_asks
from offramp.desk.matching.proposal import propose
from offramp.desk.matching.ranking import rank
from offramp.desk.web.family import Family
from offramp.desk.web.forms import typed
from offramp.desk.web.here import case_of, desk, go, named, page, say
from offramp.desk.web.job import said

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("matches", __name__)
_SHOWN: Final = 30
_BESIDE: Final = 3
_ASKED: Final = ("help", "languages", "near", "away")


@pages.get("/matches")
def show() -> ResponseReturnValue:
    found = propose(desk())
    cases = [*(pair.case for pair in found.pairs), *(left.case for left in found.left)]
    rows = {case: row_of(desk(), case) for case in cases}
    return page("matches.html", "Matches", found=found, rows=rows)


@pages.get("/case/<name>/matches")
def one(name: str) -> ResponseReturnValue:
    return _one(main_of(desk(), case_of(name)))


def _one(case: bytes, written: Mapping[str, list[str]] | None = None) -> ResponseReturnValue:
    asks = asks_of(desk(), case)
    return page(
        "match.html",
        "Matches",
        case=case,
        row=row_of(desk(), case),
        asks=asks,
        written=written or {key: getattr(asks, key) for key in _ASKED},
        typed=written is not None,
        found=rank(desk(), case, limit=_SHOWN),
    )


@pages.post("/case/<name>/asks")
def ask(name: str) -> ResponseReturnValue:
    """What the person asks for, where their letter says more than the form."""
    case = main_of(desk(), case_of(name))
    lines = {key: [line.strip() for line in typed(key).split("\n")] for key in _ASKED}
    lists = {key: [line for line in found if line] for key, found in lines.items()}
    try:
        event = set_asks(desk(), case, lists)
    except OfframpError as error:
        say(f"{said(error)} Nothing was written down.", bad=True)
        return _one(case, lists)
    say("Written down. Matches go by this now.", undo=event.id)
    return go("matches.one", name=named(case))


def _beside(case: bytes) -> Markup:
    """On a request's own page: the best few."""
    if desk().cases[case].kind != "request":
        return Markup()
    best = [one for one in rank(desk(), case, limit=_BESIDE) if one.is_vetted and one.fits]
    return Markup(render_template("desk/beside_matches.html", case=case, best=best))  # noqa: S704  # escaped by Jinja


FAMILY: Final = Family(pages, menu=(("Matches", "matches.show"),), beside_case=_beside)

"""The lists of requests and of offers: tabs by status, what was looked for, a hundred cases a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from offramp.desk.cases.case import Kind
from offramp.desk.cases.listing import Filter, Listing, listing
from offramp.desk.cases.status import STATUSES, StatusName
from offramp.desk.web.family import Family
from offramp.desk.web.forms import one_line
from offramp.desk.web.here import desk, go, page, session
from offramp.desk.web.people import organizers

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("inbox", __name__)
FAMILY: Final = Family(pages, menu=(("Requests", "inbox.requests"), ("Offers", "inbox.offers")))

A_PAGE: Final = 100
ANYBODY: Final = "*"
TO_DO: Final = "to-do"
TABS: Final[dict[str, tuple[StatusName, ...]]] = {
    TO_DO: ("new", "open"),
    **{one: (one,) for one in STATUSES},
    "all": (),
}
TAB_WORDS: Final = {TO_DO: "To do"} | {one: one.capitalize() for one in (*STATUSES, "all")}
_ONLY: Final = ("wrote_again", "conflict", "wants_answer", "answered", "has_files")
_KINDS: Final[dict[str, Kind]] = {"requests": "request", "offers": "offer"}


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks for in one of the lists; it stays in this program's memory."""

    words: str = ""
    assignee: str = ANYBODY
    only: tuple[str, ...] = ()
    """Names of fields of Filter that must hold."""
    vetting: str = ""

    def filter(self, kind: Kind, statuses: tuple[StatusName, ...]) -> Filter:
        found = Filter(
            kind=kind,
            statuses=statuses,
            words=self.words,
            assignee=None if self.assignee == ANYBODY else self.assignee,
            vetting=self.vetting or None,
        )
        held: dict[str, Any] = dict.fromkeys(self.only, True)
        return replace(found, **held)

    @property
    def is_set(self) -> bool:
        return self != Look()


def look_of(which: str) -> Look:
    """What is looked for in the list of requests or of offers."""
    return cast(Look, session().memory.get(f"look {which}", Look()))


def listed(which: str, tab: str) -> Listing:
    """The cases of a tab, as they are looked for. Raises NotFound for a tab that there is not."""
    if tab not in TABS or which not in _KINDS:
        raise NotFound
    return listing(desk(), look_of(which).filter(_KINDS[which], TABS[tab]))


@pages.get("/requests")
@pages.get("/requests/<tab>")
def requests(tab: str = TO_DO) -> ResponseReturnValue:
    return _show("requests", tab)


@pages.get("/offers")
@pages.get("/offers/<tab>")
def offers(tab: str = TO_DO) -> ResponseReturnValue:
    return _show("offers", tab)


def _show(which: str, tab: str) -> ResponseReturnValue:
    found = listed(which, tab)
    number, last = _number(len(found.rows))
    counts = {name: sum(found.counts.get(one, 0) for one in TABS[name] or STATUSES) for name in TABS}
    return page(
        "inbox.html",
        which.capitalize(),
        which=which,
        tab=tab,
        tabs=[(name, words, counts[name]) for name, words in TAB_WORDS.items()],
        look=look_of(which),
        rows=found.rows[(number - 1) * A_PAGE : number * A_PAGE],
        found=len(found.rows),
        number=number,
        last=last,
        organizers=organizers(desk()),
        empty=not desk().cases,
    )


def _number(rows: int) -> tuple[int, int]:
    """The page that is asked for, and how many there are."""
    last = max(1, -(-rows // A_PAGE))
    return min(max(request.args.get("page", 1, type=int), 1), last), last


@pages.post("/<any(requests, offers):which>/<tab>/look")
def look(which: str, tab: str) -> ResponseReturnValue:
    """Search and filter. The words travel in the body and stay in memory: an address would be on the disk."""
    if "all" in request.form:
        session().memory.pop(f"look {which}", None)
    else:
        session().memory[f"look {which}"] = Look(
            one_line("words"),
            one_line("assignee") if "assignee" in request.form else ANYBODY,
            tuple(one for one in _ONLY if one in request.form.getlist("only")),
            one_line("vetting"),
        )
    return go(f"inbox.{which}", tab=tab)

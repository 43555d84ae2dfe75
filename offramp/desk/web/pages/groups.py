"""Groups of similar texts: a flood of the same is one decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from offramp.desk.cases.listing import row_of
from offramp.desk.cases.similar import Group, groups
from offramp.desk.web.family import Family
from offramp.desk.web.here import desk, go, id_of, page, say
from offramp.desk.web.pages.triage import set_status

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("groups", __name__)
FAMILY: Final = Family(pages, menu=(("Similar", "groups.show"),))
_A_PAGE: Final = 50
_MOST_SHOWN: Final = 200


@pages.get("/similar")
def show() -> ResponseReturnValue:
    found = groups(desk())
    last = max(1, -(-len(found) // _A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    shown = found[(number - 1) * _A_PAGE : number * _A_PAGE]
    return page("groups.html", "Similar", groups=shown, all=len(found), number=number, last=last)


@pages.get("/similar/<name>")
def one(name: str) -> ResponseReturnValue:
    """All cases of a group, to look before deciding."""
    group = _group(id_of(name))
    if group is None:
        return go("groups.show")
    rows = [row_of(desk(), case) for case in group.ids[:_MOST_SHOWN]]
    return page("group.html", "Similar", group=group, rows=rows)


@pages.post("/similar/<name>")
def decide(name: str) -> ResponseReturnValue:
    """One decision for all of a group that wait for one."""
    group = _group(id_of(name))
    if group is None:
        say("Nothing in this group waits for a decision any more.")
    else:
        set_status(list(group.ids), request.form.get("status", ""))
    return go("groups.show")


def _group(one: bytes) -> Group | None:
    return next((group for group in groups(desk()) if group.id == one), None)

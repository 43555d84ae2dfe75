"""What is held: since when and until when, and forgetting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from offramp.desk import days
from offramp.desk.cases.forgetting import days_kept, drop_forgotten, forget, held, set_days_kept
from offramp.desk.showing import size_in_words
from offramp.desk.web.family import Family
from offramp.desk.web.here import chosen_ids, desk, go, page, place, say

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("held", __name__)
FAMILY: Final = Family(pages, menu=(("Held", "held.show"),))
_A_PAGE: Final = 100


@pages.get("/held")
def show() -> ResponseReturnValue:
    found, today = held(desk()), days.today()
    last = max(1, -(-len(found) // _A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    rows = found[(number - 1) * _A_PAGE : number * _A_PAGE]
    return page(
        "held.html",
        "Held",
        rows=rows,
        some=any(one.over_since and not one.at_work for one in rows),
        all=len(found),
        due=[one.case for one in found if one.until is not None and one.until <= today],
        number=number,
        last=last,
        today=today,
        kept=days_kept(desk()),
        size=size_in_words,
    )


@pages.post("/held/days")
def keep_for() -> ResponseReturnValue:
    """For how long cases are kept after they are over."""
    number = request.form.get("days", 0, type=int)
    set_days_kept(desk(), number)
    say(f"Cases are kept for {days_kept(desk())} days after they were done.")
    return go("held.show")


@pages.post("/held/forget")
def ask() -> ResponseReturnValue:
    """Ask once more: nothing brings a case back."""
    ids = chosen_ids()
    if not ids:
        say("Nothing was ticked.", bad=True)
        return go("held.show")
    return page("forget.html", "Held", ids=ids)


@pages.post("/held/forgotten")
def destroy() -> ResponseReturnValue:
    """Destroy what was asked about, in the vault and in the desk's bundle."""
    number = forget(desk(), chosen_ids())
    dropped = drop_forgotten(desk(), place().bundle)
    taken = "1 sealed letter was" if dropped == 1 else f"{dropped} sealed letters were"
    letters = f" {taken} taken out of the bundle too." if dropped else ""
    say(f"{number} {'case was' if number == 1 else 'cases were'} destroyed, with the keys.{letters}")
    return go("held.show")

"""Numbers: for the team, and those that everybody may know, as pictures and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request

from offramp.desk.numbers.counting import team_numbers
from offramp.desk.numbers.exports import as_csv, as_page
from offramp.desk.numbers.pictures import bar_chart
from offramp.desk.numbers.publishing import THRESHOLD, public_numbers, publish, weeks_due
from offramp.desk.numbers.table import PUBLIC_NOTE
from offramp.desk.web.family import Family
from offramp.desk.web.here import desk, download, go, page, say

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("numbers", __name__)
FAMILY: Final = Family(pages, menu=(("Numbers", "numbers.show"),))


@pages.get("/numbers")
def show() -> ResponseReturnValue:
    return page("numbers.html", "Numbers", tables=team_numbers(desk()), picture=bar_chart)


@pages.get("/numbers/public")
def public() -> ResponseReturnValue:
    return page(
        "public_numbers.html",
        "Numbers for everybody",
        tables=public_numbers(desk()),
        picture=bar_chart,
        due=weeks_due(desk()),
        threshold=THRESHOLD,
        note=PUBLIC_NOTE,
    )


@pages.post("/numbers/public")
def make_public() -> ResponseReturnValue:
    """Publish the weeks that are over. There is no way back."""
    publish(desk())
    say("The weeks that are over stand below now, and will not change any more.")
    return go("numbers.public")


@pages.post("/numbers/public/file")
def save() -> ResponseReturnValue:
    """The public numbers as a file, for the press."""
    tables = public_numbers(desk())
    if request.form.get("as") == "csv":
        return download(as_csv(tables).encode(), "numbers.csv")
    return download(as_page(tables, desk().campaign.name, PUBLIC_NOTE).encode(), "numbers.html")

"""Answers: all that were written, and what waits for the courier, as a file for a stick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request, send_file

from offramp.desk import days
from offramp.desk.answers.kept import KeptAnswer, all_answers
from offramp.desk.answers.packing import pack as write_to
from offramp.desk.answers.unfinished import DRAFT_TEXT
from offramp.desk.cases.merging import main_of
from offramp.desk.web.family import Family
from offramp.desk.web.here import desk, page, place

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("outbox", __name__)
FAMILY: Final = Family(pages, menu=(("Answers", "outbox.show"),))
PACK: Final = "answers.pack"
_A_PAGE: Final = 100


@pages.get("/answers")
def show() -> ResponseReturnValue:
    today = days.today()
    written = sorted(all_answers(desk()), key=_newest)
    last = max(1, -(-len(written) // _A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return page(
        "outbox.html",
        "Answers",
        written=written[(number - 1) * _A_PAGE : number * _A_PAGE],
        number=number,
        last=last,
        all=len(written),
        kept=sum(one.state(today) == "kept" for one in written),
        today=today,
        main_of=lambda case: main_of(desk(), case),
        who=desk().team.name_of,
        drafts=_drafts(),
    )


def _newest(one: KeptAnswer) -> tuple[int, bytes]:
    return -one.day.toordinal(), one.id


def _drafts() -> list[bytes]:
    """The cases for which somebody here began to write an answer."""
    return sorted({main_of(desk(), room) for room, _ in desk().small[DRAFT_TEXT] if room in desk().cases})


@pages.post("/answers/pack")
def pack() -> ResponseReturnValue:
    """Everything that is to be pushed, sealed: a file in the desk's folder, which the browser copies."""
    file = (place().folder / PACK).resolve()
    write_to(desk(), place().outbox, file)
    return send_file(file, "application/octet-stream", as_attachment=True, download_name=PACK)

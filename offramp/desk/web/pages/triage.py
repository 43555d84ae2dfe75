"""Decisions about cases: many at once from the lists, one from its own page, and taking the last one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from offramp.crypto.event import Event
from offramp.desk.cases import triage
from offramp.desk.cases.status import STATUSES, StatusName
from offramp.desk.web.family import Family
from offramp.desk.web.forms import one_line
from offramp.desk.web.here import back, chosen_ids, desk, go, id_of, say
from offramp.desk.web.pages.inbox import listed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("triage", __name__)
FAMILY: Final = Family(pages)
_NOTHING: Final = "That was so already; nothing was changed."


@pages.post("/<any(requests, offers):which>/<tab>/bulk")
def bulk(which: str, tab: str) -> ResponseReturnValue:
    """One decision about all that are ticked, or about the whole list."""
    ids = [row.id for row in listed(which, tab).rows] if "all" in request.form else chosen_ids()
    if not ids:
        say("Tick the cases first.", bad=True)
    else:
        _decide(ids)
    return go(f"inbox.{which}", tab=tab, page=request.args.get("page", 1, type=int))


def _decide(ids: list[bytes]) -> None:
    match request.form.get("do"):
        case "status":
            set_status(ids, request.form.get("status", ""))
        case "assign":
            assign(ids, one_line("assignee"))
        case "merge":
            event = triage.merge(desk(), ids)
            decided(event, f"{cases(len(ids))} are shown as one now.")
        case _:
            raise BadRequest


def set_status(ids: list[bytes], status: str) -> None:
    """Give cases a status, and say so."""
    decided(triage.set_status(desk(), ids, status_name(status)), f"{are(len(ids))} {status} now.")


def status_name(given: str) -> StatusName:
    """Raises BadRequest."""
    for one in STATUSES:
        if one == given:
            return one
    raise BadRequest


def assign(ids: list[bytes], name: str) -> None:
    """Say who takes care of cases."""
    whose = f"assigned to {name}" if name else "assigned to nobody"
    decided(triage.assign(desk(), ids, name), f"{are(len(ids))} {whose} now.")


def decided(event: Event | None, text: str) -> None:
    """Say what was decided, beside a button that takes it back."""
    if event is None:
        say(_NOTHING)
    else:
        say(text, undo=event.id)


@pages.post("/undo")
def undo() -> Response:
    """Take back the decision that the button stood beside."""
    event = request.form.get("event", "")
    done = triage.undo(desk(), id_of(event) if event else None)
    text = f"Taken back for {cases(len(set(done.given_back)))}."
    if done.moved_on:
        text += f" About {cases(len(done.moved_on))} somebody has decided since, and that stays as it is."
    say(text)
    return back()


def cases(number: int) -> str:
    return "one case" if number == 1 else f"{number:,} cases"


def are(number: int) -> str:
    return "One case is" if number == 1 else f"{number:,} cases are"

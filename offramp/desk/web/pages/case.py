"""A case: letters and answers in order, their files, what the team decided, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest, NotFound

from offramp.desk import days
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.unfinished import draft_text
from offramp.desk.attachments import harmless_name
from offramp.desk.cases import triage
from offramp.desk.cases.case import FILE, KeptLetter, file_name
from offramp.desk.cases.listing import row_of
from offramp.desk.cases.merging import main_of, members_of
from offramp.desk.cases.status import STATUSES, status_of
from offramp.desk.page_language import other_fields, said_of_page
from offramp.desk.web.family import Family
from offramp.desk.web.forms import one_line, typed
from offramp.desk.web.here import case_of, desk, download, go, id_of, named, page
from offramp.desk.web.labels import labels_of
from offramp.desk.web.pages.triage import assign, decided, set_status
from offramp.desk.web.people import organizers

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("case", __name__, url_prefix="/case/<name>")
FAMILY: Final = Family(pages)


@pages.get("")
def show(name: str) -> ResponseReturnValue:
    case = main_of(desk(), case_of(name))
    return page("case.html", "Case", writing="note", **about(case))


def about(case: bytes) -> dict[str, Any]:
    """What the pages about a case show of it."""
    from offramp.desk.web.families import FAMILIES  # it names this module

    here = desk()
    return {
        "case": case,
        "row": row_of(here, case),
        "status": status_of(here, case),
        "talk": conversation(here, case),
        "labels": labels_of(here.campaign),
        "said_of_page": said_of_page,
        "other_fields": other_fields,
        "notes": triage.notes_of(here, case),
        "members": members_of(here, case),
        "statuses": STATUSES,
        "organizers": organizers(here),
        "disagreed": disagreed(case),
        "draft": draft_text(here, case),
        "today": days.today(),
        "is_letter": lambda item: isinstance(item, KeptLetter),
        "who": here.team.name_of,
        "besides": [family.beside_case(case) for family in FAMILIES if family.beside_case],
    }


def disagreed(case: bytes) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What organizers decided differently: field, and for each what, who and when."""
    found = []
    for field in ("status", "assignee", "vetting"):
        heads = desk().state.heads(case, field)
        if desk().state.in_conflict(case, field):
            said = [(_in_words(one.value), desk().team.name_of(one.author), f"{one.day}") for one in heads]
            found.append((field, said))
    return found


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("is", ""))
    return str(value) or "nobody"


@pages.post("/decide")
def decide(name: str) -> ResponseReturnValue:
    """Status or assignee, from the case's own page."""
    case = case_of(name)
    if "status" in request.form:
        set_status([case], request.form["status"])
    elif "assignee" in request.form:
        assign([case], one_line("assignee"))
    elif "apart" in request.form:
        decided(triage.unmerge(desk(), id_of(request.form["apart"])), "They are shown apart again.")
    else:
        raise BadRequest
    return go("case.show", name=name)


@pages.post("/note")
def note(name: str) -> ResponseReturnValue:
    """Add a note, or change one."""
    case, text = case_of(name), typed("text")
    if "note" in request.form:
        words = "The note was changed." if text else "The note was withdrawn."
        decided(triage.change_note(desk(), case, id_of(request.form["note"]), text), words)
    elif text or request.form.get("do") != "keep":
        decided(triage.add_note(desk(), case, text), "The note is saved.")
    return go("case.show", name=name, part="notes")


@pages.get("/file/<letter>/<int:number>")
def file(name: str, letter: str, number: int) -> ResponseReturnValue:
    """A file that came with a letter, under a name that is ours."""
    found = desk().letters.get(id_of(letter))
    if found is None or not 0 < number <= len(found.files):
        raise NotFound
    data = desk().vault.get(found.case_id, FILE, file_name(found.id, number - 1))
    if data is None:
        raise NotFound
    return download(data, harmless_name(bytes.fromhex(named(found.id)), number, found.files[number - 1].name))


@pages.get("/text/<letter>")
def text(name: str, letter: str) -> ResponseReturnValue:
    """All that a letter says, as a file: for one that is too long for a page."""
    found = desk().letters.get(id_of(letter))
    if found is None:
        raise NotFound
    parts = (f"{field}\n{value}\n" for field, *values in found.fields for value in values)
    return download("\n".join(parts).encode(errors="replace"), f"{named(found.id)}.txt")

"""Drafts that advisers sealed back: read one, make it what an organizer answers, or dismiss it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from offramp.crypto.errors import OfframpError
from offramp.crypto.letter import Attachment
from offramp.desk.answers.composing import check_files
from offramp.desk.attachments import harmless_name
from offramp.desk.cases.merging import main_of
from offramp.desk.handing.advisers import adviser_name
from offramp.desk.handing.drafts import (
    KeptDraft,
    all_drafts,
    dismiss_draft,
    draft_files,
    find_draft,
    use_draft,
)
from offramp.desk.showing import size_in_words
from offramp.desk.web.family import Family
from offramp.desk.web.here import desk, download, go, id_of, named, page, say, session
from offramp.desk.web.job import said

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("drafts", __name__)
FAMILY: Final = Family(pages, menu=(("Drafts", "drafts.show"),))


@pages.get("/drafts")
def show() -> ResponseReturnValue:
    """What advisers wrote and nobody has looked at, and then the rest."""
    found = sorted(all_drafts(desk()), key=lambda one: (one.done is not None, -one.day.toordinal(), one.id))
    return page("drafts.html", "Drafts", drafts=found, who=_who, main_of=_main)


def _who(adviser: bytes) -> str:
    return adviser_name(desk(), adviser)


def _main(case: bytes) -> bytes:
    return main_of(desk(), case)


@pages.get("/draft/<name>")
def one(name: str) -> ResponseReturnValue:
    found = find_draft(desk(), id_of(name))
    return page(
        "draft.html",
        "Draft",
        draft=found,
        case=_main(found.case),
        who=_who(found.adviser),
        size=size_in_words,
    )


@pages.post("/draft/<name>")
def decide(name: str) -> ResponseReturnValue:
    """Make it what is being answered, with the files that were ticked; or not."""
    found = find_draft(desk(), id_of(name))
    case = _main(found.case)
    if request.form.get("do") == "dismiss":
        dismiss_draft(desk(), found)
        say("The draft is dismissed. It stays with the case.")
        return go("case.show", name=named(case))
    try:
        files = _with_files(case, found)
        use_draft(desk(), found)
    except OfframpError as error:  # too much together with what was begun
        say(f"{said(error)} Nothing was changed.", bad=True)
        return go("drafts.one", name=name)
    session().memory[f"files {case.hex()}"] = files
    say("The draft is in your answer now. Read it as if you had written it. Nothing was sent.")
    return go("answering.write", name=named(case))


def _with_files(case: bytes, draft: KeptDraft) -> tuple[Attachment, ...]:
    """What goes along with the answer already, and what was ticked of the draft."""
    held = cast("tuple[Attachment, ...]", session().memory.get(f"files {case.hex()}", ()))
    ticked = request.form.getlist("file")
    chosen = [
        file
        for number, file in enumerate(draft_files(desk(), draft), start=1)
        if str(number) in ticked and file not in held
    ]
    check_files([*held, *chosen])
    return (*held, *chosen)


@pages.get("/draft/<name>/file/<int:number>")
def file(name: str, number: int) -> ResponseReturnValue:
    """A file of a draft, under a name that is ours."""
    found = find_draft(desk(), id_of(name))
    files = draft_files(desk(), found)
    if not 0 < number <= len(files):
        raise NotFound
    chosen = files[number - 1]
    return download(chosen.data, harmless_name(bytes.fromhex(named(found.id)), number, chosen.name))

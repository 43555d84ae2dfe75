"""Answering: write, look at it as a whole, seal it; and take an answer back.

The text is kept in the vault at each step. Files are kept in this program's memory until the answer is sealed
or the desk locks: they are on a disk of the organizer's already.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, request

from offramp.crypto.errors import OfframpError
from offramp.crypto.letter import Attachment
from offramp.desk.answers.cautions import cautions
from offramp.desk.answers.composing import check_files, name_when_saved
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.plan import Plan
from offramp.desk.answers.taking_back import take_back as take_answers_back
from offramp.desk.answers.taking_back import to_take_back
from offramp.desk.answers.unfinished import draft_text, save_text
from offramp.desk.answers.writing import plan_answer, write_answer
from offramp.desk.cases.merging import main_of
from offramp.desk.errors import NothingToSay, NotQueued, TextTooLong
from offramp.desk.web.family import Family
from offramp.desk.web.forms import typed
from offramp.desk.web.here import case_of, desk, go, named, page, place, say, session
from offramp.desk.web.job import said
from offramp.desk.web.pages.case import about

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("answering", __name__, url_prefix="/case/<name>")
FAMILY: Final = Family(pages)
_FORM: Final = "answer"


def _main(name: str) -> bytes:
    return main_of(desk(), case_of(name))


def _files(case: bytes) -> tuple[Attachment, ...]:
    """The files that go along with what is being written."""
    return cast("tuple[Attachment, ...]", session().memory.get(f"files {case.hex()}", ()))


@pages.get("/answer")
def write(name: str) -> ResponseReturnValue:
    case = _main(name)
    return _write(case, draft_text(desk(), case))


def _write(case: bytes, text: str) -> ResponseReturnValue:
    conversation(desk(), case).address()  # raises NoAnswerWanted before anybody writes for nothing
    return page(
        "write.html",
        "Answer",
        writing=_FORM,
        text=text,
        files=_files(case),
        cautions=list(cautions(desk(), case)),
        **about(case),
    )


@pages.post("/answer")
def keep(name: str) -> ResponseReturnValue:
    """Keep what was typed, whatever comes next; then show it as a whole, if that was asked for."""
    case, text = _main(name), typed("text")
    try:
        save_text(desk(), case, text)
    except TextTooLong as error:
        say(said(error), bad=True)
        return _write(case, text)
    try:
        _keep_files(case)
        if request.form.get("do") == "look":
            _check(case, text)
            return go("answering.look", name=named(case))
    except OfframpError as error:
        say(f"{said(error)} What you typed is saved.", bad=True)
    else:
        say("What you typed is saved in this desk. It was not sent.")
    return go("answering.write", name=named(case))


def _keep_files(case: bytes) -> None:
    """Those that are still ticked, and those that were chosen now."""
    ticked = request.form.getlist("file")
    kept = [one for number, one in enumerate(_files(case), start=1) if str(number) in ticked]
    for sent in request.files.getlist("files"):
        if sent.filename:
            kept.append(Attachment(sent.filename.replace("\\", "/").rpartition("/")[2], sent.stream.read()))
    check_files(kept)
    session().memory[f"files {case.hex()}"] = tuple(kept)


def _check(case: bytes, text: str) -> Plan:
    if not text and not _files(case):
        raise NothingToSay
    return plan_answer(desk(), case, _files(case))


@pages.get("/answer/look")
def look(name: str) -> ResponseReturnValue:
    """All that the person will get, before it is sealed."""
    case = _main(name)
    text = draft_text(desk(), case)
    plan = _check(case, text)
    return page(
        "look.html",
        "Answer",
        case=case,
        text=text,
        plan=plan,
        fits=plan.text_fits(text),
        saved_as=name_when_saved,
        digest=_digest(case, text),
        cautions=list(cautions(desk(), case)),
    )


def _digest(case: bytes, text: str) -> str:
    """By which it is known whether what is to be sealed is what was looked at."""
    parts = [text.encode(), *(one.name.encode() + b"\0" + one.data for one in _files(case))]
    return hashlib.blake2b(b"\0".join(hashlib.blake2b(one).digest() for one in parts)).hexdigest()


@pages.post("/answer/seal")
def seal(name: str) -> ResponseReturnValue:
    """Seal it into the vault and the outbox."""
    case = _main(name)
    text = draft_text(desk(), case)
    if request.form.get("digest") != _digest(case, text):
        say(
            "It is not the same any more as what you looked at. Look at it once more; files are to be chosen again."
        )
        return go("answering.write", name=named(case))
    try:
        with opened_outbox(place().outbox) as outbox:
            record = write_answer(desk(), case, text, _files(case), outbox)
        say(f"Answer {record.number} is sealed and saved. It goes to the site when a courier has pushed it.")
    except NotQueued as error:
        say(said(error), bad=True)
    session().memory.pop(f"files {case.hex()}", None)
    return go("case.show", name=named(case))


@pages.route("/answer/<int:number>/back", methods=["GET", "POST"])
def take_back(name: str, number: int) -> ResponseReturnValue:
    """Ask, and then take an answer back."""
    case = _main(name)
    gone = to_take_back(desk(), case, number)
    if request.method == "GET":
        return page("take_back.html", "Take back", case=case, number=number, gone=gone)
    with opened_outbox(place().outbox) as outbox:
        take_answers_back(desk(), case, number, outbox)
    say(f"Answer {number} is taken back. It leaves the site when a courier has pushed that.")
    return go("case.show", name=named(case))

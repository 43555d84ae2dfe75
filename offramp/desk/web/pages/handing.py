"""Hand-off: choose what an adviser gets, look at exactly that, seal it; what went to whom, and ending it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request
from markupsafe import Markup

from offramp.crypto.errors import OfframpError
from offramp.crypto.handoff import Statement
from offramp.desk import days
from offramp.desk.cases.merging import main_of
from offramp.desk.handing.advisers import adviser, adviser_name, advisers
from offramp.desk.handing.drafts import drafts
from offramp.desk.handing.errors import BadEndDate
from offramp.desk.handing.handing_over import (
    USUAL_DAYS,
    end_hand_off,
    file_again,
    find_hand_off,
    hand_offs,
    hand_over,
    handed_over,
    new_file_name,
)
from offramp.desk.handing.parts import Part, part_title, parts_of
from offramp.desk.handing.statements import would_go
from offramp.desk.showing import size_in_words
from offramp.desk.web.family import Family
from offramp.desk.web.forms import typed
from offramp.desk.web.here import case_of, desk, download, go, id_of, named, page, say, session
from offramp.desk.web.job import said

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("handing", __name__)
_FORM: Final = "hand-over"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an organizer chose, before it is sealed."""

    adviser: bytes  # [16]
    parts: tuple[str, ...]
    wording: dict[str, str]
    last_day: str


def _wish(case: bytes) -> Wish | None:
    found = session().memory.get(f"hand over {case.hex()}")
    return found if isinstance(found, Wish) else None


@pages.get("/case/<name>/hand-over")
def choose(name: str) -> ResponseReturnValue:
    """All parts, with what is sensitive left out until somebody chooses it."""
    case = main_of(desk(), case_of(name))
    wish = _wish(case)
    to = request.args.get("to", "")
    return page(
        "choose.html",
        "Hand over",
        writing=_FORM,
        case=case,
        parts_here=[(_mark(one), one) for one in parts_of(desk(), case)],
        who=[one for one in advisers(desk()) if one.may_be_handed],
        to=id_of(to) if to else wish.adviser if wish else b"",
        wish=wish,
        last_day=wish.last_day if wish else (days.today() + timedelta(days=USUAL_DAYS)).isoformat(),
        size=size_in_words,
    )


def _mark(part: Part) -> str:
    """What a part is called in the form: while it stands open, others may come and go."""
    return hashlib.blake2b(part.name.encode(), digest_size=8).hexdigest()


@pages.post("/case/<name>/hand-over")
def keep(name: str) -> ResponseReturnValue:
    """Keep the choice, and show what would go over."""
    case = main_of(desk(), case_of(name))
    known = {_mark(one): one for one in parts_of(desk(), case)}
    to = request.form.get("adviser", "")
    session().memory[f"hand over {case.hex()}"] = Wish(
        id_of(to) if to else b"",
        tuple(known[mark].name for mark in request.form.getlist("part") if mark in known),
        {one.name: typed(f"words-{mark}") for mark, one in known.items() if _is_reworded(mark, one)},
        request.form.get("last_day", ""),
    )
    if request.form.get("do") == "keep":
        say("What you chose and typed is here again. Nothing was handed over.")
        return go("handing.choose", name=named(case))
    return go("handing.look", name=named(case))


def _is_reworded(mark: str, part: Part) -> bool:
    """Also where nothing is left of the words: what goes over is never what somebody had deleted."""
    field = f"words-{mark}"
    return part.file is None and field in request.form and typed(field) != part.text.strip()


@pages.get("/case/<name>/hand-over/look")
def look(name: str) -> ResponseReturnValue:
    """Exactly what the adviser will see."""
    case = main_of(desk(), case_of(name))
    wish = _wish(case)
    if wish is None or not wish.adviser:
        say("Choose the adviser, and what they get.", bad=True)
        return go("handing.choose", name=named(case))
    try:
        statement = _statement(case, wish)
    except OfframpError as error:
        say(f"{said(error)} Nothing was handed over.", bad=True)
        return go("handing.choose", name=named(case))
    return page(
        "look_over.html",
        "Hand over",
        case=case,
        adviser=adviser(desk(), wish.adviser),
        statement=statement,
        digest=_digest(wish.adviser, statement),
        size=size_in_words,
    )


def _statement(case: bytes, wish: Wish) -> Statement:
    wording = {key: text for key, text in wish.wording.items() if key in wish.parts}
    return would_go(desk(), case, wish.adviser, wish.parts, _day(wish.last_day), wording)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadEndDate from None


def _digest(adviser_id: bytes, statement: Statement) -> str:
    """By which it is known whether what is to be sealed, and to which key, is what was looked at."""
    parts = [adviser_id, statement.adviser, statement.last_day.isoformat().encode()]
    parts += [text.encode() for part in statement.parts for text in part]
    parts += [raw for file in statement.files for raw in (file.name.encode(), file.data)]
    return hashlib.blake2b(b"".join(hashlib.blake2b(one).digest() for one in parts)).hexdigest()


@pages.post("/case/<name>/hand-over/seal")
def seal(name: str) -> ResponseReturnValue:
    """Seal what was looked at. The file is made on the next page, as often as it is wanted."""
    case = main_of(desk(), case_of(name))
    wish = _wish(case)
    if wish is None:
        say("Choose the adviser, and what they get, once more. Nothing was handed over.", bad=True)
        return go("handing.choose", name=named(case))
    try:
        same = _digest(wish.adviser, _statement(case, wish)) == request.form.get("digest")
    except OfframpError as error:
        say(f"{said(error)} Nothing was handed over.", bad=True)
        return go("handing.choose", name=named(case))
    if not same:
        say("It is not the same any more as what you looked at. Look at it once more.", bad=True)
        return go("handing.look", name=named(case))
    wording = {key: text for key, text in wish.wording.items() if key in wish.parts}
    made, _ = hand_over(desk(), case, wish.adviser, wish.parts, _day(wish.last_day), wording)
    session().memory.pop(f"hand over {case.hex()}", None)
    say("It is sealed to the adviser. Save the file, and give it to them by any way.")
    return go("handing.one", name=named(made.id))


@pages.get("/hand-off/<name>")
def one(name: str) -> ResponseReturnValue:
    """What exactly went to whom."""
    found = find_hand_off(desk(), id_of(name))
    return page(
        "hand_off.html",
        "Hand-off",
        one=found,
        statement=handed_over(desk(), found),
        titles=[part_title(desk(), found.case, part) for part in found.parts],
        who=adviser_name(desk(), found.adviser),
        by=desk().team.name_of(found.by),
        state=found.state(days.today()),
        size=size_in_words,
    )


@pages.post("/hand-off/<name>/file")
def file(name: str) -> ResponseReturnValue:
    """The file for the adviser, sealed anew each time, under a name that tells nothing."""
    return download(file_again(desk(), id_of(name)), new_file_name())


@pages.post("/hand-off/<name>/end")
def end(name: str) -> ResponseReturnValue:
    found = find_hand_off(desk(), id_of(name))
    end_hand_off(desk(), found.case, found.id)
    say("Ended: drafts for it are refused. Tell the adviser. The case can be handed over to another one.")
    return go("handing.one", name=name)


def _beside(case: bytes) -> Markup:
    """On a request's own page: what went to whom, and what came back."""
    if desk().cases[case].kind != "request":
        return Markup()
    shown = render_template(
        "desk/beside_handing.html",
        case=case,
        hand_offs=hand_offs(desk(), case),
        drafts=drafts(desk(), case),
        who=lambda one: adviser_name(desk(), one),
        today=days.today(),
    )
    return Markup(shown)  # noqa: S704  # escaped by Jinja


FAMILY: Final = Family(pages, beside_case=_beside)

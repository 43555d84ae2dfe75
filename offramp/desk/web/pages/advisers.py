"""Advisers: whom the team spoke with, whose key was compared over a call, and what they offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from offramp.crypto.errors import OfframpError
from offramp.crypto.event import Json
from offramp.desk.cases.merging import main_of
from offramp.desk.handing.advisers import (
    VETTINGS,
    Adviser,
    AdviserKey,
    add_adviser,
    adviser,
    advisers,
    end_adviser,
    enroll,
    vet,
)
from offramp.desk.handing.cards import parse_card, pasted_card
from offramp.desk.handing.errors import NotVetted
from offramp.desk.handing.handing_over import all_hand_offs, open_counts
from offramp.desk.handing.offered import offered, offered_keys
from offramp.desk.matching.profiles import MOST_HOURS, profile_of, profile_value, set_profile
from offramp.desk.web.family import Family
from offramp.desk.web.forms import one_line, typed
from offramp.desk.web.here import desk, go, id_of, named, page, say, session
from offramp.desk.web.job import said

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("advisers", __name__)
IN_WORDS: Final = {"none": "not asked", "asked": "asked", "vetted": "vetted", "declined": "declined"}
_LISTS: Final = ("skills", "languages", "regions")


@dataclass(frozen=True, slots=True)
class Line:
    """An adviser in the list."""

    adviser: Adviser
    handed: int
    case: bytes | None
    """The case of their offer."""


@pages.get("/advisers")
def show() -> ResponseReturnValue:
    counts = open_counts(desk())
    lines = [Line(one, counts[one.id], _offer(one.id)) for one in advisers(desk())]
    return page("advisers.html", "Advisers", lines=lines, in_words=IN_WORDS)


@pages.post("/advisers")
def add() -> ResponseReturnValue:
    """Somebody whom the team knows otherwise than by an offer."""
    name = one_line("name")
    if not name:
        say("Give a name, so that the team knows whom you mean.", bad=True)
        return go("advisers.show")
    made = add_adviser(desk(), name)
    say("Added. What they can do, you can write down here.")
    return go("advisers.one", name=named(made))


@pages.get("/advisers/<name>")
def one(name: str) -> ResponseReturnValue:
    return _one(adviser(desk(), id_of(name)))


def _one(
    found: Adviser, key: AdviserKey | None = None, typed: dict[str, Json] | None = None
) -> ResponseReturnValue:
    theirs = [one for one in all_hand_offs(desk()) if one.adviser == found.id]
    return page(
        "adviser.html",
        "Adviser",
        adviser=found,
        offer=_offer(found.id),
        profile=profile_of(desk(), found.id),
        written=typed or profile_value(desk(), found.id),
        typed=typed is not None,
        in_words=IN_WORDS,
        most_hours=MOST_HOURS,
        hand_offs=theirs,
        key=key,
        offered=offered(desk(), found.id),
    )


def _offer(adviser_id: bytes) -> bytes | None:
    main = main_of(desk(), adviser_id)
    return main if main in desk().cases else None


@pages.post("/advisers/<name>/vetting")
def set_vetting(name: str) -> ResponseReturnValue:
    wanted = request.form.get("vetting", "")
    if wanted not in VETTINGS:
        raise BadRequest
    event = vet(desk(), id_of(name), wanted)
    say(f"Now {IN_WORDS[wanted]}.", undo=event.id)
    return go("advisers.one", name=name)


@pages.post("/advisers/<name>/profile")
def set_profile_(name: str) -> ResponseReturnValue:
    """What they offer, as somebody heard it; one thing a line."""
    lists: dict[str, Json] = {
        key: [line.strip() for line in typed(key).split("\n") if line.strip()] for key in _LISTS
    }
    hours = one_line("hours")
    value: dict[str, Json] = {"name": one_line("name"), **lists, "hours": _number(hours)}
    found = adviser(desk(), id_of(name))
    try:
        event = set_profile(desk(), found.id, value)
    except OfframpError as error:
        say(f"{said(error)} Nothing was written down.", bad=True)
        return _one(found, typed={**value, "hours": hours})
    say("Written down. Matches go by this now.", undo=event.id)
    return go("advisers.one", name=name)


def _number(typed: str) -> Json:
    """None where nothing was typed; what is no number stays a text, which is refused."""
    return int(typed) if typed.isascii() and typed.isdigit() else typed or None


@pages.post("/advisers/<name>/key")
def look_at_key(name: str) -> ResponseReturnValue:
    """Show the ten words of a key, before anybody says that they are right."""
    found = adviser(desk(), id_of(name))
    if not found.is_vetted:
        raise NotVetted
    sent = request.files.get("file")
    key = parse_card(sent.stream.read()) if sent and sent.filename else pasted_card(typed("card"))
    session().memory[f"key {found.id.hex()}"] = key
    return _one(found, key)


@pages.post("/advisers/<name>/enroll")
def enroll_key(name: str) -> ResponseReturnValue:
    """The words were compared; only of a key that was shown."""
    found = adviser(desk(), id_of(name))
    shown = (session().memory.pop(f"key {found.id.hex()}", None), *offered_keys(desk(), found))
    said_so = request.form.get("words")
    key = next((one for one in shown if isinstance(one, AdviserKey) and one.words == said_so), None)
    if key is None:
        say("Choose the file again, and compare its words once more.", bad=True)
    else:
        enroll(desk(), found.id, key)
        say("Enrolled. Requests can be handed over to them now.")
    return go("advisers.one", name=name)


@pages.post("/advisers/<name>/end")
def end(name: str) -> ResponseReturnValue:
    """Take the key back, and end what was handed over."""
    end_adviser(desk(), id_of(name))
    say("They get nothing any more, and drafts of theirs are refused. What they have read, they have read.")
    return go("advisers.one", name=name)


def _beside(case: bytes) -> Markup:
    """On an offer's own page: how far the team is with them."""
    if desk().cases[case].kind != "offer":
        return Markup()
    found = adviser(desk(), case)
    words = render_template(
        "desk/beside_offer.html",
        adviser=found,
        in_words=IN_WORDS,
        brings_key=bool(offered_keys(desk(), found)),
    )
    return Markup(words)  # noqa: S704  # escaped by Jinja


FAMILY: Final = Family(pages, menu=(("Advisers", "advisers.show"),), beside_case=_beside)

"""What a page finds around it: the unlocked desk, its folder, the browser's session, and names for addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from offramp.desk.desk import Desk
from offramp.desk.web.door import Session
from offramp.desk.web.guard import SESSION
from offramp.desk.web.keeper import Keeper
from offramp.desk.web.names import NoSuchName

if TYPE_CHECKING:
    from offramp.desk.commands.at_desk import Place

EXTENSION: Final = "offramp.house"
"""Where the Flask app keeps its House."""


@dataclass(frozen=True, slots=True)
class House:
    """What all requests share."""

    keeper: Keeper
    place: Place


def house() -> House:
    return cast(House, current_app.extensions[EXTENSION])


def keeper() -> Keeper:
    return house().keeper


def place() -> Place:
    """The desk's folder: where its bundle and outbox are."""
    return house().place


def session() -> Session:
    """This browser's session."""
    return cast(Session, request.environ[SESSION])


def desk() -> Desk:
    """The unlocked desk, which is this request's alone."""
    return cast(Desk, g.desk)


def named(one: bytes) -> str:
    """What an id is called in an address."""
    return session().names.of(one)


def id_of(name: str) -> bytes:
    """The id [16] that an address or a form means. Raises NoSuchName."""
    return session().names.id(name)


def case_of(name: str) -> bytes:
    """The id [16] of a case that is here. Raises NoSuchName."""
    one = id_of(name)
    if one not in desk().cases:
        raise NoSuchName
    return one


def say(text: str, *, undo: bytes | None = None, bad: bool = False) -> None:
    """Say something on the next page; with an event's id as `undo`, beside a button that takes it back."""
    session().say(text, undo=undo, bad=bad)


def page(template: str, title: str, *, writing: str = "", code: int = 200, **values: object) -> Response:
    """A page; `title` ends up in the browser's history, so it names nobody.

    `writing` is the id of a form into which somebody may be writing for long. Such a page is not put away when
    the desk locks; it is covered, and a button of the cover sends that form with do=keep.
    """
    response = make_response(
        render_template(f"desk/{template}", title=title, writing=writing, **values), code
    )
    if "desk" in g and not writing:
        response.headers["Refresh"] = f"{keeper().lock_after + 2:.0f}; url={url_for('lock.away')}"
    return response


def go(endpoint: str, *, part: str | None = None, **values: Any) -> Response:
    """Let the browser ask for another page, so that reloading does nothing twice."""
    return redirect(url_for(endpoint, _anchor=part, **values), 303)


def back() -> Response:
    """Let the browser go back to the page that the form stood on."""
    came_from = urlsplit(request.referrer or "").path
    inside = came_from.startswith(f"{session().path}/")
    return redirect(came_from if inside else url_for("home"), 303)


def chosen_ids(field: str = "id") -> list[bytes]:
    """The ids that are ticked in a form. Raises NoSuchName."""
    return [id_of(name) for name in request.form.getlist(field)]


def download(data: bytes, name: str) -> Response:
    """A file to save, under a name that is ours. The browser shows and opens nothing of it by itself."""
    response = make_response(data)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

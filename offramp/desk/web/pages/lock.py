"""Locking and unlocking, and the page that shows how far something long is.

Whoever was writing when the desk locked itself loses nothing: what the browser then sends is kept in memory,
and is carried out after the passphrase was given.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from offramp.crypto.errors import OfframpError, WrongPassphrase
from offramp.desk.handing.drafting import WRITTEN
from offramp.desk.web.family import Family
from offramp.desk.web.guard import MOST_BYTES
from offramp.desk.web.here import go, keeper, page, session
from offramp.desk.web.job import said
from offramp.desk.web.ready import begin_to_get_ready

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("lock", __name__)
FAMILY: Final = Family(pages, roles=("organizer", "adviser"))
OUTSIDE: Final = ("lock.unlock", "lock.away", "lock.icon", "lock.cover")
"""What is there while the desk is locked."""


@dataclass(frozen=True, slots=True)
class Held:
    """A form that was sent to a locked desk."""

    path: str
    content_type: str
    body: bytes

    def again(self) -> Response:
        """Carry it out now."""
        environ = dict(request.environ)
        environ.update(
            PATH_INFO=self.path,
            CONTENT_TYPE=self.content_type,
            CONTENT_LENGTH=str(len(self.body)),
            QUERY_STRING="",
        )
        environ["wsgi.input"] = io.BytesIO(self.body)
        for name in [name for name in environ if name.startswith("werkzeug.")]:
            del environ[name]
        return Response.from_app(current_app.wsgi_app, environ, buffered=True)


def wait_outside() -> ResponseReturnValue:
    """The desk is locked: keep what was sent, and ask for the passphrase."""
    if request.method == "POST":
        body = request.get_data(cache=False)[:MOST_BYTES]
        session().held = Held(request.path, request.content_type or "", body)
    else:
        session().wanted = request.path
    return go("lock.unlock")


def show_progress() -> ResponseReturnValue:
    """How far the long job is; the page asks again by itself."""
    response = page("progress.html", "Working", job=keeper().at_work)
    response.headers["Refresh"] = f"1; url={session().path}{request.path}"
    return response


@pages.get("/icon")
def icon() -> ResponseReturnValue:
    return "", 204


@pages.get("/cover.css")
def cover() -> ResponseReturnValue:
    """When the style sheet is to cover a page that stands open."""
    return f":root {{ --lock-after: {keeper().lock_after:.0f}s; }}\n", 200, {"Content-Type": "text/css"}


@pages.get("/away")
def away() -> ResponseReturnValue:
    """Where pages go that stood open for too long; to ask for this is no use of the desk."""
    return go("lock.unlock") if keeper().is_locked else page("away.html", "Put away")


@pages.post("/lock")
def lock() -> ResponseReturnValue:
    keeper().lock()
    return go("lock.unlock")


@pages.route("/unlock", methods=["GET", "POST"])
def unlock() -> ResponseReturnValue:
    """Ask for the passphrase; then go on with what was wanted."""
    problem = ""
    if request.method == "POST":
        try:
            keeper().unlock(request.form.get("passphrase", ""))
        except WrongPassphrase:
            problem = "That is not the passphrase of this desk."
        except (OfframpError, OSError) as error:
            problem = said(error)
    if keeper().is_locked:
        return page("unlock.html", "Locked", problem=problem, held=session().held)
    return _go_on()


def _go_on() -> Response:
    now = session()
    with keeper().desk() as desk:
        now.names.learn((*desk.cases, *desk.state.subjects(), *desk.letters, *desk.events))
        now.names.learn(name for room, one in desk.small[WRITTEN] for name in (room, one))
    held, wanted = now.held, now.wanted
    now.held, now.wanted = None, None
    response = held.again() if held else redirect(f"{now.path}{wanted}" if wanted else url_for("home"), 303)
    if request.method == "POST":
        begin_to_get_ready(keeper())
    return response

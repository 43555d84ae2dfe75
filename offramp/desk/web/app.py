"""The WSGI app of the desk's pages: every request is checked, gets the desk for itself, and is answered.

The guard stands in front of it (guard.py); the families of pages are in offramp.desk.web.pages.
"""

from __future__ import annotations

import contextlib
import hmac
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Final

import click
from flask import Flask, Request, g, redirect, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from offramp.crypto.errors import OfframpError
from offramp.desk.errors import WrongRole
from offramp.desk.vault.errors import VaultLocked
from offramp.desk.web import inert
from offramp.desk.web.banner import NOTHING, banner
from offramp.desk.web.families import FAMILIES
from offramp.desk.web.family import Family
from offramp.desk.web.guard import MOST_BYTES, SESSION
from offramp.desk.web.here import EXTENSION, House, desk, keeper, named, page, session
from offramp.desk.web.job import said
from offramp.desk.web.names import NoSuchName
from offramp.desk.web.pages import lock

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_OFFRAMP: Final = Path(__file__).parents[2]
_MOST_TEXT: Final = 2_000_000


class NotOurForm(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """This form is of an earlier session. Nothing was done; open the page again."""


class InMemory(Request):
    """Files stay in memory: werkzeug would put larger ones onto the disk, readable."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return io.BytesIO()


class DeskApp(Flask):
    """Flask, with every expression of a template made inert, and nothing of a request in a log."""

    request_class = InMemory
    jinja_options = {  # noqa: RUF012  # as Flask declares it
        "finalize": inert.finalize,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Where it happened, and not what was said there: that may hold a stranger's words."""
        kind, _, trace = exc_info
        lines = "".join(traceback.format_tb(trace))
        click.echo(f"The desk's pages have a bug:\n{lines}{kind.__name__ if kind else ''}", file=sys.stderr)


def make_app(house: House) -> Flask:
    """The pages over a house's desk."""
    app = DeskApp(
        "offramp.desk.web",
        template_folder=str(_OFFRAMP / "templates"),
        static_folder=str(_OFFRAMP / "static" / "desk"),
        static_url_path="/static",
    )
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES, MAX_FORM_MEMORY_SIZE=_MOST_TEXT, MAX_FORM_PARTS=3000)
    app.extensions[EXTENSION] = house
    app.before_request(_before)
    app.teardown_request(_after)
    app.context_processor(_around)
    app.add_url_rule("/", "home", _home)
    for family in FAMILIES:
        app.register_blueprint(family.pages)
    for name in ("as_typed", "beginning", "in_pairs", "short"):
        app.add_template_filter(getattr(inert, name))
    app.add_template_test(inert.is_long, "long")
    app.add_template_global(named)
    app.add_template_global(lambda: session().form_token, "form_token")
    for kind, handler in ((OfframpError, _refused), (OSError, _refused), (HTTPException, _http)):
        app.register_error_handler(kind, handler)
    return app


def _before() -> ResponseReturnValue | None:
    """Locked, or at something long: then every address shows that. Otherwise the desk is this request's."""
    if request.endpoint in ("static", *lock.OUTSIDE):
        return None
    if keeper().is_locked:
        return lock.wait_outside()
    # What is sent meanwhile waits for the end, and is not lost.
    if keeper().at_work is not None and request.method == "GET":
        return lock.show_progress()
    try:
        with contextlib.ExitStack() as stack:
            g.desk = stack.enter_context(keeper().desk())
            g.leaving = stack.pop_all()
    except VaultLocked:  # in this very moment
        return lock.wait_outside()
    keeper().use()
    _say_what_ended()
    _say_what_went_wrong()
    _check_role()
    _check_form()
    return None


def _home() -> ResponseReturnValue:
    """The first page of this desk's menu."""
    first = next(
        endpoint for family in FAMILIES for _, endpoint in family.menu if desk().me.role in family.roles
    )
    return redirect(url_for(first), 303)


def _say_what_ended() -> None:
    job = keeper().job
    if job is not None and job.message is not None:
        keeper().job = None
        if job.message.text:
            session().messages.append(job.message)


def _say_what_went_wrong() -> None:
    """What could not be destroyed in the night is told, and not to a log."""
    problem, keeper().problem = keeper().problem, ""
    if problem:
        session().say(problem, bad=True)


def _check_role() -> None:
    """Raises WrongRole for pages of another desk."""
    for family in FAMILIES:
        if family.pages.name == request.blueprint and desk().me.role not in family.roles:
            raise WrongRole


def _check_form() -> None:
    """Whatever else listens on the loopback may be sent our cookie; it does not see our forms."""
    if request.method == "POST":
        given = request.form.get("form_token", "")
        if not hmac.compare_digest(given.encode(), session().form_token.encode()):
            raise NotOurForm


def _after(_: BaseException | None) -> None:
    leaving = g.pop("leaving", None)
    if leaving is not None:
        leaving.close()


def _around() -> dict[str, Any]:
    """What every template may ask for."""
    inside = "desk" in g
    role = g.desk.me.role if inside else ""
    return {
        "menu": [
            (words, endpoint, _is_here(family, endpoint))
            for family in FAMILIES
            for words, endpoint in family.menu
            if role in family.roles
        ],
        "inside": inside,
        "me": g.desk.me if inside else None,
        "campaign": g.desk.campaign if inside else None,
        "lock_after": keeper().lock_after,
        "warned": banner(g.desk) if inside and request.blueprint != "keys" else NOTHING,
        "said": session().said if SESSION in request.environ else Sequence,
    }


def _is_here(family: Family, endpoint: str) -> bool:
    """Whether the open page is this entry of the menu, or belongs to it."""
    alone = len(family.menu) == 1 and family.pages.name == request.blueprint
    return alone or endpoint == request.endpoint


def _refused(error: OfframpError | OSError) -> ResponseReturnValue:
    """What a person can act on."""
    status = 404 if isinstance(error, NoSuchName) else 409
    return page("refused.html", "That did not work", code=status, text=said(error))


def _http(error: HTTPException) -> ResponseReturnValue:
    words = {
        404: "There is no such page.",
        413: "That is too large. 8 MB of files are the most in one answer.",
        500: "Something went wrong in the program. Nothing that was shown as saved is lost.",
    }
    text = words.get(error.code or 500, "The browser asked for something that this page does not do.")
    return page("refused.html", "That did not work", code=error.code or 500, text=text)

"""How the two apps answer: the same headers on everything, one plain sentence for every refusal, no trace."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RoutingException

from offramp.board.errors import KeptTooLong
from offramp.crypto.errors import (
    CardError,
    NotAnEnvelope,
    PackError,
    RequestRefused,
    ShardFull,
    UnknownKeyset,
    UnsupportedVersion,
    WrongLength,
    WrongSlots,
)
from offramp.site.policy import HEADERS
from offramp.store import StoreBusy, StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# A typed error's own sentence is what the person reads; here is only its status.
_STATUS: dict[type[Exception], int] = {
    NotAnEnvelope: 400,
    PackError: 400,
    UnsupportedVersion: 400,
    WrongSlots: 400,
    RequestRefused: 401,
    UnknownKeyset: 409,
    CardError: 422,
    KeptTooLong: 422,
    ShardFull: 422,
    WrongLength: 422,
    StoreBusy: 503,
    StoreUnavailable: 503,
    StoreFull: 507,
}

_SENTENCES = {
    400: "The request is malformed.",
    404: "There is no such page.",
    405: "This address does not take that kind of request.",
}
_FAILED = "Something went wrong here. Nothing was kept."


class Refused(Exception):  # noqa: N818 - a refusal is no error of ours
    """A request that is refused with this status and this sentence, which repeats nothing of the request."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status, sentence)
        self.status, self.sentence = status, sentence


class Closed(Refused):
    """Nothing is taken now.  Made anew each time: an error that is raised again keeps every request it went through."""

    def __init__(self) -> None:
        super().__init__(503, "Nothing can be sent now: nobody has confirmed lately that this inbox is read.")


class QuietFlask(Flask):
    """Flask that keeps requests out of the log and out of redirects, and gives every answer our headers."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Add the headers here, below everything that could forget them."""

        def start(status: str, headers: list[tuple[str, str]], error: OptExcInfo | None = None) -> object:
            own = {name.lower() for name, _ in headers}  # a page's own policy, instead of ours
            ours = [(name, value) for name, value in HEADERS if name.lower() not in own]
            return start_response(status, [*headers, *ours], error)

        return super().wsgi_app(environ, cast("StartResponse", start))

    def handle_http_exception(self, e: HTTPException) -> HTTPException | ResponseReturnValue:
        """Turn redirects, which would repeat the request's Host, into what they are here: not found."""
        return super().handle_http_exception(NotFound() if isinstance(e, RoutingException) else e)

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        """Name the error's class and its line of code; its text and the request may be a stranger's words."""
        kind, _, trace = exc_info
        frames = traceback.extract_tb(trace)
        where = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        print(f"error: {kind.__name__ if kind else 'unknown'}{where}", file=sys.stderr, flush=True)  # noqa: T201 - the error log


def make_app(name: str) -> QuietFlask:
    """An app without any route, session, template or static folder, that refuses as this module says."""
    app = QuietFlask(name, static_folder=None, template_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # merging answers with redirects that repeat the request's Host
    app.register_error_handler(Refused, lambda refused: sentence(refused.status, refused.sentence))
    app.register_error_handler(HTTPException, _plain)
    for kind, status in _STATUS.items():
        app.register_error_handler(kind, _typed(status))
    return app


def sentence(status: int, text: str) -> Response:
    """A plain sentence."""
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")


def as_json(value: object, status: int = 200) -> Response:
    """JSON without white space."""
    return Response(json.dumps(value, separators=(",", ":")), status, content_type="application/json")


def _typed(status: int) -> Callable[[Exception], Response]:
    return lambda error: sentence(status, str(error))


def _plain(error: HTTPException) -> Response:
    """Flask's own refusals (404, 405, 500 …), without its HTML and without a redirect's target."""
    status = error.code or 500
    response = sentence(status, _SENTENCES.get(status, _FAILED if status >= 500 else _SENTENCES[400]))
    if status == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response

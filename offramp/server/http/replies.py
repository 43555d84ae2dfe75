"""How the two apps answer: the same headers on everything, one plain sentence for every refusal, no trace."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.http import HTTP_STATUS_CODES
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
from offramp.server.errors import LimitRefused
from offramp.site.pages import Headers
from offramp.site.policy import HEADERS
from offramp.store import StoreBusy, StoreFull, StoreUnavailable

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

T = TypeVar("T")

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
    LimitRefused: 422,
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


class Paused(Refused):
    """The people who read the inbox have paused it."""

    def __init__(self) -> None:
        super().__init__(503, "Nothing can be sent now: the people who read this inbox have paused it.")


class Sent:
    """A request as a WSGI server hands it over, for a view that needs no more of it: a tenth of the work."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ


AnyRequest = Request | Sent

Done = Callable[[], None]
"""Called once, from any thread, when something has an outcome; it must not take long."""


class Reply(NamedTuple):
    """An answer that needs no more than this: its status, the kind of its body, that, and headers of its own."""

    status: int
    kind: str
    body: bytes
    headers: Headers = ()

    def respond(self, start_response: StartResponse) -> Iterable[bytes]:
        """Give it to a WSGI server, with the same headers as every answer."""
        status = f"{self.status} {HTTP_STATUS_CODES[self.status].upper()}"
        own = [("Content-Type", self.kind), ("Content-Length", str(len(self.body))), *self.headers]
        start_response(status, _with_ours(own))
        return [self.body]


class QuietFlask(Flask):
    """Flask that keeps requests out of the log and out of redirects, and gives every answer our headers."""

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None, template_folder=None)
        self._straight: dict[tuple[str, str], Callable[[Sent], Reply]] = {}
        self._starts: dict[tuple[str, str], Callable[[Sent, Done], Callable[[], Reply]]] = {}

    def add_straight(
        self,
        method: str,
        path: str,
        view: Callable[[Sent], Reply],
        start: Callable[[Sent, Done], Callable[[], Reply]] | None = None,
    ) -> None:
        """Answer this without Flask's detour, which costs more than anything that the view does, and is the same.

        *start* is the view in two parts: all that needs no waiting, and what is called once that has an outcome.
        Without it, the view itself waits for nothing.  Any other method of that path is Flask's to refuse.
        """
        self._straight[method, path] = view
        if start is not None:
            self._starts[method, path] = start
        self.add_url_rule(path, path, lambda: as_response(view(Sent(request.environ))), methods=[method])

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Add the headers here, below everything that could forget them."""
        view = self._straight.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if view is not None:
            return self._said(partial(view, Sent(environ))).respond(start_response)

        def start(status: str, headers: list[tuple[str, str]], error: OptExcInfo | None = None) -> object:
            return start_response(status, _with_ours(headers), error)

        return super().wsgi_app(environ, cast("StartResponse", start))

    def can_start(self, method: str, path: str) -> bool:
        """Whether `start` answers this."""
        return (method, path) in self._straight

    def start(self, environ: WSGIEnvironment, done: Done) -> Reply | Callable[[], Reply]:
        """Begin to answer, without waiting for anything: the reply, or what gives it after *done* was called."""
        named = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        start = self._starts.get(named)
        if start is None:
            return self._said(partial(self._straight[named], Sent(environ)))
        begun = self._said(partial(start, Sent(environ), done))
        return begun if isinstance(begun, Reply) else partial(self._said, begun)

    def _said(self, view: Callable[[], T]) -> T | Reply:
        """What a view says, or the sentence for what it raises, as Flask's handlers have it."""
        try:
            return view()
        except Refused as refused:
            status, words = refused.status, refused.sentence
        except tuple(_STATUS) as error:
            status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
            words = _words(error)
        except Exception:  # noqa: BLE001 - a bug, which Flask would keep from its server too
            self.log_exception(sys.exc_info())
            status, words = 500, _FAILED
        return Reply(status, "text/plain; charset=utf-8", f"{words}\n".encode())

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
    app = QuietFlask(name)
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


def json_reply(value: object, status: int = 200) -> Reply:
    """The same for a view that Flask need not see."""
    return Reply(status, "application/json", json.dumps(value, separators=(",", ":")).encode("ascii"))


def _with_ours(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """An answer's headers and those of every answer; where both have one, the answer's."""
    own = {name.lower() for name, _ in headers}  # a page's own policy
    return [*headers, *((name, value) for name, value in HEADERS if name.lower() not in own)]


def as_response(reply: Reply) -> Response:
    """The same for Flask."""
    return Response(reply.body, reply.status, reply.headers, content_type=reply.kind)


def _typed(status: int) -> Callable[[Exception], Response]:
    return lambda error: sentence(status, _words(error))


def _words(error: Exception) -> str:
    """What is wrong with the disk is the operator's to know, who finds it in the log, and nobody else's."""
    return str(StoreUnavailable() if isinstance(error, StoreUnavailable) else error)


def _plain(error: HTTPException) -> Response:
    """Flask's own refusals (404, 405, 500 …), without its HTML and without a redirect's target."""
    status = error.code or 500
    response = sentence(status, _SENTENCES.get(status, _FAILED if status >= 500 else _SENTENCES[400]))
    if status == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response

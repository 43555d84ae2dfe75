"""The guard in front of the pages: only the organizer's own browser gets past, and only from our own pages."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final

from offramp.desk.web.door import Door
from offramp.desk.web.headers import with_ours

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SESSION: Final = "offramp.session"
"""Where the pages find the Session in a request's WSGI environment."""
MOST_BYTES: Final = 32_000_000
"""A request's body. That is several times the files of one answer: who chooses too many of them is told so on a
page that still has their text."""

_OPEN: Final = "/open/"
_FROM_OUTSIDE: Final = ("cross-site", "same-site")
"""What a browser says of a request that another page made. Another port of this laptop is "same-site"."""

_NO_SESSION: Final = (
    "Go to the window in which you started the desk, and press Enter there: it shows a new address. "
    "Each address works once, in one browser."
)
_NOT_OURS: Final = "Another page or program asked for this, so nothing was done."


class Refused(Exception):  # noqa: N818  # it ends a request, and never leaves this file
    """A request that goes no further."""

    def __init__(self, status: str, title: str, text: str) -> None:
        super().__init__()
        self.status, self.title, self.text = status, title, text


class Guard:
    """WSGI in front of WSGI: refuses, lets in, and puts our headers on every answer."""

    def __init__(self, app: WSGIApplication, door: Door) -> None:
        self._app, self._door = app, door

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            return start_response(status, with_ours(headers), exc_info)

        try:
            self._check_asker(environ)
            path = environ.get("PATH_INFO", "")
            if path.startswith(_OPEN) and environ["REQUEST_METHOD"] == "GET":
                return self._enter(path.removeprefix(_OPEN), start)
            self._let_in(environ, path)
        except Refused as refused:
            return _page(refused, start)
        return self._app(environ, start)

    def _check_asker(self, environ: WSGIEnvironment) -> None:
        """A page elsewhere cannot ask in the organizer's name, nor under another name for this laptop."""
        host = environ.get("HTTP_HOST", "")
        site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
        method = environ["REQUEST_METHOD"]
        if host not in self._door.hosts:
            raise Refused("421 Misdirected Request", "Not this address", _NO_SESSION)
        if method not in ("GET", "HEAD", "POST"):
            raise Refused("405 Method Not Allowed", "Not so", _NOT_OURS)
        if site in _FROM_OUTSIDE or origin not in (None, f"http://{host}"):
            raise Refused("403 Forbidden", "Not from here", _NOT_OURS)
        if method == "POST":
            self._check_post(environ, site, origin)

    @staticmethod
    def _check_post(environ: WSGIEnvironment, site: str | None, origin: str | None) -> None:
        if site != "same-origin" or origin is None:
            raise Refused("403 Forbidden", "Not from here", _NOT_OURS)
        if int(environ.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Refused("413 Content Too Large", "Too large", "8 MB of files are the most in one answer.")

    def _enter(self, token: str, start: StartResponse) -> Iterable[bytes]:
        session = self._door.enter(token)
        if session is None:
            raise Refused("403 Forbidden", "This address was used before", _NO_SESSION)
        cookie = f"{self._door.cookie_name}={session.cookie}; Path={session.path}/; HttpOnly; SameSite=Strict"
        # A redirect that came from elsewhere would come without a strict cookie. A page's own link does not.
        start("303 See Other", [("Location", f"{session.path}/"), ("Set-Cookie", cookie)])
        return [b""]

    def _let_in(self, environ: WSGIEnvironment, path: str) -> None:
        first = "/" + path.lstrip("/").partition("/")[0]
        session = self._door.session_of(first, list(_cookies(environ, self._door.cookie_name)))
        if session is None:
            raise Refused("403 Forbidden", "The desk does not know this browser", _NO_SESSION)
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = session.path, path.removeprefix(session.path) or "/"
        environ[SESSION] = session


def _cookies(environ: WSGIEnvironment, name: str) -> Iterable[str]:
    """All cookies of that name: somebody else on the loopback may have set another one."""
    for part in environ.get("HTTP_COOKIE", "").split(";"):
        try:
            found = SimpleCookie(part.strip())
        except CookieError:
            continue
        if name in found:
            yield found[name].value


def _page(refused: Refused, start: StartResponse) -> Iterable[bytes]:
    """A page of its own: whoever is refused gets no style sheet either."""
    title, text = html.escape(refused.title), html.escape(refused.text)
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Desk</title><main><h1>{title}</h1>'
        f"<p>{text}</p></main></html>"
    )
    start(refused.status, [("Content-Type", "text/html; charset=utf-8")])
    return [body.encode()]

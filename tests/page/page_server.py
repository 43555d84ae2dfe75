"""A small server on the loopback with the real pages, whose other answers are what a test says."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from offramp.crypto.envelope import envelope_id
from offramp.site.pages import Page

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets. `held` keeps back the answer until it is set, `slowly` the reading of the body.

    `half` keeps back the body's second half. Of a body that is `cut`, only the first half ever comes.
    """

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    held: threading.Event | None = None
    slowly: threading.Event | None = None
    half: threading.Event | None = None
    cut: bool = False


BROKEN = Answer(0)
"""The connection is closed instead of an answer."""


def received(envelope: bytes) -> Answer:
    """What the real intake answers once an envelope is durable."""
    return Answer(201, b'{"received":"%s"}' % envelope_id(envelope).hex().encode(), "application/json")


class PageServer:
    """`url` is its address; `sealed` holds every body that came to `/sealed`, `requests` every path.

    `keyset`, with the card behind it, can be changed at any time. `answers` is used up, one a submission; then
    all is received.
    `files` are the board and the parcels, by their paths. `next` comes first: for each path, what the next
    requests get, one after another.
    """

    def __init__(self, pages: Mapping[str, Page], keyset: Answer) -> None:
        self.pages = pages
        self.keyset = keyset
        self.answers: deque[Answer | Callable[[bytes], Answer]] = deque()
        self.files: dict[str, bytes] = {}
        self.next: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.sealed: list[bytes] = []
        self.requests: list[str] = []
        self.strange: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    """One request. `owner` is set in a subclass of its own for each server."""

    owner: PageServer

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the base class's name
        """Says nothing: a test asserts on what was recorded."""

    def do_GET(self) -> None:
        self.owner.requests.append(self.path)
        # As with the real intake, a query changes nothing; only scripts that are fetched anew have a use for one.
        path = self.path.partition("?")[0] if ".js?" in self.path else self.path
        page = self.owner.pages.get(path)
        if planned := self.owner.next[path]:
            self._answer(planned.popleft())
        elif self.path == "/keyset":
            self._answer(self.owner.keyset)
        elif self.path.startswith(("/board", "/parcel/")) or self.owner.next[self.path]:
            self._answer(self._file())
        elif page:
            self._send(200, page.gzipped, page.content_type, ("Content-Encoding", "gzip"), *page.headers)
        else:
            self.owner.strange.append(f"GET {self.path}")
            self._answer(Answer(404))

    def _file(self) -> Answer:
        """As the real intake answers for a board and its parcels."""
        if self.path in self.owner.files:
            return Answer(200, self.owner.files[self.path], "application/octet-stream")
        return Answer(503 if self.path == "/board" else 404, b"Not here.")

    def do_POST(self) -> None:
        self.owner.requests.append(self.path)
        if self.path != "/sealed" or self.headers["Content-Type"] != "application/octet-stream":
            self.owner.strange.append(f"POST {self.path} {self.headers['Content-Type']}")
        answer = self.owner.answers.popleft() if self.owner.answers else received
        if isinstance(answer, Answer) and answer.slowly:
            answer.slowly.wait(60)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.owner.sealed.append(body)
        self._answer(answer if isinstance(answer, Answer) else answer(body))

    def _answer(self, answer: Answer) -> None:
        if answer.held:
            answer.held.wait(60)
        if answer is BROKEN:
            self.close_connection = True
            return
        self._send(answer.status, answer.body, answer.content_type, half=answer.half, cut=answer.cut)

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str,
        *more: tuple[str, str],
        half: threading.Event | None = None,
        cut: bool = False,
    ) -> None:
        self.send_response(status)
        own = dict(more)  # a page may have a policy of its own
        headers = [*({"Content-Security-Policy": CSP, "Referrer-Policy": "no-referrer"} | own).items()]
        headers += [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
        for name, value in [*headers, ("Content-Type", content_type), ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        # Whoever stopped sending does not wait for the answer either.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.end_headers()
            middle = len(body) // 2
            self.wfile.write(body[:middle])
            if half:
                half.wait(60)
            if not cut:
                self.wfile.write(body[middle:])

"""An app's answer, and sending it: as much as the client takes, and never waiting for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from gunicorn.http import wsgi  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.http.quiet import QuietResponse

FAILED: Final = "500 Internal Server Error", "Something went wrong here. Nothing was kept.\n"
"""What `plain` says of a bug."""

_PIECE: Final = 64 * 1024  # bytes of a file that are sent at a time
_LAST_CHUNK: Final = b"0\r\n\r\n"

_PLAIN: Final = (
    "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "X-Content-Type-Options: nosniff\r\nContent-Length: {length}\r\n\r\n{text}"
)


class Answer:
    """What is still to be sent to a client.

    *status*: its number.  *keeps*: whether the connection takes another request.  *sent*: bytes so far.
    *works*: whether sending on may read from a disk, and so belongs into a thread that may wait.
    """

    __slots__ = ("_close", "_file", "_left", "_pieces", "_source", "keeps", "sent", "status", "works")

    def __init__(self, status: int, pieces: Iterable[bytes], *, keeps: bool) -> None:
        self.status, self.keeps, self.sent = status, keeps, 0
        self._pieces = [memoryview(piece) for piece in pieces if piece]
        self._source: Iterator[bytes] | None = None
        self._file, self._left = -1, 0
        self._close: Callable[[], object] | None = None
        self.works = False

    def then(self, source: Iterator[bytes], close: Callable[[], object] | None) -> Answer:
        """Send what *source* yields, when everything before it was sent."""
        self._source, self._close, self.works = source, close, True
        return self

    def then_file(self, file: int, length: int, close: Callable[[], object] | None) -> Answer:
        """Send *length* bytes of an open file, from the disk's cache to the socket without a detour."""
        self._file, self._left, self._close, self.works = file, length, close, True
        return self

    def send(self, sock: Any) -> bool:
        """Send what the socket takes now; whether that was everything.  Raises OSError where the client is gone."""
        try:
            while True:
                while self._pieces:
                    self._sent_of_pieces(sock.sendmsg(self._pieces))
                if self._left:
                    self._send_of_file(sock)
                elif not self._next_piece():
                    return True
        except BlockingIOError:
            return False

    def end(self) -> None:
        """Let go of what the answer came from."""
        close, self._close, self._source = self._close, None, None
        if close is not None:
            close()

    def _sent_of_pieces(self, count: int) -> None:
        self.sent += count
        while self._pieces and count >= len(self._pieces[0]):
            count -= len(self._pieces.pop(0))
        if count:
            self._pieces[0] = self._pieces[0][count:]

    def _send_of_file(self, sock: Any) -> None:
        count = os.sendfile(sock.fileno(), self._file, None, min(self._left, _PIECE))
        if not count:
            raise BrokenPipeError  # the file is shorter than it was: the client must see that it has not all of it
        self.sent += count
        self._left -= count

    def _next_piece(self) -> bool:
        if self._source is None:
            return False
        piece = next(self._source, None)
        if piece is None:
            self._source = None
            return False
        self._pieces = [memoryview(piece)]
        return True


def plain(status: str, text: str) -> Answer:
    """A sentence, after which the connection ends."""
    data = _PLAIN.format(status=status, length=len(text), text=text).encode("ascii")
    return Answer(int(status[:3]), [data], keeps=False)


def answer_of(app: Any, response: QuietResponse, environ: dict[str, Any]) -> Answer:
    """Put a request to the app.  Raises what the app raises."""
    body = app(environ, response.start_response)
    close = getattr(body, "close", None)
    streams = response.response_length is None or isinstance(body, wsgi.FileWrapper)
    pieces = () if streams or response._omits_body else body
    answer = Answer(response.status_code, [response.head(), *pieces], keeps=not response.should_close())
    if streams and isinstance(body, wsgi.FileWrapper):
        return answer.then_file(body.filelike.fileno(), response.response_length, close)
    if streams and not response._omits_body:
        return answer.then(_chunks(body) if response.chunked else iter(body), close)
    if close is not None:
        close()
    return answer


def _chunks(body: Iterable[bytes]) -> Iterator[bytes]:
    for piece in body:
        if piece:
            yield b"%X\r\n%b\r\n" % (len(piece), piece)
    yield _LAST_CHUNK

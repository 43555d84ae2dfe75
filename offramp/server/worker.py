"""gunicorn's worker with threads, made quieter and more patient."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
import time
from typing import Any, Final

# gunicorn has no types.
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import wsgi  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

SILENCE_SECONDS: Final = 60
"""How long one read or write may wait for a client before its connection is dropped."""

SLOWEST_BYTES: Final = 2048
"""How many bytes of a file a reader must take each second, on average, after the first silence."""

_PIECE: Final = 256 * 1024  # bytes of a file between two looks at the clock
_SOCKET_ROOM: Final = 208 * 1024  # the kernel doubles it; more is not allowed by its defaults

_TIMEVAL: Final = struct.pack("@ll", SILENCE_SECONDS, 0)

_ANSWER: Final = (
    "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "X-Content-Type-Options: nosniff\r\nContent-Length: {length}\r\n\r\n{text}"
)


class QuietWorker(ThreadWorker):  # type: ignore[misc]
    """Repeats no client's bytes, and waits for none for ever, least of all where it accepts others."""

    def handle(self, conn: TConn) -> object:
        """Serve one request; runs in one of the pool's threads."""
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, _TIMEVAL)
        outcome = super().handle(conn)
        if outcome is False:
            # Closing gracefully waits up to two seconds for the client. gunicorn does it in the one thread
            # that accepts, where five clients that do not close would keep everybody else out for ten.
            conn.close(graceful=True)
            conn.close = _closed_already
        return outcome

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer what is not HTTP.  gunicorn would put the client's bytes into the answer and the log."""
        if isinstance(exc, ParseException):
            status, text = "400 Bad Request", "The request is malformed.\n"
        else:
            status, text = "500 Internal Server Error", "Something went wrong here. Nothing was kept.\n"
            self.log.exception("")
        answer = _ANSWER.format(status=status, length=len(text), text=text).encode("ascii")
        with contextlib.suppress(OSError):  # it may be gone already
            client.send(answer, socket.MSG_DONTWAIT)


class QuietResponse(wsgi.Response):  # type: ignore[misc]
    """An answer without `Date` and `Server`: a clock that is some seconds off can tell one machine from all others."""

    def default_headers(self) -> list[str]:
        """What gunicorn adds to an app's own headers."""
        return [line for line in super().default_headers() if not line.startswith(("Date:", "Server:"))]

    def sendfile(self, respiter: Any) -> bool:
        """Send a file of a known length.  gunicorn's own way waits for ever for a reader who takes nothing.

        The socket has room for a whole shard, and refers to the disk's cache instead of copying it: whoever
        asks for a shard and does not read it keeps neither a thread nor memory.
        """
        self.send_headers()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_ROOM)
        length, sent = self.response_length, 0
        began = time.monotonic()
        while sent < length:
            sent += self._send_some(respiter.filelike.fileno(), sent, min(length - sent, _PIECE))
            if time.monotonic() - began > SILENCE_SECONDS + sent / SLOWEST_BYTES:
                raise BrokenPipeError(
                    errno.EPIPE, "too slow"
                )  # gunicorn closes the connection, and logs nothing
        return True

    def _send_some(self, file: int, offset: int, count: int) -> int:
        try:
            sent = os.sendfile(self.sock.fileno(), file, offset, count)
        except BlockingIOError:  # SILENCE_SECONDS are over
            sent = 0
        if not sent:
            raise BrokenPipeError(errno.EPIPE, "too slow")
        return sent


wsgi.Response = QuietResponse  # gunicorn has no setting for it


class QuietLogger(Logger):  # type: ignore[misc]
    """Says what happens to the processes, and nothing about requests."""

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Name an unexpected error's class; its text and the arguments may hold a client's bytes."""
        kind = sys.exc_info()[0]
        self.error("error: %s", kind.__name__ if kind else "unknown")

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """gunicorn's warnings quote requests."""

    def access(self, *args: object, **kwargs: object) -> None:
        """There is no log of requests."""


def _closed_already(graceful: bool = False) -> None:
    """In the place of a connection's close(), which gunicorn calls once more."""

"""HTTP over a connection that somebody else dialled, with an end to every wait and a limit to every answer.

httpcore reads the answers (h11 underneath): no redirects, no cookies, no compression, no proxies from the
environment.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpcore

from offramp.desk.errors import ConnectionBroke, ServerNonsense

Dial = Callable[[], socket.socket]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and the slowest rate in bytes a second that still counts as alive."""

    silence: float = 60
    answer: float = 120
    slowest: int = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its headers' names in lower case, in their order, and its body as it came."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class Wire:
    """One connection at a time to `host`, dialled again when it is gone."""

    def __init__(self, dial: Dial, host: str, patience: Patience) -> None:
        self._clock = _Clock(patience)
        self._host = host
        self._pool = httpcore.ConnectionPool(max_connections=1, network_backend=_Dialler(dial, self._clock))

    @contextlib.contextmanager
    def exchange(
        self, method: str, target: str, *, authorization: str = "", body: bytes = b"", limit: int
    ) -> Iterator[tuple[int, Iterator[bytes]]]:
        """The status of the answer, and its body: at most `limit` bytes, then `ServerNonsense`.

        Raises ConnectionBroke, and whatever dialling raises.
        """
        headers = [("Host", self._host)]
        if authorization:
            headers.append(("Authorization", authorization))
        if body:
            headers.append(("Content-Type", "application/octet-stream"))
        with self._stream(method, target, headers, body, limit) as answer:
            yield answer.status, _at_most(limit, answer.iter_stream())

    def get(self, target: str, headers: Sequence[tuple[str, str]], *, limit: int) -> Answer:
        """What is answered to a request with these headers and no others, but for Host. Raises as `exchange` does."""
        with self._stream("GET", target, [("Host", self._host), *headers], None, limit) as answer:
            body = b"".join(_at_most(limit, answer.iter_stream()))
            said = [
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.headers
            ]
            return Answer(answer.status, said, body)

    @contextlib.contextmanager
    def _stream(
        self, method: str, target: str, headers: list[tuple[str, str]], body: bytes | None, limit: int
    ) -> Iterator[httpcore.Response]:
        self._clock.start(len(body or b"") + limit)
        url = f"http://{self._host}{target}"
        try:
            with self._pool.stream(method, url, headers=headers, content=body) as answer:
                yield answer
        except httpcore.ProtocolError:
            raise ServerNonsense from None
        except (httpcore.NetworkError, httpcore.TimeoutException):
            raise ConnectionBroke from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()


def _at_most(limit: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise ServerNonsense
        yield chunk


class _Clock:
    """Ends a whole exchange, however many bytes trickle in."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._end = 0.0

    def start(self, most_bytes: int) -> None:
        self._end = time.monotonic() + self._patience.answer + most_bytes / self._patience.slowest

    def left(self) -> float:
        """Seconds that the next read or write may take; `ConnectionBroke` if there are none."""
        left = min(self._end - time.monotonic(), self._patience.silence)
        if left <= 0:
            raise ConnectionBroke
        return left


class _Dialler(httpcore.NetworkBackend):
    def __init__(self, dial: Dial, clock: _Clock) -> None:
        self._dial, self._clock = dial, clock

    def connect_tcp(self, *_: object, **__: object) -> httpcore.NetworkStream:
        return _Stream(self._dial(), self._clock)


class _Stream(httpcore.NetworkStream):
    """A socket. Its end in the middle of an answer is a broken connection, never the end of the answer."""

    def __init__(self, line: socket.socket, clock: _Clock) -> None:
        self._line, self._clock = line, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._line.settimeout(self._clock.left())
        try:
            data = self._line.recv(max_bytes)
        except OSError:
            raise ConnectionBroke from None
        if not data:
            raise ConnectionBroke
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        try:
            while rest:  # sendall would have to end within one timeout, however much it sends
                self._line.settimeout(self._clock.left())
                rest = rest[self._line.send(rest) :]
        except OSError:
            # httpcore then looks for an answer that came early, such as a refusal
            raise httpcore.WriteError from None

    def close(self) -> None:
        self._line.close()

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return None
        return bool(
            select.select([self._line], [], [], 0)[0]
        )  # readable while idle: the other side has closed

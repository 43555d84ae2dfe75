"""Reading a request's body: only after everything that can be known before it has been checked."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from offramp.crypto.errors import WrongLength
from offramp.server.http.replies import AnyRequest, Refused
from offramp.server.http.requests import SMALL_BODY

BINARY = "application/octet-stream"

LARGE_BODIES_TOGETHER = 128 * 1024 * 1024
"""Bytes of larger bodies that may be in memory at once."""

_PIECE = 64 * 1024


class Readable(Protocol):
    """What a WSGI server gives us to read from."""

    def read(self, size: int, /) -> bytes: ...


def announced_length(request: AnyRequest, allowed: Collection[int]) -> int:
    """The body's length in bytes, as the request announces it, where it is one of *allowed*.

    Nothing of the body has been read.  Raises Refused (411, 413, 415), WrongLength.
    """
    if request.environ.get("CONTENT_TYPE") != BINARY or "HTTP_CONTENT_ENCODING" in request.environ:
        raise Refused(415, f"Only {BINARY} is taken here.")
    length = length_up_to(request, allowed[-1] if isinstance(allowed, range) else max(allowed))
    if length not in allowed:
        raise WrongLength
    return length


def length_up_to(request: AnyRequest, largest: int) -> int:
    """The body's length in bytes, as the request announces it.  Raises Refused (411, 413)."""
    text: str = request.environ.get("CONTENT_LENGTH", "")
    if "HTTP_TRANSFER_ENCODING" in request.environ or not (text.isascii() and text.isdigit()):
        raise Refused(411, "The request must tell its length.")
    # A number of twenty digits is too large whatever it is, and costs nothing to refuse.
    if len(text) > 20 or int(text) > largest:
        raise Refused(413, "That is too large.")
    return int(text)


def read_exactly(source: Readable, length: int) -> bytes:
    """The *length* bytes of a body, in memory and nowhere else.  Raises Refused (400) when fewer come."""
    return b"".join(read_pieces(source, length))


def read_pieces(source: Readable, length: int) -> Iterator[bytes]:
    """The same, piece by piece as it comes."""
    left = length
    while left:
        try:
            piece = source.read(min(left, _PIECE))
        except OSError:  # the connection broke, or was silent for too long
            piece = b""
        if not piece:
            raise Refused(400, "The request ended before its announced length.")
        left -= len(piece)
        yield piece


def pieces_of(body: bytes) -> Iterator[bytes]:
    """A body in pieces, for a reader that keeps what it was given until it has a whole record."""
    return (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))


class BodyBudget:
    """How many bytes of large bodies may be in memory at once, so that senders cannot use it up."""

    def __init__(self, limit: int = LARGE_BODIES_TOGETHER) -> None:
        self._left = limit
        self._lock = threading.Lock()

    @contextmanager
    def room_for(self, length: int) -> Iterator[None]:
        """Hold *length* bytes of the budget.  Raises Refused (503) when there is too little."""
        charged = length if length > SMALL_BODY else 0
        self._take(charged)
        try:
            yield
        finally:
            self._take(-charged)

    def _take(self, size: int) -> None:
        with self._lock:
            if size > self._left:
                raise Refused(503, "Too much is being sent at the moment. Try again in a minute.")
            self._left -= size

"""A request as it comes in, in pieces of any size: where its head ends, and how much of its body is here."""

from __future__ import annotations

from typing import Any, Final

# gunicorn has no types.
from gunicorn.http.body import LengthReader  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from gunicorn.http.message import Request as Parsed  # type: ignore[import-untyped]
from gunicorn.http.unreader import IterUnreader  # type: ignore[import-untyped]

SMALL_BODY: Final = 128 * 1024
"""Up to this length a body is always waited for: as many of these as there are connections fit into the memory."""

LONGEST_HEAD: Final = 8 * 1024
"""Bytes of a head, request line and empty line included: a browser's has 1,000."""

_END: Final = b"\r\n\r\n"
_EMPTY_LINES: Final = 2  # before a request: some clients send one, and to look at millions would take hours


class Malformed(Exception):  # noqa: N818 - a client's error, and none of ours
    """What a client sent is no request."""


class MoreIsComing(BaseException):
    """The app asked for more of a body than is here yet.

    It goes up through the app, which has kept nothing so far, and the request is put to it again later.  Nothing
    may mistake it for a failure: hence the base.
    """


class Body:
    """What is here of a body, as the app reads it (`wsgi.input`).  *comes*: whether more may follow."""

    def __init__(self, data: memoryview, *, comes: bool) -> None:
        self._data, self._comes, self._at = data, comes, 0

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes; b"" at the end.  Raises MoreIsComing."""
        end = self._at + size if size >= 0 else len(self._data)
        piece = bytes(self._data[self._at : end])
        if not piece and size and self._comes:
            raise MoreIsComing
        self._at += len(piece)
        return piece


class Head:
    """A request's head.  *parsed* is gunicorn's; *length* the announced length of the body in bytes.

    *framed*: whether that length tells where the request ends, as it does of everything that is not chunked.
    """

    __slots__ = ("expects", "framed", "length", "parsed")

    def __init__(self, data: bytes, config: Any, peer: object) -> None:
        """Raises Malformed."""
        try:
            self.parsed = Parsed(config, IterUnreader([data]), peer)
        except (ParseException, StopIteration):
            raise Malformed from None
        reader = self.parsed.body.reader
        self.framed = isinstance(reader, LengthReader)
        self.length: int = reader.length if self.framed else 0
        self.expects: bool = self.parsed._expected_100_continue
        self.parsed._expected_100_continue = False  # we say it ourselves, once the app wants the body


class Incoming:
    """One request after the other from one client.  *received* begins with the one that is under way."""

    __slots__ = ("_empty", "_searched", "_stage", "_start", "ended", "head", "received")

    def __init__(self) -> None:
        self.received = bytearray()
        self.ended = False  # the client sends no more
        self.head: Head | None = None
        self._empty = self._searched = self._start = self._stage = 0

    def read_head(self, config: Any, peer: object) -> Head | None:
        """The head, once all of it is here.  Raises Malformed."""
        if self.head is None:
            self._leave_out_empty_lines()
            found = self.received.find(_END, max(0, self._searched - len(_END)))
            self._searched = len(self.received)
            self._start = found + len(_END)
            if (self._start if found >= 0 else self._searched) > LONGEST_HEAD or (found < 0 and self.ended):
                raise Malformed
            if found >= 0:
                self.head = Head(bytes(self.received[: self._start]), config, peer)
        return self.head

    def is_ready(self) -> bool:
        """Whether to put the request to the app now.

        A small body is waited for.  With a large one, the app is asked at once, for it may refuse it unread; then
        when so much is here that its beginning tells; then when all of it is.
        """
        return self.ended or self.body_received >= self._wanted()

    def want_more(self) -> None:
        """The app raised MoreIsComing."""
        self._stage += 1

    def body(self) -> memoryview:
        """What is here of the body.  To be released before anything is received."""
        assert self.head is not None  # noqa: S101
        return memoryview(self.received)[self._start : self._start + self.head.length]

    @property
    def body_received(self) -> int:
        """How many bytes of the body are here."""
        assert self.head is not None  # noqa: S101
        return min(len(self.received) - self._start, self.head.length)

    @property
    def is_whole(self) -> bool:
        """Whether all of the request is here, and it is known where the next one begins."""
        return self.head is not None and self.head.framed and self.body_received == self.head.length

    @property
    def comes(self) -> bool:
        """Whether more of the body may follow.  Of a chunked one nobody knows, and nobody reads it."""
        return self.head is not None and not self.ended and self.body_received < self.head.length

    def next(self) -> None:
        """Go on to the next request, of which something may be here already."""
        assert self.head is not None  # noqa: S101
        del self.received[: self._start + self.head.length]
        self.head = None
        self._empty = self._searched = self._start = self._stage = 0

    def forget(self) -> None:
        """Let go of everything; no other request comes."""
        self.received, self.head = bytearray(), None

    def _leave_out_empty_lines(self) -> None:
        while self.received.startswith(b"\r\n"):  # a line too much after the last request
            self._empty += 1
            if self._empty > _EMPTY_LINES:
                raise Malformed
            del self.received[:2]

    def _wanted(self) -> int:
        assert self.head is not None  # noqa: S101
        if self.head.length <= SMALL_BODY or self._stage > 1:
            return self.head.length
        return SMALL_BODY if self._stage else 0

"""One client, from the moment it connects: what came from it, what goes to it, and how patient we are."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from offramp.crypto.envelope import ENVELOPE_LENGTHS
from offramp.server.http.answers import Answer
from offramp.server.http.requests import SMALL_BODY, Incoming

SLOWEST_BYTES: Final = 2048
"""How many bytes a client must send or take each second, on average, once the first patience is over."""

MOST_DROPPED: Final = 4 * max(ENVELOPE_LENGTHS)
"""Bytes that are read of a request which was refused: a browser reads no answer before it has sent everything."""

_NEW: Final = (
    2.0  # seconds in which nothing is said by how much has come: one round trip through Tor, and another
)
_RECEIVE: Final = 64 * 1024  # bytes at a time
_SEND_ROOM: Final = 32 * 1024  # of the kernel's memory, doubled: what a client that reads nothing can hold
_DROPPED: Final = bytearray(_RECEIVE)  # nobody reads it: one for all


class Waiting(Enum):
    """What we wait for."""

    IDLE = auto()  # the next request
    HEAD = auto()
    BODY = auto()
    READER = auto()  # that it takes its answer
    GOING = auto()  # a client that was answered and still sends: so that it sees the answer


PATIENCE: Final = {
    Waiting.IDLE: (15.0, 15.0),  # a page's next request comes within a round trip through Tor
    Waiting.HEAD: (30.0, 30.0),
    Waiting.BODY: (60.0, 60.0),
    Waiting.READER: (60.0, 60.0),
    Waiting.GOING: (5.0, 30.0),
}
"""After how many seconds without a byte it is over; and from when on the client must keep up with SLOWEST_BYTES."""


class Connection:
    """A client's socket, which never blocks.  *peer* is the client's address where that is no unix socket."""

    __slots__ = (
        "_heard", "_moved", "_since", "answer", "counted", "incoming", "peer", "pending", "server", "sock", "waiting"
    )  # fmt: skip

    def __init__(self, sock: socket.socket, peer: object, server: object) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_ROOM)
        self.sock, self.peer, self.server = sock, peer, server
        self.incoming = Incoming()
        self.answer: Answer | None = None
        self.pending: Callable[[], Answer] | None = None  # makes it, once its outcome is known
        self.counted = (False, 0)  # by the crowd: whether it is large, and bytes
        self.wait_for(Waiting.HEAD)

    def wait_for(self, what: Waiting) -> None:
        """Begin to be patient."""
        self.waiting = what
        self._since = self._heard = time.monotonic()
        self._moved = 0

    def moved(self, count: int) -> None:
        """The client sent or took so many bytes."""
        self._heard = time.monotonic()
        self._moved += count

    @property
    def deadline(self) -> float:
        """When its time is up, by time.monotonic()."""
        silence, patience = PATIENCE[self.waiting]
        grace = 0 if self.waiting is Waiting.HEAD else self._moved / SLOWEST_BYTES
        return float(min(self._heard + silence, self._since + patience + grace))

    @property
    def pace(self) -> float:
        """Bytes a second that the client has sent or taken since we began to be patient; inf while that is too new."""
        waited = time.monotonic() - self._since
        return self._moved / waited if waited > _NEW else math.inf

    @property
    def is_large(self) -> bool:
        """Whether it sends a body that is no text."""
        head = self.incoming.head
        return head is not None and head.length > SMALL_BODY

    def receive(self) -> bool:
        """Take what has come; False when the client is gone without having asked for anything more.

        Raises OSError where the connection broke.
        """
        data = self.sock.recv(_RECEIVE)
        self.moved(len(data))
        self.incoming.received += data
        self.incoming.ended = not data
        return bool(data or self.incoming.received)

    def drop(self) -> bool:
        """Take what has come, and keep nothing; False when the client is gone or will not end.  Raises OSError."""
        count = self.sock.recv_into(_DROPPED)
        self.moved(count)
        return count > 0 and self._moved <= MOST_DROPPED

    def send(self) -> bool:
        """Send on; whether all of the answer was sent.  Raises OSError, and what the app raises."""
        assert self.answer is not None  # noqa: S101
        before = self.answer.sent
        done = self.answer.send(self.sock)
        self.moved(self.answer.sent - before)
        return done

    def end_answer(self) -> None:
        """Let go of the answer, and of what it came from."""
        answer, self.answer = self.answer, None
        if answer is not None:
            answer.end()

    def close(self) -> None:
        """Let go of everything."""
        self.end_answer()
        self.incoming.forget()
        self.sock.close()

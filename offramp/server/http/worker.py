"""gunicorn's worker for a hostile world: one thread waits for all clients, and answers what needs no waiting.

What has come in whole and may have to wait for a disk, a few others answer (hands.py).  gunicorn's own workers give
a slow client a thread or a greenlet, bound no request in time, and let nobody in any more once their connections are
all taken.  Here a client that is slow costs some kilobytes, and when there is no room left, whoever has been waited
for longest goes (see crowd.py).
"""

from __future__ import annotations

import errno
import os
import resource
import select
import socket
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any, Final

from gunicorn.workers.base import Worker  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.capacity.load import Load
from offramp.server.http.answers import plain
from offramp.server.http.connection import Connection, Waiting
from offramp.server.http.crowd import Crowd
from offramp.server.http.hands import Hands, Step, send_on
from offramp.server.http.requests import Malformed

SPARE_FILES: Final = 128
"""File descriptors that no connection keeps, or half of them where there are few: for whatever the app opens."""

_TURN: Final = 1.0  # seconds between two looks at who is overdue
_ACCEPTED_AT_ONCE: Final = 64  # before those who are here already have their turn
_HASTY_AT_ONCE: Final = 16  # the same
_REST: Final = 0.1  # seconds without accepting, where the kernel lets us have no more connections

_IN: Final = select.EPOLLIN | select.EPOLLONESHOT  # one event, then nothing until we ask for the next
_OUT: Final = select.EPOLLOUT | select.EPOLLONESHOT

_MALFORMED: Final = "400 Bad Request", "The request is malformed.\n"
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class PatientWorker(Worker):  # type: ignore[misc]
    """Waits for many, works for few, and repeats no client's bytes.

    Everything here belongs to the one thread that waits, except a connection that was handed over (hands.py).
    """

    load: Load
    app: Any

    def init_process(self) -> None:
        """Runs in the worker's process, and serves until it is told to end."""
        # gunicorn looks each setting up by a function, some thirty times a request.
        self.cfg.__dict__.update({name: setting.get() for name, setting in self.cfg.settings.items()})
        self._poll = select.epoll()
        self._listeners: dict[int, socket.socket] = {}
        self._connections: dict[int, Connection] = {}
        self._crowd = Crowd()
        self._hasty: deque[Connection] = deque()
        self._accepting = False
        self._rest_until = 0.0
        self.load = self.app.counts
        self.load.capacity = self.cfg.worker_connections
        super().init_process()

    def run(self) -> None:
        """Serve until SIGTERM, then finish what is under way."""
        # Not before the fork: see serving.py.
        from offramp.server.http.begun import Begun

        failed = partial(self.log.exception, "")
        self._hands = Hands(self.wsgi, self.cfg, wake=lambda: os.write(self.PIPE[1], b"\0"), failed=failed)
        self._begun = Begun(self.wsgi, self.cfg, partial(self._hands.put_back, step=Step.KNOWN), failed)
        for listener in self.sockets:
            listener.setblocking(False)
            self._listeners[listener.fileno()] = listener
            self._poll.register(listener.fileno(), 0)
        self._poll.register(self.PIPE[0], select.EPOLLIN)
        next_look = 0.0
        while self.alive and self.ppid == os.getppid():
            self._turn()
            if (now := time.monotonic()) >= next_look:
                next_look = now + _TURN
                self.notify()
                self._close_overdue(now)
        self._finish()

    def _turn(self) -> None:
        """Wait for something to happen, and see to it."""
        self._accept_or_rest()
        self._hands.sleeps = True
        goes_on = self._hands.done or self._hasty
        events = self._poll.poll(0 if goes_on else _TURN if self._accepting else _REST)
        self._hands.sleeps = False
        callers = []
        for number, _ in events:
            if number in self._listeners:
                callers.append(self._listeners[number])
            elif number == self.PIPE[0]:
                os.read(number, 4096)
            elif (connection := self._connections.get(number)) is not None:
                self._go_on(connection)
        self._see_to_the_hasty()
        while (done := self._hands.next_done()) is not None:
            self._worked(*done)
        # Last, so that whoever has just sent something is not taken for idle when somebody must go.
        for listener in callers:
            self._accept(listener)

    def _see_to_the_hasty(self) -> None:
        """A few of those who asked again before they had their answer, which no browser does.

        A thousand of them would otherwise be a thousand times a dozen requests before anybody else's first.
        """
        for _ in range(min(len(self._hasty), _HASTY_AT_ONCE)):
            connection = self._hasty.popleft()
            if connection.sock.fileno() in self._connections:  # it may have made room for somebody
                self._received(connection)

    def _finish(self) -> None:
        """Let nobody in any more; answer those who have begun to ask."""
        self._hands.ends = True
        for listener in self.sockets:
            # The master has it open too: only so does the kernel stop telling us of who knocks.
            self._poll.unregister(listener)
            listener.close()
        self._listeners = {}
        for connection in list(self._crowd):
            if not connection.incoming.received and connection.answer is None:
                self._close(connection)
        until = time.monotonic() + self.cfg.graceful_timeout
        while self._connections and time.monotonic() < until:
            self.notify()
            self._turn()

    # Letting in, and making room.

    def _accept_or_rest(self) -> None:
        wanted = bool(self._listeners) and time.monotonic() >= self._rest_until
        if wanted is not self._accepting:
            self._accepting = wanted
            for number in self._listeners:
                self._poll.modify(number, select.EPOLLIN if wanted else 0)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                self._let_one_in(listener)
            except BlockingIOError:
                return
            except OSError:  # no room: by our own measure, or because the kernel has none left for us
                if not self._evict(self._crowd.first_to_go()):
                    self._rest_until = time.monotonic() + _REST
                    return

    def _let_one_in(self, listener: socket.socket) -> None:
        if len(self._connections) >= self.load.capacity:
            raise OSError(errno.EMFILE, "as many as we want")
        sock, peer = listener.accept()
        self._welcome(Connection(sock, peer, listener.getsockname()))
        if self._is_short_of_files(sock.fileno()):
            self._evict(self._crowd.first_to_go())

    def _is_short_of_files(self, newest: int) -> bool:
        """Whether the connections have more than their share, by the file descriptor of the newest."""
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if newest < limit - SPARE_FILES:  # the kernel gives the lowest that is free
            return False
        try:
            others = len(os.listdir("/proc/self/fd")) - len(self._connections)  # noqa: PTH208 - no folder
        except OSError:  # not even one is left
            return True
        return len(self._connections) > limit - others - min(SPARE_FILES, (limit - others) // 2)

    def _welcome(self, connection: Connection) -> None:
        self._connections[connection.sock.fileno()] = connection
        self.load.open = len(self._connections)
        self._crowd.join(connection)
        self._poll.register(connection.sock, _IN)

    def _evict(self, connection: Connection | None) -> bool:
        """Close this one for the sake of others; whether there is one."""
        if connection is None:
            return False
        self.load.evicted += 1
        self._close(connection)
        return True

    def _close_overdue(self, now: float) -> None:
        for connection in self._crowd.overdue(now):
            self.load.overdue += connection.waiting is not Waiting.IDLE
            self._close(connection)

    def _close(self, connection: Connection) -> None:
        self._crowd.leave(connection)
        self._crowd.count(connection, 0)
        del self._connections[connection.sock.fileno()]
        self.load.open = len(self._connections)
        connection.close()

    # What clients send, and what they take.

    def _go_on(self, connection: Connection) -> None:
        """The client has sent something, or takes something, or is gone."""
        try:
            if connection.waiting is Waiting.READER:
                self._hand_over(connection)
            elif connection.waiting is Waiting.GOING:
                self._listen(connection) if connection.drop() else self._close(connection)
            elif connection.receive():
                self._received(connection)
            else:
                self._close(connection)
        except BlockingIOError:
            self._listen(connection)
        except OSError:
            self._close(connection)

    def _received(self, connection: Connection) -> None:
        incoming = connection.incoming
        if connection.waiting is Waiting.IDLE:
            self._crowd.leave(connection)
            self._wait(connection, Waiting.HEAD)
        try:
            head = incoming.read_head(self.cfg, connection.peer)
        except Malformed:
            connection.answer = plain(*_MALFORMED)
            self._worked(connection, send_on(connection))
            return
        self._crowd.count(connection, len(incoming.received))
        if head is not None and incoming.is_ready():
            self._hand_over(connection)
        else:
            self._listen(connection)
        while self._evict(self._crowd.in_the_way()):
            pass

    def _listen(self, connection: Connection) -> None:
        head = connection.incoming.head
        if head is not None and connection.waiting is Waiting.HEAD:
            connection.wait_for(Waiting.BODY)
        if head is not None and head.expects:
            head.expects = False
            with suppress(OSError):
                connection.sock.send(_CONTINUE)
        self._poll.modify(connection.sock, _IN)

    def _wait(self, connection: Connection, what: Waiting) -> None:
        connection.wait_for(what)
        self._crowd.join(connection)

    def _hand_over(self, connection: Connection) -> None:
        """Begin it, or have a thread that may block go on with it."""
        self._crowd.leave(connection)
        if not self._begun.begin(connection, ends=self._hands.ends):
            self._hands.take(connection)

    def _worked(self, connection: Connection, step: Step) -> None:
        """A thread has gone on with it, or it was begun and has an outcome."""
        if step is Step.KNOWN:
            self._begun.answer(connection)
            step = send_on(connection)
        answer = connection.answer
        if answer is not None and connection.waiting is not Waiting.READER:
            self.load.count_answer(answer.status)
        if step is Step.GONE:
            self._close(connection)
        elif step is Step.SENT:
            self._answered(connection)
        elif step is Step.SENDING:
            if connection.waiting is not Waiting.READER:
                connection.wait_for(Waiting.READER)
            self._crowd.join(connection)
            self._poll.modify(connection.sock, _OUT)
        else:
            self._ask_for_more(connection)

    def _ask_for_more(self, connection: Connection) -> None:
        connection.incoming.want_more()
        if connection.incoming.is_ready():
            self._hand_over(connection)
        else:
            self._crowd.join(connection)
            self._listen(connection)

    def _answered(self, connection: Connection) -> None:
        """All of an answer was sent: go on to the next request, or to the end."""
        incoming, answer = connection.incoming, connection.answer
        assert answer is not None  # noqa: S101
        connection.end_answer()
        if answer.keeps and self.alive:
            incoming.next()
            self._crowd.count(connection, len(incoming.received))
            self._wait(connection, Waiting.IDLE)
            self._hasty.append(connection) if incoming.received else self._listen(connection)
        elif incoming.ended or incoming.is_whole:
            self._close(connection)
        else:
            incoming.forget()
            self._crowd.count(connection, 0)
            self._crowd.leave(connection)
            self._wait(connection, Waiting.GOING)
            self._listen(connection)

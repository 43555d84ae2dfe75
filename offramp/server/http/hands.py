"""The threads that answer: they put what has come in to the app, wait for the disk, and send what a client takes."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from offramp.server.http.answers import FAILED, Answer, answer_of, plain
from offramp.server.http.asking import asked
from offramp.server.http.connection import Connection
from offramp.server.http.requests import MoreIsComing


class Step(Enum):
    """How far a connection has come."""

    MORE = auto()  # the app needs more of the request
    KNOWN = auto()  # what was begun has an outcome
    SENDING = auto()  # the client must take more of the answer
    SENT = auto()
    GONE = auto()


def send_on(connection: Connection) -> Step:
    """Send what the client takes now."""
    try:
        return Step.SENT if connection.send() else Step.SENDING
    except OSError:  # the client is gone, or a file that was to be sent is
        return Step.GONE


class Hands:
    """As many threads as are needed, up to the *config*'s number.

    A connection that was given to them is theirs alone, until it comes back by `next_done`.  All but `put_back`
    is for one thread, which waits for them: *wake* is called when something is done and `sleeps` is set, which it
    does before it sleeps.  *failed* hears of a bug in the app, while its exception is handled.
    """

    def __init__(
        self, app: Any, config: Any, *, wake: Callable[[], object], failed: Callable[[], object]
    ) -> None:
        self._app, self._config, self._wake, self._failed = app, config, wake, failed
        self._jobs: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self.done: deque[tuple[Connection, Step]] = deque()
        self.sleeps = False
        self.ends = False  # each connection after its answer
        self._threads = self._under_way = 0
        self._start_one()

    def take(self, connection: Connection) -> None:
        """Go on with this one."""
        self._under_way += 1
        if self._threads < min(self._under_way, self._config.threads):
            self._start_one()
        self._jobs.put(connection)

    def next_done(self) -> tuple[Connection, Step] | None:
        """One that has come on, and how far."""
        if not self.done:
            return None
        connection, step = self.done.popleft()
        self._under_way -= step is not Step.KNOWN
        return connection, step

    def put_back(self, connection: Connection, step: Step) -> None:
        """It has come so far.  From any thread."""
        self.done.append((connection, step))
        if self.sleeps:
            self.sleeps = False
            self._wake()

    def _start_one(self) -> None:
        threading.Thread(target=self._work, name="hand", daemon=True).start()
        self._threads += 1

    def _work(self) -> None:
        while True:
            # No name for the connection here: it would keep the last one, with its body, while this thread waits.
            self.put_back(*self._worked_on(self._jobs.get()))

    def _worked_on(self, connection: Connection) -> tuple[Connection, Step]:
        try:
            if connection.answer is None:
                connection.answer = self._ask(connection)
            return connection, send_on(connection)
        except MoreIsComing:
            return connection, Step.MORE
        except Exception:  # noqa: BLE001 - a bug in the app: the other requests go on
            self._failed()
            if connection.answer is not None:  # it has begun to answer
                return connection, Step.GONE
            connection.answer = plain(*FAILED)
            return connection, send_on(connection)

    def _ask(self, connection: Connection) -> Answer:
        """Put a request to the app.  Raises MoreIsComing, and what the app raises."""
        with asked(connection, self._config, ends=self.ends) as (response, environ):
            return answer_of(self._app, response, environ)

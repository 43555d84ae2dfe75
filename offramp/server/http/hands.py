"""The threads that answer: they put what has come in to the app, wait for the disk, and send what a client takes."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from offramp.server.http.answers import Answer, answer_of, plain
from offramp.server.http.asking import asked
from offramp.server.http.begun import FAILED
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
    """So many threads.  A connection that was given to them is theirs alone, until it comes back through `done`.

    *wake* is called when something is done and `sleeps` is set, which whoever waits for it does before it sleeps.
    *failed* hears of a bug in the app, while its exception is handled.
    """

    def __init__(
        self, app: Any, config: Any, *, wake: Callable[[], object], failed: Callable[[], object]
    ) -> None:
        self._app, self._config, self._wake, self._failed = app, config, wake, failed
        self._jobs: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        self.done: deque[tuple[Connection, Step]] = deque()
        self.sleeps = False
        self.ends = False  # each connection after its answer
        for _ in range(config.threads):
            threading.Thread(target=self._work, name="hand", daemon=True).start()

    def take(self, connection: Connection) -> None:
        """Go on with this one."""
        self._jobs.put(connection)

    def put_back(self, connection: Connection, step: Step) -> None:
        """It has come so far.  From any thread."""
        self.done.append((connection, step))
        if self.sleeps:
            self.sleeps = False
            self._wake()

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

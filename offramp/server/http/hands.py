"""The threads that answer: they put what has come in to the app, wait for the disk, and send what a client takes."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final

from gunicorn.http import wsgi  # type: ignore[import-untyped]  # gunicorn has no types

from offramp.server.http.answers import Answer, answer_of, plain
from offramp.server.http.connection import Connection
from offramp.server.http.quiet import QuietResponse
from offramp.server.http.requests import Body, MoreIsComing

_FAILED: Final = "500 Internal Server Error", "Something went wrong here. Nothing was kept.\n"


class Step(Enum):
    """How far a connection has come."""

    MORE = auto()  # the app needs more of the request
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

    def _work(self) -> None:
        while True:
            # No name for the connection here: it would keep the last one, with its body, while this thread waits.
            self.done.append(self._worked_on(self._jobs.get()))
            if self.sleeps:
                self.sleeps = False
                self._wake()

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
            connection.answer = plain(*_FAILED)
            return connection, send_on(connection)

    def _ask(self, connection: Connection) -> Answer:
        """Put a request to the app.  Raises MoreIsComing, and what the app raises."""
        incoming = connection.incoming
        head = incoming.head
        assert head is not None  # noqa: S101
        response, environ = wsgi.create(
            head.parsed, connection.sock, connection.peer, connection.server, self._config, QuietResponse
        )
        if self.ends or not incoming.is_whole:
            response.force_close()
        with incoming.body() as data:
            environ["wsgi.input"] = Body(data, comes=incoming.comes)
            environ["wsgi.multithread"] = True
            return answer_of(self._app, response, environ)

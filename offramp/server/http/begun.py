"""Requests that wait for the disk and for nothing else: they are begun at once, and need no thread meanwhile.

A submission that goes from thread to thread costs more processor time for that than for all its checks and SQLite.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from offramp.server.http.answers import FAILED, Answer, plain
from offramp.server.http.asking import asked
from offramp.server.http.connection import Connection
from offramp.server.http.quiet import QuietResponse
from offramp.server.http.replies import QuietFlask, Reply
from offramp.server.http.requests import SMALL_BODY


class Begun:
    """Begins requests, and answers them when their outcome is known.

    *finished* is told, from any thread, of each connection that `answer` can go on with.
    *failed* hears of a bug in the app, while its exception is handled.
    """

    def __init__(
        self, app: Any, config: Any, finished: Callable[[Connection], None], failed: Callable[[], object]
    ) -> None:
        self._app: QuietFlask | None = app if isinstance(app, QuietFlask) else None
        self._config, self._finished, self._failed = config, finished, failed
        # Answers' heads, by all that they depend on: our replies are few, and each is as long as it always is.
        self._heads: dict[tuple[object, ...], bytes] = {}

    def begin(self, connection: Connection, *, ends: bool) -> bool:
        """Begin this one, where it is one that can be; it comes back by *finished*.

        *ends*: the connection after its answer.
        """
        head, app = connection.incoming.head, self._app
        if app is None or head is None or connection.answer is not None:
            return False
        if not connection.incoming.is_whole or head.length > SMALL_BODY:
            return False
        if not app.can_start(head.parsed.method, head.parsed.path):
            return False
        try:
            known = self._start(app, connection, ends=ends)
        except Exception:  # noqa: BLE001 - a bug: the other requests go on
            self._failed()
            connection.pending, known = partial(plain, *FAILED), True
        if known:
            self._finished(connection)
        return True

    def _start(self, app: QuietFlask, connection: Connection, *, ends: bool) -> bool:
        """Whether the answer is known already."""
        with asked(connection, self._config, ends=ends) as (response, environ):
            reply = app.start(environ, partial(self._finished, connection))
        connection.pending = partial(self._answer, response, reply)
        return isinstance(reply, Reply)

    def answer(self, connection: Connection) -> None:
        """Give it the answer that is known by now."""
        pending, connection.pending = connection.pending, None
        assert pending is not None  # noqa: S101
        try:
            connection.answer = pending()
        except Exception:  # noqa: BLE001 - a bug: the other requests go on
            self._failed()
            connection.answer = plain(*FAILED)

    def _answer(self, response: QuietResponse, reply: Reply | Callable[[], Reply]) -> Answer:
        known = reply if isinstance(reply, Reply) else reply()
        keeps = not (response.must_close or response.req.should_close())  # it has a length
        kind = (response.req.version, keeps, known.status, known.kind, known.headers, len(known.body))
        if kind not in self._heads:
            known.respond(response.start_response)
            self._heads[kind] = response.head()
        return Answer(known.status, [self._heads[kind], known.body], keeps=keeps)

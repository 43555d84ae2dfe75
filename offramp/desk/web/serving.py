"""Serves the pages on the loopback: one process, a few threads, and an end that leaves nothing open."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from waitress.server import create_server

from offramp.desk.matching.memory import forget_words
from offramp.desk.web.app import make_app
from offramp.desk.web.door import Door
from offramp.desk.web.guard import MOST_BYTES, Guard
from offramp.desk.web.here import House

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_THREADS: Final = 4
_NEVER_TO_DISK: Final = 10 * MOST_BYTES
"""Beyond this, waitress would put what it receives or sends into temporary files, readable."""


def guarded(house: House, door: Door) -> Guard:
    """The pages behind their guard; a session forgets what it remembers when the desk locks."""

    def forget() -> None:
        if door.session is not None:
            door.session.forget()
        forget_words()
        gc.collect()  # what was opened lies in cycles too

    house.keeper.when_locked = forget
    return Guard(make_app(house), door)


class DeskServer:
    """The pages, listening on a free port of the loopback, or on one that was asked for. Raises OSError."""

    def __init__(self, house: House, port: int = 0) -> None:
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # it would write of requests
        self._keeper = house.keeper
        self._server: Any = create_server(
            self._answer,
            host="127.0.0.1",
            port=port,
            threads=_THREADS,
            ident="",
            max_request_body_size=2 * MOST_BYTES,
            inbuf_overflow=_NEVER_TO_DISK,
            outbuf_overflow=_NEVER_TO_DISK,
            clear_untrusted_proxy_headers=True,
        )
        self.door = Door(int(self._server.effective_port))
        self._guarded = guarded(house, self.door)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        return self._guarded(environ, start_response)

    def run(self) -> None:
        """Serve until Ctrl-C; then the desk is locked."""
        watching = threading.Thread(target=self._keeper.watch, name="idle", daemon=True)
        watching.start()
        try:
            self.loop()
        finally:
            self.close()
            watching.join()

    def loop(self) -> None:
        """Answer requests until `stop`, or until this thread is interrupted."""
        self._server.run()

    def stop(self) -> None:
        """Let `loop`, which runs in another thread, end when its connections do."""
        self._server.trigger.pull_trigger(self._server.close)

    def close(self) -> None:
        """Answer nobody any more, and lock."""
        self._server.close()
        self._keeper.end()


_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ending_calmly() -> Iterator[None]:
    """Ctrl-C ends the block and is no error; so do a window that is closed, and a session that ends."""

    def end(_: int, __: FrameType | None) -> None:
        for one in _SIGNALS:  # a second Ctrl-C must not interrupt the locking
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, end) for one in _SIGNALS}
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def on_enter(act: Callable[[], None]) -> bool:
    """Call `act` at each Enter in the window that the program was started in; False if there is none."""

    def wait() -> None:
        for _ in sys.stdin:
            act()

    if not sys.stdin.isatty():
        return False
    threading.Thread(target=wait, name="enter", daemon=True).start()
    return True

"""The same app on gunicorn's own workers:  python -m bench.stock_server DIR SOCKET gthread|gevent

With all of our settings but the worker, and with room for as many connections.  gevent comes from the environment
of OnionShare, which needs it too: the server itself does not.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # gunicorn has no types

from bench.onionshare import ENVIRONMENT
from offramp.server import web
from offramp.server.capacity.load import Load
from offramp.server.http import gunicorn_app
from offramp.server.layout import ServerFolder, load_public

T = TypeVar("T")

THREADS = 1024  # as many as gunicorn's worker with threads needs to bear a thousand slow ones


def stock(worker: str) -> dict[str, Any]:
    """Settings in the place of ours."""
    if worker == "gthread":
        return {"worker_class": ThreadWorker, "threads": THREADS}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    sys.path.append(str(ENVIRONMENT / "lib" / version / "site-packages"))  # behind our own packages
    return {"worker_class": "gevent", "threads": 1}


class StockProcess(gunicorn_app.WebProcess):
    """Ours, with another worker."""

    def __init__(self, worker: str, *given: Any, **named: Any) -> None:
        self._stock = stock(worker)
        super().__init__(*given, **named)

    def load_config(self) -> None:
        super().load_config()
        for name, value in self._stock.items():
            self.cfg.set(name, value)


def _here(work: Callable[[], T]) -> T:
    return work()


def main() -> None:
    """Until SIGTERM."""
    folder, path, worker = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(2048)
    web.in_child = _here  # type: ignore[assignment]  # gevent's own fork waits for what only comes later
    state = load_public(ServerFolder.at(Path(folder)))
    gunicorn_app.run(
        StockProcess(
            worker,
            lambda: web.intake(state, Load()),
            binds=[f"fd://{listener.detach()}"],
            umask=0o077,
            name="stock",
        )
    )


if __name__ == "__main__":
    main()

"""The two web processes: each a gunicorn that watches over one process which answers.

Only that one imports the app and its libraries (web.py): what is loaded before the fork is soon in memory twice.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from offramp.crypto.errors import OfframpError
from offramp.server.capacity.load import Load
from offramp.server.http.gunicorn_app import WebProcess, run
from offramp.server.http.sockets import listen_loopback, listen_unix
from offramp.server.layout import ServerFolder, load, load_public
from offramp.server.locks import only_one, only_one_on_data
from offramp.server.traces.memory import keep_in_memory
from offramp.server.upkeep.moved import require_not_moved
from offramp.server.upkeep.older import move_older
from offramp.store.errors import StoreError

if TYPE_CHECKING:
    from flask import Flask

_APP_LOAD_ERROR: Final = 4  # gunicorn's own code: do not start the worker again


def serve_intake(folder: ServerFolder, *, port: int | None = None) -> None:
    """Serve the public app on its unix socket, and on 127.0.0.1:*port* for a demonstration, until SIGTERM.

    Raises ServerError, CampaignError, StoreError before it serves.
    """
    require_not_moved(folder)
    state = load_public(folder)
    counts = Load()

    def intake() -> tuple[Flask, Callable[[], None]]:
        from offramp.server import web

        return web.intake(state, counts)

    _serve(folder, folder.intake_socket, intake, port, counts)


def serve_couriers(folder: ServerFolder) -> None:
    """Serve the couriers' app on its unix socket until SIGTERM.  Raises as serve_intake does."""
    require_not_moved(folder)
    state = load(folder)

    def couriers() -> tuple[Flask, Callable[[], None]]:
        from offramp.server import web

        return web.couriers(state)

    _serve(folder, folder.couriers_socket, couriers)


def _serve(
    folder: ServerFolder,
    socket: Path,
    make: Callable[[], tuple[Flask, Callable[[], None]]],
    port: int | None = None,
    counts: Load | None = None,
) -> None:
    folder.make_socket_folders()
    with only_one(socket.with_suffix(".lock")):
        move_older(folder)
        with only_one_on_data(folder, socket):
            binds = [listen_unix(socket), *([listen_loopback(port)] if port is not None else [])]
            process = WebProcess(
                lambda: _or_say_why(make),
                binds=binds,
                umask=folder.umask(),
                name=f"offramp-{socket.stem}",
                counts=counts,
            )
            run(process)


def _or_say_why(make: Callable[[], tuple[Flask, Callable[[], None]]]) -> tuple[Flask, Callable[[], None]]:
    """In the worker: an error that a person can mend ends the start with its sentence."""
    keep_in_memory()
    try:
        return make()
    except (StoreError, OfframpError) as error:
        print(f"Error: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the error log
        raise SystemExit(_APP_LOAD_ERROR) from None

"""A part of the server in which a day takes a second: with the clock of a test, and all that it does on clocks soon.

HURRIED_CLOCK: a file with the seconds by which the clock is ahead [8, double].
HURRIED_BREAK: which of the promises is broken, to see that an examiner notices.
"""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path
from typing import Any

import apsw

_REAL = time.time
_AHEAD = os.open(os.environ["HURRIED_CLOCK"], os.O_RDONLY)


def _stepped() -> float:
    return float(_REAL() + struct.unpack("d", os.pread(_AHEAD, 8, 0))[0])


def _run() -> None:
    # Imported when the clock is ours already: functions take it as a default.
    from offramp.server import web
    from offramp.server.__main__ import main
    from offramp.server.traces import covering, retention

    web.TICK_SECONDS = 0.3  # type: ignore[misc]
    retention.LOOK_SECONDS = 0.3  # type: ignore[misc]
    covering.FIRST_SECONDS, covering.MEAN_SECONDS = 0.0, 1.0  # type: ignore[misc]
    _BREAKS[os.environ.get("HURRIED_BREAK", "")]()
    main()


def _keep_the_log() -> None:
    from offramp.store import wiping

    wiping._overwrite = lambda *_: None


def _truncate_the_log() -> None:
    """As SQLite does it: the blocks go back to the disk as they are."""
    from offramp.store import wiping

    wiping._overwrite = lambda log, *_: os.truncate(log, 0)


def _keep_the_order() -> None:
    from offramp.store import connection

    connection.vacuum = lambda _: None  # type: ignore[attr-defined,assignment]


def _shorten_the_file() -> None:
    from offramp.store import connection

    connection.vacuum = lambda opened: opened.execute("VACUUM")  # type: ignore[attr-defined,assignment]


def _only_unlink() -> None:
    """Deleted rows stay in free pages."""
    from offramp.store import connection

    connection.vacuum = lambda _: None  # type: ignore[attr-defined,assignment]
    opened = connection.open_file

    def open_file(path: Path) -> apsw.Connection:
        found = opened(path)
        found.pragma("secure_delete", "OFF")
        return found

    connection.open_file = open_file


def _note_the_hour() -> None:
    from offramp.store import sqlite

    work = sqlite.SqliteStore.add

    def add(self: Any, envelope: bytes, **named: Any) -> bool:
        (Path(self._path).parent / "log").open("a").write(f"{time.time():.0f}\n")
        return work(self, envelope, **named)

    sqlite.SqliteStore.add = add  # type: ignore[method-assign]


_BREAKS = {
    "": lambda: None,
    "log kept": _keep_the_log,
    "log truncated": _truncate_the_log,
    "order": _keep_the_order,
    "file shortened": _shorten_the_file,
    "unlinked": _only_unlink,
    "hour": _note_the_hour,
}


time.time = _stepped
_run()

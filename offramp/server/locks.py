"""One server on one folder: each web process holds a lock beside its socket."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from offramp.server.errors import AlreadyRunning
from offramp.server.layout import ServerFolder

_LOCK_PATIENCE: Final = 5.0  # seconds; an earlier process may be ending


def require_stopped(folder: ServerFolder) -> None:
    """Raise AlreadyRunning where either process runs on this folder: its sockets would answer for ours."""
    folder.sockets.mkdir(mode=0o700, exist_ok=True)
    for name in ("intake", "couriers"):
        with only_one(folder.sockets / f"{name}.lock"):
            pass


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock: gunicorn would take a running server's socket away.  Raises AlreadyRunning."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + _LOCK_PATIENCE
        while not _locked(descriptor):
            if time.monotonic() > until:
                raise AlreadyRunning(f"A server is running already in {lock.parent.parent}.")
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

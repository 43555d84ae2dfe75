"""One server on one folder: each web process holds a lock beside its socket, and one beside its data.

The second holds too where the folder was mounted in two containers, or given two folders for sockets.  The kernel
knows of both processes then; two machines that share a folder over a network are kept apart only where its file
system passes locks on, as NFS does from version 4 on.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from offramp.board.days import day_of, set_to_day
from offramp.disk import make_folder
from offramp.server.errors import AlreadyRunning
from offramp.server.layout import ServerFolder

_LOCK_PATIENCE: Final = 5.0  # seconds; an earlier process may be ending


def require_stopped(folder: ServerFolder) -> None:
    """Raise AlreadyRunning where either process runs on this folder: its sockets would answer for ours."""
    folder.make_socket_folders()
    for socket in (folder.intake_socket, folder.couriers_socket):
        with only_one(socket.with_suffix(".lock")), only_one_on_data(folder, socket):
            pass


@contextmanager
def only_one_on_data(folder: ServerFolder, socket: Path) -> Iterator[None]:
    """Hold the lock on the data of the part that serves this socket.  Raises AlreadyRunning."""
    data = folder.store if socket == folder.intake_socket else folder.board_database
    make_folder(data.parent)
    with only_one(
        data.with_name(f"{socket.stem}.lock"),
        f"Another server runs on the data in {folder.path}, perhaps in a container, or with other --sockets. "
        "End it first: both would answer under one address, and know nothing of each other.",
    ):
        yield


@contextmanager
def only_one(lock: Path, why: str = "") -> Iterator[None]:
    """Hold a lock: gunicorn would take a running server's socket away.  Raises AlreadyRunning, which says *why*."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.geteuid() == 0:  # an operator's command, which must not keep the server's own users out
            whose = lock.parent.stat()
            os.fchown(descriptor, whose.st_uid, whose.st_gid)
        until = time.monotonic() + _LOCK_PATIENCE
        while not _locked(descriptor):
            if time.monotonic() > until:
                raise AlreadyRunning(why or f"A server is running already, by {lock}: stop it first.")
            time.sleep(0.05)
        set_to_day(lock, day_of(time.time))  # and not to when this server was started
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

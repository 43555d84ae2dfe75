"""A server that has moved to another machine: it stays off, until somebody says that the move was called off."""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Final

from offramp.disk import sync_folder
from offramp.server.errors import AlreadyRunning, ServerMoved, StillRunning
from offramp.server.files import write_over
from offramp.server.layout import ServerFolder
from offramp.server.locks import only_one, only_one_on_data

_END_SECONDS: Final = 30.0
_PEER: Final = struct.Struct("3i")  # process, user, group


def mark_of(folder: ServerFolder) -> Path:
    """The file that keeps a server off."""
    return folder.path / "moved"


def require_not_moved(folder: ServerFolder) -> None:
    """Raises ServerMoved."""
    if mark_of(folder).exists():
        raise ServerMoved(
            f"This server has moved: its last backup was made here, and {folder.path} is off since. If it did not "
            f"move after all, and no other machine serves its address: `offramp server stay {folder.path}`."
        )


def stay(folder: ServerFolder) -> bool:
    """Take the mark away; False where there was none."""
    if not mark_of(folder).exists():
        return False
    mark_of(folder).unlink()
    sync_folder(folder.path)
    return True


@contextmanager
def for_good(folder: ServerFolder, today: date) -> Iterator[None]:
    """End this server for good: within the block, and after it, nothing of it runs or starts again.

    First the mark is on the disk, so that nobody starts it anew; then what runs is ended, and has answered whatever
    it had taken in; then both locks are held.  Where the block fails, the server may start again.
    Raises StillRunning, OSError.
    """
    mark = mark_of(folder)
    was_marked = mark.exists()
    write_over(mark, f"{today.isoformat()}\n".encode("ascii"))
    try:
        with ExitStack() as locks:
            for path in (folder.intake_socket, folder.couriers_socket):
                _end(path)
                folder.make_socket_folders()
                _hold(locks, folder, path)
            yield
    except BaseException:
        if not was_marked:
            stay(folder)
        raise


def _end(path: Path) -> None:
    """End the process that listens on a socket, and wait until it has.  Raises StillRunning."""
    listener = _listener(path)
    if listener is None:
        return
    try:
        os.kill(listener, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise StillRunning from None
    until = time.monotonic() + _END_SECONDS
    while _listener(path) == listener:
        if time.monotonic() > until:
            raise StillRunning
        time.sleep(0.05)


def _listener(path: Path) -> int | None:
    """The number of the process that listens on a socket, as the kernel tells whoever connects; None for nobody."""
    with socket.socket(socket.AF_UNIX) as knock, suppress(FileNotFoundError, ConnectionRefusedError):
        knock.settimeout(5)
        knock.connect(str(path))
        peer = knock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        process: int = _PEER.unpack(peer)[0]
        if process <= 0:  # of another container, where we cannot end it
            raise StillRunning
        return process
    return None


def _hold(locks: ExitStack, folder: ServerFolder, path: Path) -> None:
    """Hold both locks of a part, as soon as whatever was under way there is over.  Raises StillRunning."""
    until = time.monotonic() + _END_SECONDS
    while True:
        try:
            with ExitStack() as both:
                both.enter_context(only_one(path.with_suffix(".lock")))
                both.enter_context(only_one_on_data(folder, path))
                locks.push(both.pop_all())
        except AlreadyRunning:
            if time.monotonic() > until:
                raise StillRunning from None
        else:
            return

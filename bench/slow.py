"""Slow connections, as many as wanted: each sends a head, a byte a second, and never ends it."""

from __future__ import annotations

import contextlib
import resource
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

Address = int | Path
"""A TCP port on 127.0.0.1, or the path of a unix socket."""

_BEGINNING = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "


class Dribblers:
    """Holds *count* of them open, and opens another for each that the server closes; *pause* is in seconds."""

    def __init__(self, address: Address, count: int, *, pause: float = 1.0) -> None:
        _allow_files(2 * count + 200)
        self._address, self._count, self._pause = address, count, pause
        self._open: list[socket.socket] = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dribblers", daemon=True)

    def __enter__(self) -> Self:
        self._fill()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        for one in self._open:
            one.close()

    def _run(self) -> None:
        while not self._ending.wait(self._pause):
            self._open = [one for one in self._open if _goes_on(one)]
            self._fill()

    def _fill(self) -> None:
        for _ in range(self._count - len(self._open)):
            with contextlib.suppress(OSError):
                self._open.append(_begin(self._address))


def connect(address: Address, timeout: float) -> socket.socket:
    """A connection to either kind of address.  Raises OSError."""
    family = socket.AF_INET if isinstance(address, int) else socket.AF_UNIX
    client = socket.socket(family)
    client.settimeout(timeout)
    try:
        client.connect(("127.0.0.1", address) if isinstance(address, int) else str(address))
    except OSError:
        client.close()
        raise
    return client


def _begin(address: Address) -> socket.socket:
    client = connect(address, 0.2)  # a full backlog is answered by nobody
    try:
        client.sendall(_BEGINNING)
    except OSError:
        client.close()
        raise
    client.setblocking(False)
    return client


def _goes_on(client: socket.socket) -> bool:
    """Send a byte; whether the server still wants more."""
    try:
        client.send(b"a")
        if client.recv(4096):
            return True
    except BlockingIOError:
        return True
    except OSError:
        pass
    client.close()
    return False


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))

"""Listening where tor or a visitor connects: sockets that are made here, with the modes that we want.

gunicorn's own would belong to our group, which is not tor's, or be open to everybody.
"""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path
from typing import Final

from offramp.disk import is_shared

_WAITING: Final = 2048  # connections that were not accepted yet


def listen_unix(path: Path) -> str:
    """Listen at a path, in the place of a socket that is there; the name under which gunicorn takes it over.

    Only we may connect, and the group of its folder where that is shared: on a server, tor's.  Raises OSError.
    """
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o007 if is_shared(path.parent) else 0o077)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return _handed_over(listener)


def listen_loopback(port: int) -> str:
    """Listen on 127.0.0.1; the name under which gunicorn takes it over.  Raises OSError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return _handed_over(listener)


def _handed_over(listener: socket.socket) -> str:
    listener.listen(_WAITING)
    return f"fd://{listener.detach()}"

"""Keeping what is in memory out of files: no dump of a process that dies, and nothing in a swap."""

from __future__ import annotations

import contextlib
import ctypes
import resource
from pathlib import Path
from typing import Final

_MCL_CURRENT: Final = 1
_MCL_FUTURE: Final = 2
_MCL_ONFAULT: Final = 4  # pages that are used, and not all that a thread's stack might grow to

_NOTHING: Final = "0"


def keep_in_memory() -> bool:
    """In this process, from now on: its memory goes into no dump, nor into swap; whether both could be had.

    Swap needs the right to lock memory, as a server's units have it; without it `offramp doctor` looks at the swap.
    """
    with contextlib.suppress(OSError, ValueError):  # a filter for system calls may say no
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        # A limit does not hold for a program that dumps are piped to; this leaves it nothing to read.
        Path("/proc/self/coredump_filter").write_text(_NOTHING)
    return _may_lock() and _lock()


def _may_lock() -> bool:
    """Whether without end: with a limit, memory that comes later would be refused where that is reached."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return soft == resource.RLIM_INFINITY


def _lock() -> bool:
    return bool(ctypes.CDLL(None).mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) == 0)

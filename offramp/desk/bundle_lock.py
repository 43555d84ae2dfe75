"""One program at a time writes to a bundle."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from offramp.desk.errors import BundleInUse


@contextlib.contextmanager
def locked(bundle: Path) -> Iterator[int]:
    """The bundle, made where it is not there, as a file descriptor that nobody else writes to meanwhile.

    Raises BundleInUse, OSError.
    """
    handle = os.open(bundle, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever had the lock before may have put a new file in the place of this one.
        if not os.path.samestat(os.fstat(handle), bundle.stat()):
            raise BundleInUse
        yield handle
    except BlockingIOError:
        raise BundleInUse from None
    finally:
        os.close(handle)

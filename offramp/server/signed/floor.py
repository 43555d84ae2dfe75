"""The smallest sequence that may still be handed out: a number in a file, which only rises.

It holds when keysets were deleted, or an older copy of them was put back: then those that were replaced, because
somebody left, would be valid again by their dates.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

from offramp.server.errors import PartMalformed, PartMissing
from offramp.server.files import read_text, write_over
from offramp.server.watching import Watch

_NUMBER = re.compile(r"[0-9]{1,10}")


class Floor:
    """The number in one file; 0 where there is none.  Safe to use from several threads."""

    def __init__(self, path: Path, *, pulse: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._watch = Watch(path.parent, path.name, pulse)
        self._value = 0

    def value(self) -> int:
        """What the file says; within this process it never goes back."""
        with self._lock:
            if self._watch.changed():
                self._value = max(self._value, self._read())
            return self._value

    def rise_to(self, sequence: int) -> None:
        """Put a number onto the disk where it is higher.  Raises OSError."""
        # Another process may have raised it since the last look.
        if sequence > max(self.value(), self._read()):
            write_over(self._path, f"{sequence}\n".encode("ascii"))
            with self._lock:
                self._value = max(self._value, sequence)

    def _read(self) -> int:
        """Nothing where the file cannot be read, which `offramp server check` tells about."""
        try:
            return read_floor(self._path)
        except (PartMissing, PartMalformed):
            return 0


def read_floor(path: Path) -> int:
    """The number in a file.  Raises PartMissing, PartMalformed."""
    text = read_text(path)
    if not _NUMBER.fullmatch(text):
        raise PartMalformed(
            f"{path} must hold a number, and no more. `offramp server add-calendar` writes it."
        )
    return int(text)

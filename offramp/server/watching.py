"""Noticing that files came, went or changed, for some microseconds a look."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOOK_EVERY: Final = 1.0
"""Seconds between two looks."""

_Listing = tuple[tuple[str, int, int, int, int], ...]


class Watch:
    """The files of one pattern in a folder.  *pulse* tells seconds, and when it is time to look again."""

    def __init__(self, folder: Path, pattern: str, pulse: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._pattern, self._pulse = folder, pattern, pulse
        self._next_look = pulse()
        self._seen: _Listing | None = None

    def changed(self) -> bool:
        """Whether the files are not those of the last look; so it is at the first one."""
        if self._pulse() < self._next_look:
            return False
        self._next_look = self._pulse() + LOOK_EVERY
        before, self._seen = self._seen, self._list()
        return self._seen != before

    def look_now(self) -> None:
        """Let the next question be answered by a new look, however short ago the last one was."""
        self._next_look = self._pulse()

    def _list(self) -> _Listing:
        found = []
        try:
            for path in self._folder.glob(self._pattern):
                status = path.stat()
                times = status.st_mtime_ns, status.st_ctime_ns  # some files' mtime tells the day and no more
                found.append((path.name, *times, status.st_size, status.st_ino))
        except OSError:
            return ()  # a file went while we looked: the next look sees it rightly
        return tuple(sorted(found))

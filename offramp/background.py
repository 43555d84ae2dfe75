"""Work that goes on beside everything else in a process, from `start` to `stop`."""

from __future__ import annotations

import threading
from typing import Final

_STOP_SECONDS: Final = 3.0


class Background:
    """A thread that runs `run`, which is to return soon once `wait` says that it is over."""

    def __init__(self, name: str) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End.  What is under way is waited for, but not for long: it must be one that may break off at any point."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def wait(self, seconds: float) -> bool:
        """Wait for so long; True as soon as it is over."""
        return self._stopping.wait(seconds)

    def run(self) -> None:
        """What is to be done."""
        raise NotImplementedError

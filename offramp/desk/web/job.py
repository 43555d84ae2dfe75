"""Something that takes longer than a page may: done beside the requests, with a page that says how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable

from offramp.crypto.errors import OfframpError
from offramp.desk.desk import Desk
from offramp.desk.web.door import Message

Work = Callable[[Desk, "Job"], str]
"""Does it, calls `job.advance` on the way, and returns what to say afterwards."""


class Stopped(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """It was stopped before its end. What was done until then is saved; start it again to go on."""


class Job:
    """Work that runs; `done` of `total` steps. `message` is what to say once it has ended."""

    def __init__(self, title: str, work: Work) -> None:
        self.title, self._work = title, work
        self.done = self.total = 0
        self.message: Message | None = None
        self._stop, self._ended = threading.Event(), threading.Event()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def advance(self, steps: int = 1) -> None:
        """So many steps more are done. Raises Stopped, if it is to be."""
        if self._stop.is_set():
            raise Stopped
        self.done += steps

    def stop(self) -> None:
        """Let it end at its next step."""
        self._stop.set()

    def run(self, desk: Desk) -> None:
        """Do it; whatever goes wrong is told to the organizer and not to a log."""
        try:
            self.message = Message(self._work(desk, self))
        except (OfframpError, OSError) as error:
            self.message = Message(said(error), bad=True)
        finally:
            self._ended.set()


def said(error: OfframpError | OSError) -> str:
    """What to tell a person about an error that they can do something about."""
    if isinstance(error, OfframpError):
        return " ".join(str(error).split())
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}."

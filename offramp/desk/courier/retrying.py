"""Trying again after a failure that may pass: tor's circuits break, and servers are started anew."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from offramp.desk.errors import ConnectionBroke, CourierError, OnionUnreachable, ServerBusy

ATTEMPTS: Final = 5
_WORTH_RETRYING: Final = (ConnectionBroke, OnionUnreachable, ServerBusy)
_Result = TypeVar("_Result")


class Watcher(Protocol):
    """Whoever shows how it goes."""

    def found(self, count: int, size: int) -> None:
        """So many things are to be carried, of so many bytes together."""

    def got(self, size: int) -> None:
        """So many bytes of them are there."""

    def retrying(self, error: CourierError, pause: float) -> None:
        """Something failed, and is tried again after so many seconds."""


@dataclass(frozen=True, slots=True)
class Retrier:
    """Says what it does to `watcher`."""

    watcher: Watcher
    sleep: Callable[[float], None] = time.sleep

    def patiently(self, step: Callable[[], _Result], left: Callable[[], int] = lambda: 0) -> _Result:
        """Try a step again after a failure that may pass, up to five times without getting anywhere.

        `left` says how much is still to be done, for a step that does it bit by bit.
        """
        failures, still_left = 0, left()
        while True:
            try:
                return step()
            except _WORTH_RETRYING as error:
                failures = failures + 1 if left() == still_left else 1
                still_left = left()
                if failures == ATTEMPTS:
                    raise
                pause = 2 ** (failures - 1) * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, hides nothing
                self.watcher.retrying(error, pause)
                self.sleep(pause)

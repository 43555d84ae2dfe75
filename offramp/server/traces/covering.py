"""Letters that say nothing, at times by chance: whoever takes the server cannot tell how many real ones there were.

They come about once an hour, are of every size, and lie among the others; only an organizer's desk can tell, and it
drops them (FORMAT.md, 2.6).  They take at most half of the room that is there for letters of their size.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import SystemRandom
from typing import Final

from offramp.background import Background
from offramp.crypto.envelope import SIZE_CLASSES, envelope_id
from offramp.crypto.keyset import Keyset
from offramp.store import QuotaReached, Store, StoreError

MEAN_SECONDS: Final = 3600.0
"""How long it takes from one to the next, on average."""

FIRST_SECONDS: Final = 600.0
"""After a start, there is none for so long: a server that starts again and again must not fill up with them."""

# Of a thousand, so many are of each class: most are a few words, some have a file, and few have a large one.
_OF_CLASS: Final = dict(zip(SIZE_CLASSES, (800, 80, 60, 50, 8, 2), strict=True))

_PATIENCE: Final = 120.0  # seconds for one, on a machine that has much else to do
_CHANCE: Final = SystemRandom()


@dataclass(frozen=True, slots=True)
class Way:
    """How a letter comes in now, as a real one would, under the root key [32] of a campaign.

    *keyset* is what to seal to, None while nothing is taken; *room* tells how many of a class with so many bytes
    there may be; *today* is the day (UTC).
    """

    root: bytes
    keyset: Callable[[], Keyset | None]
    room: Callable[[int, int], int]
    today: Callable[[], date]


class Covering(Background):
    """A thread that puts one into the store now and then, from `start` to `stop`."""

    def __init__(self, store: Store, way: Way) -> None:
        super().__init__("cover")
        self._store, self._way = store, way

    def one(self) -> bool:
        """Put one into the store; whether there was room, and the intake was open.  Raises StoreError, OSError."""
        keyset = self._way.keyset()
        if keyset is None:
            return False
        (size_class,) = _CHANCE.choices(list(_OF_CLASS), list(_OF_CLASS.values()))
        envelope = made(keyset, self._way.root, size_class)
        half = self._way.room(size_class, len(envelope)) // 2
        try:
            return self._store.add(
                envelope,
                envelope_id=envelope_id(envelope),
                size_class=size_class,
                day=self._way.today(),
                most=half,
            )
        except QuotaReached:
            return False

    def run(self) -> None:
        pause = FIRST_SECONDS + _CHANCE.expovariate(1 / MEAN_SECONDS)
        while not self.wait(pause):
            try:
                self.one()
            except (StoreError, OSError, subprocess.SubprocessError) as error:
                text = f"error: {type(error).__name__} while a letter without words was to be made"
                print(text, file=sys.stderr, flush=True)  # noqa: T201 - the error log
            pause = _CHANCE.expovariate(1 / MEAN_SECONDS)


def made(keyset: Keyset, root: bytes, size_class: int) -> bytes:
    """An envelope of a class that says nothing.  Raises subprocess.SubprocessError, OSError."""
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "offramp.server.traces.cover",
            str(size_class),
            root.hex(),
            keyset.campaign,
        ],
        input=keyset.raw,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # whatever goes wrong, nothing of a letter gets into the log
        check=True,
        timeout=_PATIENCE,
    )
    return done.stdout

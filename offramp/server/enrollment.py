"""The couriers that are enrolled now, and the epoch of their requests; read again when the files change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from offramp.crypto.request import Verifier
from offramp.server.couriers import read_couriers
from offramp.server.errors import ServerError
from offramp.server.watching import Watch


class Enrollment:
    """Couriers' files in a folder.  Safe to use from several threads.

    *host* is the couriers' onion address, for which their requests are signed.
    Raises PartMalformed when a file cannot be read at the start; later the couriers before it stay in force.
    """

    def __init__(self, folder: Path, *, host: str, pulse: Callable[[], float] = time.monotonic) -> None:
        self._folder, self._host = folder, host
        self._lock = threading.Lock()
        self._watch = Watch(folder, "*.toml", pulse)
        self._watch.changed()
        self._take(frozenset(courier.ed25519 for courier in read_couriers(folder)))

    def current(self) -> tuple[Verifier, Collection[bytes]]:
        """What checks requests, and the Ed25519 public keys [32] of all that are enrolled."""
        with self._lock:
            if self._watch.changed():
                self._read_again()
            return self._verifier, self._keys

    def _read_again(self) -> None:
        try:
            keys = frozenset(courier.ed25519 for courier in read_couriers(self._folder))
        except ServerError:
            return  # `offramp server check` says what is wrong with it
        if keys != self._keys:
            self._take(keys)

    def _take(self, keys: frozenset[bytes]) -> None:
        """Begin a new epoch (FORMAT 6): no request that was signed before it is worth anything."""
        self._keys = keys
        self._verifier = Verifier(self._host, keys)

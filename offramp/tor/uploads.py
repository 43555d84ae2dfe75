"""Which onions the Tor network has the descriptors of: only then can anybody reach them."""

from __future__ import annotations

import threading


class Uploads:
    """A set of addresses that one thread fills and others wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._addresses: set[str] = set()

    @property
    def addresses(self) -> frozenset[str]:
        """Those that are uploaded now."""
        with self._changed:
            return frozenset(self._addresses)

    def add(self, address: str) -> bool:
        """True if it is news."""
        with self._changed:
            if address in self._addresses:
                return False
            self._addresses.add(address)
            self._changed.notify_all()
            return True

    def forget(self, address: str) -> None:
        """Its descriptor is out of date, or the onion is gone."""
        with self._changed:
            self._addresses.discard(address)

    def forget_all(self) -> None:
        """All onions are gone."""
        with self._changed:
            self._addresses.clear()

    def wait(self, address: str, seconds: float) -> bool:
        """True as soon as `address` is uploaded; false after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: address in self._addresses, seconds)

"""What cases are called in addresses: a browser's history is on the disk, so real ids do not stand there."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Final

from offramp.desk.errors import DeskError

_LENGTH: Final = 8


class NoSuchName(DeskError):  # noqa: N818  # as in offramp.desk.errors
    """This address is of an earlier session, or what it showed is no longer here."""


class Names:
    """Names for ids [16], made with a key that ends with the session: later, they lead nowhere."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._ids: dict[str, bytes] = {}

    def of(self, one: bytes) -> str:
        """The name of an id."""
        name = hashlib.blake2b(one, key=self._key, digest_size=_LENGTH).hexdigest()
        self._ids[name] = one
        return name

    def id(self, name: str) -> bytes:
        """The id again. Raises NoSuchName."""
        if name not in self._ids:
            raise NoSuchName
        return self._ids[name]

    def learn(self, ids: Iterable[bytes]) -> None:
        """Know the names of these, as after an unlock, when pages are still open."""
        for one in ids:
            self.of(one)

    def forget(self) -> None:
        """Let go of all ids. The key stays, so that pages that are open go on working after the next unlock."""
        self._ids.clear()

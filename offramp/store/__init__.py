"""Where the server keeps envelopes: a handful of calls, and nothing that a seizure is worth.

A store keeps bytes, the id that names them, a size class and a day.
It knows no address, no time of day, no sender and no order of arrival, and it cannot open what it keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from offramp.store.errors import (
    QuotaReached,
    StoreBusy,
    StoreDamaged,
    StoreDiskFails,
    StoreError,
    StoreFull,
    StoreNewer,
    StoreReadOnly,
    StoreUnavailable,
    UnknownStoreUrl,
    UnknownVersion,
)

__all__ = [
    "Addition",
    "QuotaReached",
    "Store",
    "StoreBusy",
    "StoreDamaged",
    "StoreDiskFails",
    "StoreError",
    "StoreFull",
    "StoreNewer",
    "StoreReadOnly",
    "StoreUnavailable",
    "Stored",
    "UnknownStoreUrl",
    "UnknownVersion",
    "open_store",
]

_NOBODY = bytes(32)  # a courier for whom everything waits
_PAGE = 256
_SQLITE = "sqlite:///"
_POSTGRES = "postgresql://"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known about an envelope without reading it: its id [16], class and length in bytes, its day."""

    id: bytes
    size_class: int
    length: int
    day: date


@dataclass(frozen=True, slots=True)
class Addition:
    """An envelope to be kept, its id [16], its size class in bytes, and its day.

    *most* is how many of its class there may be, this one among them; None for as many as fit.
    """

    envelope: bytes = field(repr=False)
    id: bytes
    size_class: int
    day: date
    most: int | None = None


class Store(Protocol):
    """Durable envelopes.  Every call may come from any thread, and several processes may share a store.

    All calls raise StoreUnavailable when the store cannot be used now, and those that write StoreBusy when
    too much is waiting.  A call that raises has kept nothing that it was given, as far as the caller may
    rely on it: the same call may be made again.
    """

    def add(
        self, envelope: bytes, *, envelope_id: bytes, size_class: int, day: date, most: int | None = None
    ) -> bool:
        """Keep an `Addition`; it is on the disk when this returns.

        False if an envelope of this id [16] was there already, whatever *most* is.
        Raises StoreFull, and of those QuotaReached.
        """

    def start_adding(self, addition: Addition, then: Callable[[], None]) -> Callable[[], bool]:
        """The same without waiting for the disk: *then* is called once it is done, or has failed.

        It is called from another thread, and holds up everybody else's writing as long as it takes.
        What is returned gives what `add` would return, or raises what it would; to be called once.
        """

    def count(self) -> Mapping[int, int]:
        """How many envelopes of each size class are here; a class of which there is none may be missing."""

    def waiting(self, courier: bytes, *, after: bytes = b"", limit: int = 1000) -> list[Stored]:
        """Up to *limit* envelopes above *after* that this courier has not acknowledged, in order of id."""

    def read(self, envelope_id: bytes) -> bytes | None:
        """The bytes of an envelope, or None when there is none of this id."""

    def has(self, envelope_id: bytes) -> bool:
        """Whether an envelope of this id is here, and was not destroyed yet."""

    def acknowledge(self, courier: bytes, ids: Sequence[bytes], *, day: date) -> int:
        """Note that a courier has these since a day; how many are here and were not yet acknowledged by it."""

    def expire(self, couriers: Collection[bytes], *, acknowledged: date, received: date) -> int:
        """Destroy what is over, and how many that was.

        That is what every one of these couriers had acknowledged by the end of the day *acknowledged*, which is
        nothing where there is no courier; and what came in by the end of the day *received*, whoever has it.
        """

    def close(self) -> None:
        """Finish what is being written and let go of the files.  Calls after this raise StoreUnavailable."""


def all_in(store: Store) -> Iterator[list[Stored]]:
    """All envelopes in order of id, some hundred at a time; one that comes in meanwhile may be among them or not.

    Raises StoreUnavailable.
    """
    after = b""
    while page := store.waiting(_NOBODY, after=after, limit=_PAGE):
        yield page
        after = page[-1].id


def open_store(url: str, *, tick_seconds: float | None = None) -> Store:
    """Open the store at *url*: ``sqlite:///relative``, ``sqlite:////absolute/path`` or ``postgresql://…``.

    With *tick_seconds*, the store writes on a clock besides, so that the times of its files tell nobody when
    something came in.  One process of those that share a store should do it: the one that adds.
    Raises UnknownStoreUrl, StoreUnavailable.
    """
    # Imported here so that a backend's library is needed only by those who use it.
    if url.startswith(_POSTGRES):
        try:
            from offramp.store.postgres import PostgresStore
        except ImportError:
            raise StoreUnavailable("For PostgreSQL, offramp[postgres] has to be installed.") from None
        return PostgresStore(url, tick_seconds=tick_seconds)
    if not url.startswith(_SQLITE) or len(url) == len(_SQLITE):
        raise UnknownStoreUrl
    from offramp.store.sqlite import SqliteStore

    return SqliteStore(Path(url.removeprefix(_SQLITE)), tick_seconds=tick_seconds)

"""What PostgreSQL's errors mean for a store.

Their texts are left behind: they can quote what was to be written.  The five signs of the SQLSTATE say enough.
"""

from __future__ import annotations

import psycopg
from psycopg import errors

from offramp.store.errors import (
    StoreBusy,
    StoreDamaged,
    StoreDiskFails,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)

RETRIED = (errors.SerializationFailure, errors.DeadlockDetected)
"""Two transactions were in each other's way: the same again is likely to succeed."""

_FULL = (errors.DiskFull,)
_BUSY = (
    *RETRIED,
    errors.LockNotAvailable,
    errors.QueryCanceled,
    errors.TooManyConnections,
    errors.OutOfMemory,
)
_ONLY_READS = errors.ReadOnlySqlTransaction
_KEPT_OUT = (
    errors.InvalidAuthorizationSpecification,
    errors.InvalidPassword,
    errors.InsufficientPrivilege,
    errors.InvalidCatalogName,
)
_DISK_FAILS = (errors.IoError,)
_DAMAGED = (errors.DataCorrupted, errors.IndexCorrupted)


def as_store_error(error: Exception) -> StoreError:
    """The store's error for one of psycopg's."""
    if isinstance(error, _FULL):
        return StoreFull("The database's disk is full; nothing was kept.")
    if isinstance(error, _BUSY):
        return StoreBusy()
    if isinstance(error, _ONLY_READS):
        return only_reads()
    return _unavailable(error, error.sqlstate if isinstance(error, psycopg.Error) else None)


def only_reads() -> StoreReadOnly:
    """For a database that may not be written to."""
    return StoreReadOnly("The database takes nothing: it is a standby, or was set to be read only.")


def _unavailable(error: Exception, state: str | None) -> StoreUnavailable:
    """With a sentence for the operator."""
    if isinstance(error, _DAMAGED):
        return StoreDamaged("The database's files are damaged: restore them from its standby or a backup.")
    if isinstance(error, _DISK_FAILS):
        return StoreDiskFails("The database's disk fails; its log says more.")
    if state is None:
        return StoreUnavailable(
            "The database cannot be reached: see whether it runs, and whether the store's address is right."
        )
    words = "The database could not do it; its log says more"
    if isinstance(error, _KEPT_OUT):
        words = "The database does not let this server in: look at its users and their rights"
    return StoreUnavailable(f"{words} (SQLSTATE {state}).")

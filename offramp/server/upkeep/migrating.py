"""Bringing a server's store to the tables of another version of Offramp, mostly before going back to an older one."""

from __future__ import annotations

from offramp.server.layout import ServerFolder
from offramp.server.locks import require_stopped
from offramp.server.upkeep.older import move_older
from offramp.store.migrations import migrate
from offramp.store.schema import ENVELOPES


def migrate_store(folder: ServerFolder, to: int | None = None) -> tuple[int, int]:
    """The versions before and after; *to* is this program's where it is None.

    Where there is no store yet, nothing is done.

    Raises AlreadyRunning, StoreUnavailable, StoreBusy, StoreFull, StoreNewer, UnknownVersion.
    """
    require_stopped(folder)
    move_older(folder)
    if folder.store_url != folder.store_file_url:
        # Here, for it needs a library that only some servers have.
        from offramp.store.postgres.migrations import migrate as migrate_database

        return migrate_database(folder.store_url, to)
    wanted = ENVELOPES.version if to is None else to
    return migrate(folder.store, wanted) if folder.store.exists() else (wanted, wanted)

"""Folders of servers from before some files had folders of their own."""

from __future__ import annotations

import contextlib

from offramp.disk import make_folder, sync_folder
from offramp.server.layout import ServerFolder


def move_older(folder: ServerFolder) -> None:
    """Move what lies where it lay before; nothing where nothing does.  No part of the server may run.  Raises OSError.

    Whatever is interrupted goes on at the next call: the log goes before its store, which means nothing without it.
    """
    top = folder.path
    store = [
        (top / f"store.db{end}", folder.store.with_name(f"store.db{end}")) for end in ("-wal", "-shm", "")
    ]
    for old, new in (*store, (top / "floor", folder.floor)):
        make_folder(new.parent)
        if old.exists() and not new.exists():
            with contextlib.suppress(
                FileNotFoundError
            ):  # the other part of the server starts too, and was quicker
                old.rename(new)
            sync_folder(new.parent)
            sync_folder(top)

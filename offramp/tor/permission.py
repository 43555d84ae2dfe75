"""Says how a user gets to read a file of tor's: which group to join."""

from __future__ import annotations

import stat
from pathlib import Path

from offramp.accounts import group_name, our_name


def how_to_get_in(path: Path) -> str:
    """A sentence that names the file that could not be used, the user, and the group to add the user to."""
    user, group = our_name(), _group_of(path)
    cure = f"add the user {user} to the group {group} (`usermod -aG {group} {user}`), then log in again"
    if _closed_to_group(path):
        cure = f"put `CookieAuthFileGroupReadable 1` into tor's torrc, restart tor, and {cure}"
    return f"The user {user} may not use {path}, by which tor lets itself be controlled: {cure}."


def _group_of(path: Path) -> str:
    """The group of the file, or of the first folder above it that lets us look."""
    for place in (path, *path.parents):
        try:
            group = place.stat().st_gid
        except OSError:
            continue
        return group_name(group)
    return "tor"


def _closed_to_group(path: Path) -> bool:
    try:
        return not path.stat().st_mode & stat.S_IRGRP
    except OSError:  # its folder is closed to us, and then the group is what is missing
        return False

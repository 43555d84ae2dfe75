"""What a file system keeps through a power cut, and who may read it there.

Anything of ours may import this, and it imports nothing of ours.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Put the names in a folder onto the disk: a file that is on it is not found until its name is too. OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_shared(folder: Path) -> bool:
    """Whether a folder hands its group down to what is made in it (setgid): then several users share it.  OSError."""
    return bool(folder.stat().st_mode & stat.S_ISGID)


def file_mode(folder: Path) -> int:
    """The mode of a new file in a folder: 0600, and what its group may do in the folder where that is shared.  OSError.

    That is reading where the group may look into it, and writing where the group may make files.
    """
    return 0o600 | (folder.stat().st_mode & 0o060 if is_shared(folder) else 0)


def make_folder(path: Path) -> None:
    """Make a folder where there is none: 0700, and for its group what it may do in the one above.  OSError.

    The process's umask must leave the group's bits; the group itself comes from the folder above.
    """
    above = path.parent
    path.mkdir(mode=0o700 | (above.stat().st_mode & 0o070 if is_shared(above) else 0), exist_ok=True)

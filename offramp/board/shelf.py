"""What the intake serves of the board: plain files, opened by names that have one spelling each."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO, Final

from offramp.board.tree import BoardTree

_BUILD: Final = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,4}", re.ASCII)
_PARCEL: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


class BoardShelf:
    """The files of the board that is in a folder, whoever writes them.  All calls raise OSError."""

    def __init__(self, path: Path) -> None:
        self._tree = BoardTree(path)

    def descriptor(self) -> BinaryIO | None:
        """The descriptor, or None where there is no board."""
        return _open(self._tree.descriptor)

    def shard(self, build: str, index: str) -> BinaryIO | None:
        """A shard, or None where this build has none of this index, or is not there any more."""
        if not (_BUILD.fullmatch(build) and _INDEX.fullmatch(index)):
            return None
        return _open(self._tree.shard(build, index))

    def parcel(self, name: str) -> BinaryIO | None:
        """A parcel by its id in hexadecimal, or None where it is not there any more."""
        return _open(self._tree.parcel(bytes.fromhex(name))) if _PARCEL.fullmatch(name) else None


def _open(path: Path) -> BinaryIO | None:
    # NOATIME: a file's time of access would tell when it was first read on a day.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.fdopen(_descriptor(path, flags), "rb", buffering=0)
    except FileNotFoundError:
        return None


def _descriptor(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | os.O_NOATIME)
    except PermissionError:
        # Only a file's owner may ask for that. On a server that is the couriers' side, and for the intake the board
        # is mounted so that it cannot write there, which keeps these times too.
        return os.open(path, flags)

"""Writing files so that they are whole or not there, and never over another one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.disk import sync_folder

PRIVATE = 0o600
PUBLIC = 0o644


def write_new(path: Path, data: bytes, *, mode: int = PRIVATE, replace: bool = False) -> None:
    """Write `data` to `path`, durably and all at once; `FileInTheWay` if it is there, unless `replace`."""
    if replace:
        with replacing(path, mode=mode) as file:
            file.write(data)
        return
    refuse_existing(path)
    part = part_of(path)
    with durable(part, mode) as file:
        file.write(data)
    move_into_place(part, path)
    sync_folder(path.parent)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """A file to write that takes the place of `path`, durably, when all went well; otherwise `path` stays."""
    part = part_of(path)
    with durable(part, mode) as file:
        yield file
    part.replace(path)
    sync_folder(path.parent)


def refuse_existing(*paths: Path) -> None:
    """`FileInTheWay` if any is there: to be asked before a person types a passphrase for nothing."""
    for path in paths:
        if path.exists():
            raise FileInTheWay(f"{path} is already there, and was not written over.")


def read_whole(path: Path, *, limit: int) -> bytes:
    """The bytes of a small file, at most `limit` + 1 of them; `MissingFile` if there is none."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        raise MissingFile(f"{path} is not there.") from None
    except IsADirectoryError:
        raise MissingFile(f"{path} is a folder, and a file is wanted.") from None


def make_private_folder(path: Path) -> None:
    """Make a folder that only this user can look into; leaves an existing one as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def part_of(path: Path) -> Path:
    """The name of a file while it is being written."""
    return path.with_name(f".{path.name}.part")


@contextlib.contextmanager
def durable(path: Path, mode: int) -> Iterator[BinaryIO]:
    """A new file, which is on the disk when the block ends well, and is gone when it does not. OSError."""
    path.unlink(missing_ok=True)  # what an earlier, killed run left; its mode may have been another
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)  # a disk that is full gets its room back
        raise


def move_into_place(part: Path, path: Path) -> None:
    """Give `part` its name; `FileInTheWay` if that name came to be in the meantime."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        part.unlink()
        raise FileInTheWay(f"{path} is already there, and was not written over.") from None
    except OSError:  # a USB stick's file system may have no hard links
        part.rename(path)
    else:
        part.unlink()

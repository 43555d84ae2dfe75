"""Reading and writing the small files in a server's folder: whole, or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from offramp.board.days import day_of, set_to_day
from offramp.disk import file_mode, sync_folder
from offramp.server.errors import PartMalformed, PartMissing


def read_text(path: Path) -> str:
    """The text of a short file without the line's end.  Raises PartMissing, PartMalformed."""
    try:
        return path.read_text("ascii").rstrip("\n")
    except FileNotFoundError:
        raise PartMissing(f"{path} is missing.") from None
    except (OSError, UnicodeDecodeError):
        raise PartMalformed(f"{path} cannot be read.") from None


def read_up_to(file: Path, limit: int) -> bytes:
    """A file's bytes, one more than *limit* at most: a reader refuses those.  Raises PartMissing, PartMalformed."""
    try:
        with file.open("rb") as opened:
            return opened.read(limit + 1)
    except FileNotFoundError:
        raise PartMissing(f"{file} is missing.") from None
    except OSError:
        raise PartMalformed(f"{file} cannot be read.") from None


def write_new(path: Path, data: bytes) -> None:
    """Make a file, whole or not at all; it is on the disk when this returns.  Raises FileExistsError."""
    write_all_new({path: data})


def write_all_new(files: Mapping[Path, bytes]) -> None:
    """Make several files of one folder, each whole or not at all; none of them where one cannot be written.

    They get their names in this order.  Raises FileExistsError, OSError.
    """
    partials = {path: _partial(path) for path in files}
    try:
        for path, data in files.items():
            _write(partials[path], data)
        for path, partial in partials.items():
            os.link(partial, path)  # unlike a rename, this replaces nothing
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def write_over(path: Path, data: bytes) -> None:
    """Put a file in the place of the one that may be there; it is on the disk when this returns.

    Its times tell the day and no more, for a courier may have brought it.  Raises OSError.
    """
    partial = _partial(path)
    try:
        _write(partial, data)
        set_to_day(partial, day_of(time.time))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.partial")


def _write(path: Path, data: bytes) -> None:
    """Write a file anew; its bytes are on the disk when this returns."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, file_mode(path.parent))  # whatever the umask of whoever types a command
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Writing a stick file (FORMAT.md, 19.2) under a name, with a length and on a day that say nothing."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from offramp.crypto.stick import StickWriter, length_for
from offramp.desk.stick.contents import START, VERSION, Entry, Gathered
from offramp.desk.stick.errors import FileChanged, NoSuchFolder, NotEnoughRoom
from offramp.disk import sync_folder

_PIECE: Final = 65_536
_NAME_BYTES: Final = 8
# The same for all, and noon, so that it is this day in nearly every time zone.
_DAY: Final = int(datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp())


def check_place(gathered: Gathered, folder: Path) -> None:
    """See that there is room, before anybody types a passphrase. NoSuchFolder, StickTooLarge, NotEnoughRoom."""
    if not folder.is_dir():
        raise NoSuchFolder(f"{folder} is not there, or is no folder. Is the stick plugged in?")
    length = length_for(gathered.size)
    if shutil.disk_usage(folder).free < length:
        raise NotEnoughRoom(
            f"{folder} has too little room: {length >> 20} MiB are needed. Nothing was left there."
        )


def put(gathered: Gathered, folder: Path, passphrase: str) -> Path:
    """Write all of it to one new file in `folder`, durably; where it is.

    Raises what `check_place` does, and FileChanged, NotEnoughMemory, OSError; then nothing is left there.
    """
    check_place(gathered, folder)
    path = folder / secrets.token_hex(_NAME_BYTES)
    with _new_file(path) as file:
        writer = StickWriter(file, passphrase, gathered.size)
        writer.write(START.pack(VERSION, len(gathered.entries)))
        for entry, source in gathered.entries:
            writer.write(entry.head())
            if not entry.is_folder:
                _copy(writer, entry, source)
        writer.finish()
    sync_folder(folder)
    return path


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Written under its own name from the start: another one would stay readable in the stick's directory."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.utime(file.fileno(), (_DAY, _DAY))
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copy(writer: StickWriter, entry: Entry, source: Path) -> None:
    # Not followed and not waited for: what was a file a moment ago may be a link or a pipe now.
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        left = entry.length
        while left:
            data = file.read(min(left, _PIECE))
            if not data:
                raise FileChanged(f"{source} became shorter while it was read. Run this again.")
            writer.write(data)
            left -= len(data)
        if file.read(1):
            raise FileChanged(f"{source} became longer while it was read. Run this again.")

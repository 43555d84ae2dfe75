"""The published files: `descriptor`, `<build>/<index>`, and `parcels/<id>`.

Whatever has its final name is whole: it was written under another name, put onto the disk, and then renamed.
The descriptor is renamed last, so whoever follows it finds the whole build that it names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from offramp.board.days import set_to_day
from offramp.crypto.board import Descriptor, read_descriptor, write_descriptor
from offramp.crypto.errors import OfframpError
from offramp.disk import file_mode, make_folder, sync_folder

BUILDS_KEPT: Final = 3
"""The current one, and two more for readers who have begun with an older descriptor."""

_PARTIAL: Final = ".partial"


class BoardTree:
    """The paths under the board's folder, and how they are written.  Only one process may write.

    All calls raise OSError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    @property
    def descriptor(self) -> Path:
        return self.path / "descriptor"

    @property
    def parcels(self) -> Path:
        return self.path / "parcels"

    def shard(self, build: int | str, index: int | str) -> Path:
        return self.path / str(build) / str(index)

    def parcel(self, name: bytes) -> Path:
        return self.parcels / name.hex()

    def published(self) -> Descriptor | None:
        """What the descriptor says; None where there is none that can be read."""
        try:
            return read_descriptor(self.descriptor.read_bytes())
        except (FileNotFoundError, OfframpError):
            return None

    def has_parcel(self, name: bytes) -> bool:
        return self.parcel(name).exists()

    def add_parcel(self, name: bytes, parcel: bytes, day: date) -> None:
        """Write a parcel; it is on the disk when this returns."""
        self._make_folders()
        _write(self.parcel(name), parcel, day)
        set_to_day(self.parcels, day)

    def write_build(self, descriptor: Descriptor, shards: Iterable[bytes], day: date) -> None:
        """Write all shards of a build, in order of their indices, and then publish it."""
        self._make_folders()
        _remove_all(self.path.glob(f"*{_PARTIAL}"))
        partial = self.path / f"{descriptor.build}{_PARTIAL}"
        make_folder(partial)
        before = self.published()
        for index, shard in enumerate(shards):
            old = self.shard(before.build, index) if before else None
            _link_or_write(partial / str(index), shard, old, day)
        set_to_day(partial, day)
        sync_folder(partial)
        partial.rename(self.path / str(descriptor.build))
        sync_folder(self.path)
        _write(self.descriptor, write_descriptor(descriptor), day)
        set_to_day(self.path, day)

    def highest_build(self) -> int:
        """The highest number that any build here has, or 0."""
        self._make_folders()
        published = self.published()
        return max([0, *self._builds(), published.build if published else 0])

    def sweep(self, parcels: Collection[bytes], day: date) -> None:
        """Remove old builds, and every parcel that is not among these ids [16]."""
        _remove_all(self.path / str(build) for build in sorted(self._builds())[:-BUILDS_KEPT])
        names = {name.hex() for name in parcels}
        for path in self.parcels.iterdir():
            if path.name in names:
                # So the inode's own time, which nobody can set, tells of the rebuild and not of the push.
                os.utime(path, ns=(path.stat().st_mtime_ns,) * 2)
            else:
                path.unlink()
        set_to_day(self.parcels, day)
        set_to_day(self.path, day)

    def _builds(self) -> Iterator[int]:
        return (int(path.name) for path in self.path.iterdir() if path.name.isdecimal())

    def _make_folders(self) -> None:
        for folder in (self.path, self.parcels):
            make_folder(folder)


def _link_or_write(path: Path, data: bytes, old: Path | None, day: date) -> None:
    """A shard that is as it was is the same file.  All of it is compared: what a disk damaged is written anew."""
    if old is not None and old.is_file() and old.read_bytes() == data:
        os.link(old, path)
    else:
        _write_file(path, data, day)


def _write(path: Path, data: bytes, day: date) -> None:
    """A file that is whole under its name, or not there; it is on the disk when this returns."""
    partial = path.with_name(path.name + _PARTIAL)
    partial.unlink(missing_ok=True)
    _write_file(partial, data, day)
    partial.replace(path)
    sync_folder(path.parent)


def _write_file(path: Path, data: bytes, day: date) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        os.fchmod(file.fileno(), file_mode(path.parent))
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    set_to_day(path, day)


def _remove_all(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

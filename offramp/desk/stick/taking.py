"""Taking what is in a stick file (FORMAT.md, 19.3): all of it is proven before any of it gets its name."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.crypto.errors import UnsupportedVersion
from offramp.crypto.stick import StickReader
from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.desk.files import durable, make_private_folder
from offramp.desk.stick.contents import ENTRY, MOST_ENTRIES, MOST_PATH_BYTES, START, VERSION, Entry, is_safe
from offramp.desk.stick.errors import UnsafeContents
from offramp.disk import sync_folder

_PIECE: Final = 65_536
_WHILE_TAKING: Final = ".stick.part"
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What came: `new` is what was not there as it is now, `same` what was there already to the byte."""

    entries: list[Entry]
    new: list[str]
    same: list[str]

    @property
    def top(self) -> list[Entry]:
        """The files and folders as they were named when they were put onto the stick."""
        return [one for one in self.entries if "/" not in one.path]


def check_file(path: Path) -> None:
    """See that there is a file, before anybody types a passphrase. `MissingFile`."""
    if not path.is_file():
        raise MissingFile(f"{path} is not there, or is no file.")


def take(path: Path, passphrase: str, target: Path, *, replace: bool = False) -> Taken:
    """Put what is in the stick file at `path` into the folder `target`, which is made where it is not there.

    A file of the same name and with the same bytes stays. One with others is replaced only with `replace`.
    Raises NotAStickFile, UnsupportedVersion, UnsafeContents, FileInTheWay, MissingFile, NotEnoughMemory, OSError;
    then nothing in `target` was changed, unless the disk failed while files were given their names.
    """
    check_file(path)
    make_private_folder(target)
    part = target / _WHILE_TAKING
    try:
        _remove(part)  # what an earlier, killed run left
        part.mkdir(mode=0o700)
        entries = _unpack(path, passphrase, part)
        new, same = _compare(entries, part, target, replace=replace)
        _install(entries, new, part, target)
    finally:
        _remove(part)
    sync_folder(target)
    return Taken(entries, new, same)


def _unpack(path: Path, passphrase: str, part: Path) -> list[Entry]:
    with path.open("rb") as file:
        reader = StickReader(file, passphrase, os.fstat(file.fileno()).st_size)
        version, count = START.unpack(reader.read(START.size))
        if version != VERSION:
            raise UnsupportedVersion
        if count > MOST_ENTRIES:
            raise UnsafeContents
        entries: dict[str, Entry] = {}
        for _ in range(count):
            entry = _read_entry(reader)
            _check_place(entry, entries)
            _write(reader, entry, part / entry.path)
            entries[entry.path] = entry
        reader.finish()
    return list(entries.values())


def _read_entry(reader: StickReader) -> Entry:
    kind, length, path_length = ENTRY.unpack(reader.read(ENTRY.size))
    if kind > 1 or (kind == 1 and length) or path_length > MOST_PATH_BYTES:
        raise UnsafeContents
    try:
        path = reader.read(path_length).decode()
    except UnicodeDecodeError:
        raise UnsafeContents from None
    if not is_safe(path):
        raise UnsafeContents
    return Entry(path, kind == 1, length)


def _check_place(entry: Entry, earlier: dict[str, Entry]) -> None:
    """Every folder stands before what is in it."""
    parent = entry.path.rpartition("/")[0]
    if parent and not (parent in earlier and earlier[parent].is_folder):
        raise UnsafeContents


def _write(reader: StickReader, entry: Entry, path: Path) -> None:
    if path.exists():  # a name that stands there twice, or two that this file system takes for one
        raise UnsafeContents
    if entry.is_folder:
        path.mkdir(mode=0o700)
        return
    with durable(path, 0o600) as file:
        left = entry.length
        while left:
            data = reader.read(min(left, _PIECE))
            file.write(data)
            left -= len(data)


def _compare(entries: list[Entry], part: Path, target: Path, *, replace: bool) -> tuple[list[str], list[str]]:
    """The paths of files that are new or other than what is there, and of those that are the same."""
    new, same, in_the_way = [], [], []
    for entry in entries:
        place = target / entry.path
        kind = _kind(place)
        if kind == 0:
            new += [] if entry.is_folder else [entry.path]
        elif stat.S_ISDIR(kind) != entry.is_folder or not (stat.S_ISDIR(kind) or stat.S_ISREG(kind)):
            raise FileInTheWay(
                f"{place} is already there, and is something else. Nothing was written over it."
            )
        elif not entry.is_folder:
            if filecmp.cmp(part / entry.path, place, shallow=False):
                same.append(entry.path)
            else:
                new.append(entry.path)
                in_the_way.append(place)
    if in_the_way and not replace:
        raise FileInTheWay(_in_the_way(in_the_way))
    return new, same


def _kind(path: Path) -> int:
    """The mode of what is there, a link not followed; 0 if there is nothing."""
    with contextlib.suppress(FileNotFoundError):
        return path.lstat().st_mode
    return 0


def _in_the_way(places: list[Path]) -> str:
    named = ", ".join(map(str, places[:_MOST_NAMED]))
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    are = "is" if len(places) == 1 else "are"
    return (
        f"{named}{more} {are} already there and not the same. Nothing was written. "
        "Take it to another folder, or add --replace."
    )


def _install(entries: list[Entry], files: list[str], part: Path, target: Path) -> None:
    """Each file is whole when it gets its name. A run that was stopped here is mended by the same once more."""
    folders = [target / one.path for one in entries if one.is_folder]
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)
    for path in files:
        (part / path).replace(target / path)
    for folder in _deepest_first(folders):
        sync_folder(folder)


def _deepest_first(folders: list[Path]) -> Iterator[Path]:
    yield from sorted(folders, key=lambda one: len(one.parts), reverse=True)


def _remove(path: Path) -> None:
    kind = _kind(path)
    if stat.S_ISDIR(kind):
        shutil.rmtree(path)
    elif kind:
        path.unlink()

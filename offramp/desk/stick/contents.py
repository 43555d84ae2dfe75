"""What is in a stick file (FORMAT.md, 19.2): names and contents, in the order in which they are written.

Both sides hold to the same rules for names, so nothing that is taken off a stick lands outside the folder
that it was meant for, or hides there.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Final

from offramp.desk.errors import MissingFile
from offramp.desk.stick.errors import NameTwice, NotCarried

VERSION: Final = 1
MOST_ENTRIES: Final = 100_000
MOST_PATH_BYTES: Final = 1024
MOST_NAME_BYTES: Final = 255  # what a file system takes

START: Final = Struct(">BI")  # version, number of entries
ENTRY: Final = Struct(">BQH")  # 1 for a folder, length of the contents, length of the path


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder. `path` has slashes, and `length` is in bytes, 0 for a folder."""

    path: str
    is_folder: bool
    length: int

    def head(self) -> bytes:
        spelt = self.path.encode()
        return ENTRY.pack(self.is_folder, self.length, len(spelt)) + spelt


def is_safe(path: str) -> bool:
    """Whether a path of an entry is one that is written and taken: inside its folder, and plain to see."""
    try:
        spelt = path.encode()
    except UnicodeEncodeError:
        return False
    return len(spelt) <= MOST_PATH_BYTES and all(map(_is_safe_name, path.split("/")))


def _is_safe_name(name: str) -> bool:
    # A name that begins with a dot is not seen in a listing, and some of those are started at every login.
    return (
        name != ""
        and not name.startswith(".")
        and len(name.encode()) <= MOST_NAME_BYTES
        and not any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") for one in name)
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is to be written, where each lies, and what was left out of folders."""

    entries: list[tuple[Entry, Path]]
    left_out: list[Path]

    @property
    def size(self) -> int:
        """Bytes of all that is written before the padding."""
        return START.size + sum(len(entry.head()) + entry.length for entry, _ in self.entries)


def gather(sources: Sequence[Path]) -> Gathered:
    """The files and folders of these names, folders with all that is in them.

    Hidden files within folders are left out. Raises MissingFile, NotCarried, NameTwice, OSError.
    """
    found = Gathered([], [])
    for source in sources:
        whole = Path(os.path.abspath(source))  # noqa: PTH100  # a link is not followed, so that it is found out
        for entry, path in _walk(whole, whole.name, found.left_out):
            found.entries.append((entry, path))
    names = [entry.path for entry, _ in found.entries]
    if len({name.casefold() for name in names}) != len(
        names
    ):  # a stick's file system takes them for the same
        raise NameTwice
    if len(names) > MOST_ENTRIES:
        raise NotCarried(f"These are more than {MOST_ENTRIES} files. Put them there in several.")
    return found


def _walk(path: Path, name: str, left_out: list[Path]) -> Iterator[tuple[Entry, Path]]:
    """An entry, and those within it."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        raise MissingFile(f"{path} is not there.") from None
    if not is_safe(name) or not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise NotCarried(f"{path}: {NotCarried.__doc__}")
    if stat.S_ISREG(found.st_mode):
        yield Entry(name, False, found.st_size), path
        return
    yield Entry(name, True, 0), path
    for inner in sorted(path.iterdir()):
        if inner.name.startswith("."):
            left_out.append(inner)
        else:
            yield from _walk(inner, f"{name}/{inner.name}", left_out)

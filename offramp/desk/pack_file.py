"""Packs on a laptop's disk: what is in one, in the order in which it travels, and writing one for a stick."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from offramp.crypto.errors import NotAPack, PackTruncated, UnsupportedVersion
from offramp.crypto.framing import READ_SIZE
from offramp.crypto.pack import (
    HEADER,
    CardPost,
    EnvelopePost,
    ParcelPost,
    Post,
    ReplyPost,
    TakenBack,
    frame,
    read_stream,
)
from offramp.desk.errors import FileInTheWay, MissingFile
from offramp.desk.files import replacing

# What is taken back goes first, and a reply never before the parcels that it points to.
_ORDER: Final[dict[type[Post], int]] = {
    TakenBack: 0,
    ParcelPost: 1,
    ReplyPost: 2,
    EnvelopePost: 3,
    CardPost: 4,
}


@dataclass(frozen=True, slots=True, order=True)
class Packed:
    """One post of a pack: where it stands, and how many bytes its frame has.

    These sort into the order in which they travel: by kind, then by id. So neither the pack nor the pushing
    tells which parcels belong to which reply, or in which order answers were written.
    """

    kind: int
    id: bytes  # [16]
    last_day: date
    start: int
    length: int

    @property
    def is_taken_back(self) -> bool:
        return self.kind == _ORDER[TakenBack]

    @property
    def is_envelope(self) -> bool:
        return self.kind == _ORDER[EnvelopePost]

    @property
    def is_card(self) -> bool:
        return self.kind == _ORDER[CardPost]


class PackFile:
    """A pack that is open for reading; `truncated` where its last record is incomplete."""

    def __init__(self, path: Path) -> None:
        """Reads all of it once. Raises MissingFile, NotAPack, UnsupportedVersion, OSError."""
        try:
            self._file: BinaryIO = path.open("rb")
        except FileNotFoundError:
            raise MissingFile(f"{path} is not there.") from None
        self.truncated = False
        self.all: list[Packed] = []
        try:
            self.all.extend(self._read())
        except PackTruncated:
            self.truncated = True
        except (NotAPack, UnsupportedVersion) as error:
            self._file.close()
            raise type(error)(f"{path}: {error}") from None
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> Iterator[Packed]:
        start = len(HEADER)
        for post in read_stream(iter(lambda: self._file.read(READ_SIZE), b"")):
            length = len(frame(post))
            yield Packed(_ORDER[type(post)], post.id, post.last_day, start, length)
            start += length

    def live(self, day: date) -> list[Packed]:
        """What is still to be kept on `day`, each once and in order, without what was taken back."""
        kept = {(one.kind, one.id): one for one in self.all if one.last_day >= day}
        gone = {one.id for one in kept.values() if one.is_taken_back}
        return sorted(one for one in kept.values() if one.is_taken_back or one.id not in gone)

    def frame_of(self, one: Packed) -> bytes:
        """The bytes of a post as they stand in the file, its length before it."""
        self._file.seek(one.start)
        return self._file.read(one.length)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_pack(path: Path, source: PackFile, wanted: Iterable[Packed]) -> None:
    """Write these posts of `source` to `path`, whole or not at all. Raises FileInTheWay, OSError.

    An earlier pack there is written over: what it held is in the outbox still, if it is to be kept.
    """
    _check_writable(path)
    with replacing(path) as file:
        file.write(HEADER)
        for one in wanted:
            file.write(source.frame_of(one))


def _check_writable(path: Path) -> None:
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_file() or not _begins_as_pack(path):
        raise FileInTheWay(f"{path} is already there and no pack, and was not written over.")


def _begins_as_pack(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER

"""The pages of an SQLite file as they lie on the disk, read without SQLite: what it gives up on can be read so.

Source: "Database File Format" of SQLite's documentation, whose sections are named below.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

PAGE: Final = 4096
"""Bytes of a page, in all files of ours."""

_LOG_HEADER, _FRAME_HEADER = 32, 24  # 4.1
_BIG_ENDIAN_SUMS: Final = 0x377F_0683
_MASK: Final = 0xFFFF_FFFF


class Pages:
    """The pages of a file, as they were after the last commit in the log beside it.  Raises OSError."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        self._count = path.stat().st_size // PAGE
        self._log: BinaryIO | None = None
        self._in_log: dict[int, int] = {}
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            self._log = log.open("rb")
            self._in_log, self._count = _committed(self._log, self._count)

    def __len__(self) -> int:
        return self._count

    def read(self, number: int) -> bytes:
        """A page by its number, from 1; empty where the disk does not give it, or there is none of this number."""
        if not 1 <= number <= self._count:
            return b""
        file, place = self._file, (number - 1) * PAGE
        if self._log is not None and number in self._in_log:
            file, place = self._log, self._in_log[number]
        try:
            file.seek(place)
            page = file.read(PAGE)
        except OSError:  # this is what a failing disk does, for some pages and not for others
            return b""
        return page if len(page) == PAGE else b""

    def close(self) -> None:
        """Let go of the files."""
        self._file.close()
        if self._log is not None:
            self._log.close()


def _committed(log: BinaryIO, count: int) -> tuple[dict[int, int], int]:
    """Where in the log the newest committed page of each number lies; and how many pages the file then has (4.2)."""
    found: dict[int, int] = {}
    for transaction, pages in _transactions(log):
        found |= transaction
        count = pages
    return found, count


def _transactions(log: BinaryIO) -> Iterator[tuple[dict[int, int], int]]:
    header = log.read(_LOG_HEADER)
    if len(header) < _LOG_HEADER:
        return
    order = ">" if struct.unpack(">I", header[:4])[0] == _BIG_ENDIAN_SUMS else "<"
    sums = _summed(order, header[:24], (0, 0))
    transaction: dict[int, int] = {}
    while len(frame := log.read(_FRAME_HEADER + PAGE)) == _FRAME_HEADER + PAGE:
        number, pages_after_commit = struct.unpack(">II", frame[:8])
        sums = _summed(order, frame[:8] + frame[_FRAME_HEADER:], sums)
        # What an earlier round left in the log has other salts, and what a power cut left has other sums.
        if frame[8:16] != header[16:24] or struct.unpack(">II", frame[16:24]) != sums:
            return
        transaction[number] = log.tell() - PAGE
        if pages_after_commit:
            yield transaction, pages_after_commit
            transaction = {}


def _summed(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """The log's checksum goes on from frame to frame (4.2)."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second

"""Looking for words on a disk: in every file of some folders, and in what Firefox keeps packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

_MOZILLA = b"mozLz40\0"
_LEAST_MATCH = 4


def files_with(word: str, folders: Iterable[Path]) -> list[Path]:
    """The files in which a word stands, in UTF-8 or UTF-16, packed by Firefox or not."""
    forms = (word.encode(), word.encode("utf-16-le"))
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and any(form in data for data in _readings(path) for form in forms)
    ]


def _readings(path: Path) -> Iterator[bytes]:
    try:
        raw = path.read_bytes()
    except OSError:  # a browser at work removes files
        return
    yield raw
    if raw.startswith(_MOZILLA):
        yield unpacked(raw[len(_MOZILLA) + 4 :])


def unpacked(block: bytes) -> bytes:
    """What an LZ4 block holds; as much as can be read of it."""
    out, at = bytearray(), 0
    while at < len(block):
        token, at = block[at], at + 1
        length, at = _length(block, at, token >> 4)
        out += block[at : at + length]
        at += length
        if at + 2 > len(block):
            break
        back, at = int.from_bytes(block[at : at + 2], "little"), at + 2
        length, at = _length(block, at, token & 15)
        for _ in range(length + _LEAST_MATCH):
            out.append(out[-back])
    return bytes(out)


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    if length < 15:
        return length, at
    while True:
        more, at = block[at], at + 1
        length += more
        if more < 255:
            return length, at

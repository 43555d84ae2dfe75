"""The rows that are left in a damaged SQLite file, page by page, whatever the pages above and beside them say.

A row that was deleted is not found: secure_delete has overwritten it.
What is found is not yet proven: a page may be damaged where it still looks like one.

Source: "Database File Format" of SQLite's documentation, whose sections are named below.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from offramp.store.pages import PAGE, Pages

Value = int | bytes | None
Row = tuple[Value, ...]

_INDEX_ABOVE, _INDEX_LEAF, _TABLE_LEAF = 2, 10, 13  # 1.6
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes; a row that says that it is longer is damaged."""

_INTEGER_BYTES: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # 2.1
_CONSTANTS: Final[dict[int, Value]] = {0: None, 8: 0, 9: 1}

_IN_TABLE_LEAF: Final = PAGE - 35  # 1.6: how much of a row may lie in its page
_IN_INDEX: Final = (PAGE - 12) * 64 // 255 - 23
_LEAST: Final = (PAGE - 12) * 32 // 255 - 23


class _Damaged(Exception):  # noqa: N818 - says what is wrong
    """These bytes are no row."""


def rows_in(pages: Pages) -> Iterator[Row]:
    """Every row of every table, in order of the pages; a rowid is left out, and its column is None."""
    for number in range(1, len(pages) + 1):
        page = pages.read(number)
        start = 100 if number == 1 else 0  # the file's header
        if not page or page[start] not in (_INDEX_ABOVE, _INDEX_LEAF, _TABLE_LEAF):
            continue
        for cell in _cells(page, start):
            try:
                yield _record(_payload(pages, page, cell, page[start]))
            except (_Damaged, IndexError, struct.error):
                continue


def _cells(page: bytes, start: int) -> Iterator[int]:
    """Where the cells of a page begin (1.6)."""
    kind, count = page[start], struct.unpack_from(">H", page, start + 3)[0]
    array = start + (12 if kind == _INDEX_ABOVE else 8)
    for index in range(min(count, (PAGE - array) // 2)):
        yield struct.unpack_from(">H", page, array + 2 * index)[0]


def _payload(pages: Pages, page: bytes, cell: int, kind: int) -> bytes:
    """The bytes of one row, with those that lie in pages of their own (1.6, 1.7)."""
    place = cell + (4 if kind == _INDEX_ABOVE else 0)
    length, place = _varint(page, place)
    if kind == _TABLE_LEAF:
        _, place = _varint(page, place)
    if not 0 < length <= _LARGEST:
        raise _Damaged
    here = _length_here(length, _IN_TABLE_LEAF if kind == _TABLE_LEAF else _IN_INDEX)
    parts, left = [page[place : place + here]], length - here
    following = struct.unpack_from(">I", page, place + here)[0] if left else 0
    while left:
        more = pages.read(following)
        if not more:
            raise _Damaged
        following = struct.unpack_from(">I", more)[0]
        parts.append(more[4 : 4 + left])
        left -= len(parts[-1])
    return b"".join(parts)


def _length_here(length: int, most: int) -> int:
    if length <= most:
        return length
    rest = _LEAST + (length - _LEAST) % (PAGE - 4)
    return rest if rest <= most else _LEAST


def _record(payload: bytes) -> Row:
    """The values of a row (2.1); text is not among those of our tables."""
    end, place = _varint(payload, 0)
    kinds = []
    while place < end:
        kind, place = _varint(payload, place)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        length = _length_of(kind)
        data = payload[place : place + length]
        if len(data) != length:
            raise _Damaged
        values.append(_value(kind, data))
        place += length
    return tuple(values)


def _length_of(kind: int) -> int:
    if kind in _CONSTANTS:
        return 0
    if kind in _INTEGER_BYTES:
        return _INTEGER_BYTES[kind]
    if kind >= 12:
        return (kind - 12) // 2
    raise _Damaged  # a number with a fraction, or none at all


def _value(kind: int, data: bytes) -> Value:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind]
    return data if kind >= 12 else int.from_bytes(data, "big", signed=True)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of 1 to 9 bytes, and where the next thing begins (1.6)."""
    number = 0
    for index in range(8):
        byte = data[place + index]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + index + 1
    return number << 8 | data[place + 8], place + 9

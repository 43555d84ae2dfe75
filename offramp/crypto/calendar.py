"""The calendar (FORMAT.md, 15.2): a stack of weekly keysets that were signed ahead, in one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from struct import Struct
from typing import Final

from offramp.crypto import labels
from offramp.crypto.errors import CalendarBroken, NotACalendar, UnsupportedVersion
from offramp.crypto.keyset import Keyset, read_keyset

VERSION: Final = 1
MAX_KEYSETS: Final = 60
MAX_CALENDAR: Final = 1_048_576
MAX_KEYSET: Final = 16_384

_HEADER: Final = Struct(">16sB")  # magic, version
_LENGTH: Final = Struct(">I")


def write_calendar(keysets: Iterable[Keyset]) -> bytes:
    """The file that holds these keysets, in their order."""
    frames = (_LENGTH.pack(len(one.raw)) + one.raw for one in keysets)
    return _HEADER.pack(labels.CALENDAR, VERSION) + b"".join(frames)


def read_calendar(raw: bytes, *, root: bytes, campaign: str) -> Sequence[Keyset]:
    """The keysets of a calendar, each checked as a desk does (3.4 without dates), and all that 15.2 asks for.

    Raises UnsupportedVersion, NotACalendar, CalendarBroken or a KeysetError.
    """
    if not _HEADER.size <= len(raw) <= MAX_CALENDAR or raw[:16] != labels.CALENDAR:
        raise NotACalendar
    if raw[16] != VERSION:
        raise UnsupportedVersion
    keysets = [read_keyset(one, root=root, campaign=campaign) for one in _frames(raw)]
    if not 1 <= len(keysets) <= MAX_KEYSETS:
        raise NotACalendar
    for before, after in pairwise(keysets):
        if not follows(before, after):
            raise CalendarBroken
    return keysets


def _frames(raw: bytes) -> Iterator[bytes]:
    at = _HEADER.size
    while at < len(raw):
        if at + _LENGTH.size > len(raw):
            raise NotACalendar
        (length,) = _LENGTH.unpack_from(raw, at)
        at += _LENGTH.size
        if length > MAX_KEYSET or at + length > len(raw):
            raise NotACalendar
        yield raw[at : at + length]
        at += length


def follows(before: Keyset, after: Keyset) -> bool:
    """Whether a keyset may stand behind another in one calendar."""
    return (
        after.sequence == before.sequence + 1
        and after.previous == before.id
        and after.valid_from == before.valid_until
        and after.onion == before.onion
        and after.slot_count == before.slot_count
    )

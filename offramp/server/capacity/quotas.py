"""Each size class's own room, so that none fills another's: whatever attachments take, text has its share left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from offramp.crypto.envelope import SIZE_CLASSES, envelope_length
from offramp.server.capacity.limits import Limits

_MEGABYTE: Final = 1_000_000

# Percent of the disk and of the number, by class. Nearly all letters are of the first two: their shares of the number
# are large, since each costs a courier and a reader the same; their shares of the disk hold as many.
_OF_DISK: Final = dict(zip(SIZE_CLASSES, (20, 10, 15, 20, 20, 15), strict=True))
_OF_NUMBER: Final = dict(zip(SIZE_CLASSES, (60, 20, 10, 5, 3, 2), strict=True))


def most(limits: Limits, size_class: int, length: int) -> int:
    """How many envelopes of a class may be kept at once, each of *length* bytes; at least one."""
    by_disk = limits.disk_megabytes * _MEGABYTE * _OF_DISK[size_class] // 100 // length
    by_number = limits.waiting * _OF_NUMBER[size_class] // 100
    return max(1, min(by_disk, by_number))


def tenths_used(limits: Limits, counts: Mapping[int, int], slot_count: int) -> dict[int, int]:
    """By class, how many tenths of its room are taken, rounded up: 10 is full, and 0 empty."""
    return {
        size_class: _tenths(counts.get(size_class, 0), most(limits, size_class, length))
        for size_class in SIZE_CLASSES
        for length in (envelope_length(size_class, slot_count),)
    }


def _tenths(used: int, room: int) -> int:
    # 10 only when it is full: what is nearly full takes one more.
    return 10 if used >= room else min(9, -(-used * 10 // room))

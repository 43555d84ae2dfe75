"""Days, the finest time that anything of the board is to carry."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

Clock = Callable[[], float]
"""Seconds since 1970-01-01 UTC."""

_DAY_NANOSECONDS: Final = 86_400 * 10**9
_EPOCH: Final = date(1970, 1, 1)


def day_of(clock: Clock) -> date:
    """The day in UTC that the clock tells."""
    return datetime.fromtimestamp(clock(), UTC).date()


def set_to_day(path: Path, day: date) -> None:
    """Let a file's or a folder's times tell a day and no more.  Raises OSError.

    The time of this very call stays in the inode (ctime), and nobody can set that one.
    """
    start = (day - _EPOCH).days * _DAY_NANOSECONDS
    os.utime(path, ns=(start, start))

"""What keeps an unlocked vault out of other programs' reach, as far as a program can see to that itself."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def keep_memory_private() -> None:
    """A crash of this program leaves no copy of its memory on the disk, and no other program looks into it.

    That is as much as Linux gives; where there is none of it, nothing changes.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

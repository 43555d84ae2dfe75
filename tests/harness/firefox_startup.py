"""What Firefox works out of its own program at its first start, kept for the fresh profiles that come after it.

It is code that was parsed, and nothing of any page; with it a start takes a third of the processor's time.
Firefox keeps it where it finds in the profile that the same Firefox wrote it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Final

_CACHE: Final = "startupCache"
_WRITTEN_BY: Final = "compatibility.ini"
_LAST_WRITTEN: Final = "scriptCache.bin"
"""Some seconds after a start."""

_kept: list[Path] = []


def wanted() -> bool:
    """Whether the next browser that ends should end tidily, and have its part kept."""
    return not _kept


def keep(profile: Path) -> None:
    """Keep it, of a browser that has ended; nothing where it ended too soon."""
    if not wanted() or not (profile / _CACHE / _LAST_WRITTEN).exists():
        return
    folder = Path(tempfile.mkdtemp(prefix="offramp-firefox-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _copy(profile, folder)
    _kept.append(folder)


def give(profile: Path) -> None:
    """Put what was kept into a new profile."""
    for folder in _kept:
        _copy(folder, profile)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source / _CACHE, target / _CACHE)
    shutil.copyfile(source / _WRITTEN_BY, target / _WRITTEN_BY)

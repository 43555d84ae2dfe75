"""The page's bundle, made once from the sources as they are now, however many processes want it."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
BUILT = REPOSITORY / "offramp" / "static" / "built"
# what the Makefile depends on for it
SOURCES = (
    "package.json",
    "tools/*.mjs",
    "tools/packing.py",
    "offramp/translations/*/LC_MESSAGES/messages.po",
    "offramp/static/*.css",
    "offramp/static/*.mjs",
    "offramp/static/*/*.mjs",
    "offramp/crypto/js/*.mjs",
)


def make_bundle() -> None:
    """Build it, unless that was done since the last change."""
    with (REPOSITORY / "package.json").open() as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not _is_current():
            subprocess.run(["npm", "run", "--silent", "build"], cwd=REPOSITORY, check=True, timeout=120)


def _is_current() -> bool:
    built = [path.stat().st_mtime for pattern in ("*.*s", "*/*.*") for path in BUILT.glob(pattern)]
    changed = max(path.stat().st_mtime for pattern in SOURCES for path in REPOSITORY.glob(pattern))
    return bool(built) and min(built) > changed

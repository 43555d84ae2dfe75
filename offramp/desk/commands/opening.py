"""What the commands share that open something: how wide a screen is, and a count of failures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from offramp.crypto.bundle import HEADER
from offramp.crypto.errors import BundleTruncated, OfframpError
from offramp.desk.progress import Progress

SOME_FAILED: Final = 3
"""The exit status where some submissions could not be opened, and the others were."""
FILE_WIDTH: Final = 100


def screen_width() -> int:
    return min(shutil.get_terminal_size().columns, FILE_WIDTH)


class Tally(Progress):
    """Shows how far it is, names what failed, and ends with the exit status that says so."""

    def __init__(self, bundle: Path, *, has_bar: bool) -> None:
        super().__init__(f"Opening {bundle.name}", bundle.stat().st_size - len(HEADER), wanted=has_bar)
        self.matched = 0
        self._failures = 0
        self._truncated = False

    def matches(self, name: bytes, prefix: str) -> bool:
        matches = name.hex().startswith(prefix.lower())
        self.matched += matches
        return matches

    def passed(self, size: int) -> None:
        self.advance(size)

    def failed(self, name: bytes, reason: OfframpError) -> None:
        self._failures += 1
        click.echo(f"{name.hex()}: {reason}", err=True)

    def truncated(self) -> None:
        self._truncated = True
        click.echo(f"{BundleTruncated()} Fetch again to complete it.", err=True)

    def end(self) -> None:
        if self._failures:
            several = "1 submission" if self._failures == 1 else f"{self._failures} submissions"
            click.echo(f"{several} could not be opened or saved.", err=True)
        if self._failures or self._truncated:
            click.get_current_context().exit(SOME_FAILED)

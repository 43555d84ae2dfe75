"""A progress bar for whatever takes longer than two seconds, and nothing for what does not."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

PATIENCE_SECONDS = 2.0


class Progress:
    """Counts up to `length`; shows a bar on stderr once two seconds have passed."""

    def __init__(self, label: str, length: int, *, wanted: bool = True) -> None:
        self._label, self._length, self._wanted = label, length, wanted
        self._started = time.monotonic()
        self._done = 0
        self._bar: ProgressBar[int] | None = None

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        if self._bar is not None:
            self._bar.update(steps)
        elif self._wanted and time.monotonic() - self._started > PATIENCE_SECONDS:
            self._bar = click.progressbar(length=self._length, label=self._label, file=sys.stderr)
            self._bar.update(self._done)

    def finish(self) -> None:
        """Leave the bar as it stands, and go to the next line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

"""Draws what was measured, for readers: docs/figures.md and the plots beside bench.json."""

from __future__ import annotations

from pathlib import Path

from bench.figures import write_figures
from bench.plots import Plot, plots
from bench.record import FOLDER, Record

PAGE = FOLDER.parent / "figures.md"


def draw(record: Record, folder: Path = FOLDER, page: Path = PAGE) -> None:
    """Over what was drawn before; a plot that there is nothing for any more goes."""
    drawn = plots(record)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        if old.name not in {f"{one.name}.svg" for one in drawn}:
            old.unlink()
    for one in drawn:
        (folder / f"{one.name}.svg").write_text(one.svg)
    page.write_text(write_figures(record, [_linked(one, folder, page) for one in drawn]))


def _linked(plot: Plot, folder: Path, page: Path) -> str:
    return f"![{plot.words}]({folder.relative_to(page.parent)}/{plot.name}.svg)"

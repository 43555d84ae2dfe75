"""A table of numbers, for the team or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HIDDEN: Final = None
"""Stands for a count that is too small to be shown."""

PUBLIC_NOTE: Final = (
    "Numbers are approximate and rounded, and those that could point to somebody are not shown."
)
"""What stands with every table for everybody."""


@dataclass(frozen=True, slots=True)
class Row:
    """A label and one count for each column."""

    label: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`name` for programs, `title` and `note` for people; `columns` say what the counts of each row are."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def as_object(self) -> dict[str, object]:
        """What JSON says of it; null for what is hidden."""
        rows = [
            {"label": row.label, "counts": dict(zip(self.columns, row.counts, strict=True))}
            for row in self.rows
        ]
        return {"name": self.name, "title": self.title, "note": self.note, "rows": rows}

"""A table as a bar chart: SVG that stands in a page, with no script and no style, and the numbers beside the bars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from offramp.desk.numbers.table import Table

FEW: Final = "too few to show"

_WIDTH: Final = 480
_NUMBERS: Final = 130
"""Room behind the longest bar, for its number."""
_HEADING: Final = 26
_LABEL: Final = 18
_BAR: Final = 14
_GAP: Final = 8
_ROW: Final = _LABEL + _BAR + _GAP
_COLOUR: Final = "#1c5d99"
"""As an attribute, which a Content-Security-Policy without inline styles lets pass."""

_SVG: Final = Markup(
    '<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    'width="{width}" height="{height}" font-family="sans-serif" font-size="14" fill="currentColor" '
    'aria-labelledby="chart-{name}"><title id="chart-{name}">{title}: {summary}</title>{parts}</svg>'
)
_TEXT: Final = Markup('<text x="{x}" y="{y}">{text}</text>')
_HEAD: Final = Markup('<text class="column" x="0" y="{y}" font-weight="bold">{text}</text>')
_RECT: Final = Markup('<rect class="bar" x="0" y="{y}" width="{width}" height="{height}" fill="{fill}"/>')


def bar_chart(table: Table) -> Markup:
    """Horizontal bars, one for each count, each column for itself; where a count is hidden, it says so.

    There are thousands of offers for a handful of requests: on one scale, the requests could not be seen.
    """
    parts = Markup("").join(
        part
        for number in range(len(table.columns))
        for part in _column(table, number, number * _height(table))
    )
    return _SVG.format(
        width=_WIDTH,
        height=max(len(table.columns) * _height(table), _HEADING),
        name=table.name,
        title=table.title,
        summary="a picture of the table below",
        parts=parts,
    )


def _height(table: Table) -> int:
    return _HEADING + len(table.rows) * _ROW


def _column(table: Table, number: int, top: int) -> Iterator[Markup]:
    yield _HEAD.format(y=top + _LABEL, text=table.columns[number])
    longest = max((row.counts[number] or 0 for row in table.rows), default=0) or 1
    for place, row in enumerate(table.rows):
        yield from _bar(row.label, row.counts[number], longest, top + _HEADING + place * _ROW)


def _bar(label: str, count: int | None, longest: int, y: int) -> Iterator[Markup]:
    yield _TEXT.format(x=0, y=y + _LABEL - 5, text=label)
    width = max(1, count * (_WIDTH - _NUMBERS) // longest) if count else 0
    if width:
        yield _RECT.format(y=y + _LABEL, width=width, height=_BAR, fill=_COLOUR)
    yield _TEXT.format(
        x=width + 6 if width else 0, y=y + _LABEL + _BAR - 3, text=FEW if count is None else count
    )

"""Two kinds of chart, drawn with reportlab, which is here for the flyer: bars around 1, and lines that begin at 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Rect, String
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import Color, HexColor

from bench.results import number

WIDTH = 1000
MARGIN = 16
TITLE = 34
ROW = 34
WORDS = 540
"""Where the bars' axis begins, right of their words."""
LEAST, MOST = 0.01, 1000.0
"""A bar ends here, however much farther its number lies."""

INK, PALE, FAINT, PAPER = (HexColor(one) for one in ("#222222", "#5f5f5f", "#c8c8c8", "#ffffff"))
GOOD, BAD, OPEN = HexColor("#2f7d4f"), HexColor("#b5482f"), HexColor("#8a8a8a")
LINES = [HexColor(one) for one in ("#2f5d8a", "#b5482f", "#2f7d4f", "#8a6d1f", "#6a3f8a", "#3f8a86")]


@dataclass(frozen=True, slots=True)
class Bar:
    """What is measured, its ratio, the numbers in words, and whether it is good (None: cannot be told)."""

    words: str
    ratio: float
    said: str
    good: bool | None


@dataclass(frozen=True, slots=True)
class Line:
    """A name, and points (x, multiple of the first)."""

    words: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic axis from *low* to *high*, drawn from *left* to *right*."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        share = math.log(min(max(value, self.low), self.high) / self.low) / math.log(self.high / self.low)
        return self.left + share * (self.right - self.left)

    def ticks(self) -> list[float]:
        """Powers of ten, or of two where these would be too few."""
        base = 10.0 if self.high / self.low >= 100 else 2.0
        first, last = math.ceil(math.log(self.low, base) - 1e-9), math.floor(math.log(self.high, base) + 1e-9)
        return [base**power for power in range(first, last + 1)]


def bars(title: str, shown: Sequence[Bar]) -> str:
    """One row each, its words on the left, its bar from the line at 1 on a logarithmic axis."""
    height = TITLE + ROW * len(shown) + 40
    drawing = _paper(height, title)
    low = min(0.1, *(_power_below(one.ratio) for one in shown))
    high = max(10.0, *(_power_above(one.ratio) for one in shown))
    scale = Scale(max(low, LEAST), min(high, MOST), WORDS, WIDTH - 30)
    for tick in scale.ticks():
        _tick(drawing, scale.at(tick), 30, height - TITLE - 6, f"{tick:g}×", strong=tick == 1)
    for place, one in enumerate(shown):
        _row(drawing, scale, one, height - TITLE - ROW * (place + 1))
    return _svg(drawing, title)


def _row(drawing: Drawing, scale: Scale, one: Bar, bottom: float) -> None:
    colour = OPEN if one.good is None else GOOD if one.good else BAD
    here, origin = scale.at(one.ratio), scale.at(1)
    left, width = min(here, origin) - 1, abs(here - origin) + 2  # what is at 1 is seen too
    drawing.add(Rect(left, bottom + 6, width, 12, fillColor=colour, strokeColor=None))
    drawing.add(_text(MARGIN, bottom + 17, one.words))
    drawing.add(_text(MARGIN, bottom + 4, f"{one.said} ({number(one.ratio, '×')})", size=10, colour=PALE))


def lines(title: str, shown: Sequence[Line]) -> str:
    """Both axes logarithmic; what is flat is flat."""
    height = 380 + 18 * len(shown)
    drawing = _paper(height, title)
    bottom, top = 50 + 18 * len(shown), height - TITLE - 10
    xs, ys = ([point[axis] for one in shown for point in one.points] for axis in (0, 1))
    across = Scale(min(xs), max(xs), 70, WIDTH - 40)
    flat = min(ys) >= 0.5 and max(ys) <= 2
    low, high = (0.5, 2.0) if flat else (min(0.1, _power_below(min(ys))), max(10.0, _power_above(max(ys))))
    up = Scale(low, high, bottom, top)
    for tick in across.ticks():
        _tick(drawing, across.at(tick), bottom, top, f"{tick:,.0f}", strong=False)
    for tick in up.ticks():
        drawing.add(Stroke(70, up.at(tick), WIDTH - 40, up.at(tick), strokeColor=INK if tick == 1 else FAINT))
        drawing.add(_text(MARGIN, up.at(tick) - 4, f"{tick:g}×"))
    for place, one in enumerate(shown):
        _curve(drawing, across, up, one, LINES[place % len(LINES)], 12 + 18 * place)
    return _svg(drawing, title)


def _curve(drawing: Drawing, across: Scale, up: Scale, one: Line, colour: Color, legend: float) -> None:
    places = [(across.at(x), up.at(y)) for x, y in one.points]
    drawing.add(PolyLine([part for place in places for part in place], strokeColor=colour, strokeWidth=2))
    for x, y in places:
        drawing.add(Circle(x, y, 3, fillColor=colour, strokeColor=None))
    drawing.add(Rect(MARGIN, legend, 20, 4, fillColor=colour, strokeColor=None))
    ends = f"{number(one.points[-1][1], '×')} at {one.points[-1][0]:,.0f}"
    drawing.add(_text(MARGIN + 28, legend - 2, f"{one.words}: {ends}"))


def _power_below(value: float) -> float:
    return float(10.0 ** math.floor(math.log10(max(value, LEAST)) + 1e-9))


def _power_above(value: float) -> float:
    return float(10.0 ** math.ceil(math.log10(min(max(value, LEAST), MOST)) - 1e-9))


def _paper(height: float, title: str) -> Drawing:
    drawing = Drawing(WIDTH, height)
    drawing.add(Rect(0, 0, WIDTH, height, fillColor=PAPER, strokeColor=None))  # some readers have dark pages
    drawing.add(_text(MARGIN, height - 20, title, size=14))
    return drawing


def _tick(drawing: Drawing, x: float, bottom: float, top: float, words: str, *, strong: bool) -> None:
    drawing.add(Stroke(x, bottom, x, top, strokeColor=INK if strong else FAINT))
    drawing.add(_text(x, bottom - 14, words, anchor="middle"))


def _text(
    x: float, y: float, words: str, *, size: int = 11, anchor: str = "start", colour: Color = INK
) -> String:
    return String(x, y, words, fontSize=size, fillColor=colour, textAnchor=anchor)


def _svg(drawing: Drawing, title: str) -> str:
    text: str = renderSVG.drawToString(drawing)
    text = text.replace("<title>...</title>", f"<title>{escape(title)}</title>").replace(
        "<desc>...</desc>", ""
    )
    return "\n".join(_without_blanks(text.replace(": Helvetica;", ": Helvetica, Arial, sans-serif;")))


def _without_blanks(text: str) -> Iterable[str]:
    return (line.rstrip() for line in [*text.splitlines(), ""])

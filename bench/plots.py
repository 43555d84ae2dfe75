"""The plots of what was measured, as SVG: what is used of each limit, beside the peers, and growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.chart import Bar, Line, bars, lines
from bench.limits import SIZES_TO_HOLD, Limit
from bench.record import Record, Section
from bench.results import Beside, Result, number

PEERS = ("onionshare", "hostile", "scale")
"""The benches whose every `beside` is something that a reader might run instead."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A file's name without its ending, what a reader sees in it, and the SVG."""

    name: str
    words: str
    svg: str


def plots(record: Record) -> list[Plot]:
    """Those that there are numbers for."""
    found = [*_limits(record)]
    for name in PEERS:
        if name in record:
            found += _peers(name, record[name])
    for name, section in record.items():
        found += _curves(name, section)
    return found


def results_of(record: Record, limit: Limit) -> list[Result]:
    """Everything that was measured against a limit, whichever bench did it."""
    return [one for section in record.values() for one in section.results if one.limit == limit]


def worst(results: Sequence[Result]) -> Result:
    """The one that is nearest to its limit, or farthest beyond it."""
    return max(results, key=lambda one: one.limit.used(one.value) if one.limit else 0.0)


def _limits(record: Record) -> Iterator[Plot]:
    shown = []
    for limit in SIZES_TO_HOLD:
        if results := results_of(record, limit):
            one = worst(results)
            said = f"{number(one.value, one.unit)} of {limit}"
            shown.append(Bar(limit.words, limit.used(one.value), said, one.holds))
    if shown:
        words = "How much of each limit is used: left of the line it holds"
        yield Plot("limits", words, bars(words, shown))


def _peers(name: str, section: Section) -> Iterator[Plot]:
    shown = [
        bar for one in section.results for beside in one.beside if (bar := _beside(one, beside)) is not None
    ]
    if shown:
        words = (
            f"{section.about[0].upper()}{section.about[1:]}: how many times better, to the right of the line"
        )
        yield Plot(name, words, bars(words, shown))


def _beside(one: Result, beside: Beside) -> Bar | None:
    ratio = one.ratio(beside)
    if not ratio:
        return None
    better = ratio if one.more_is_better else 1 / ratio
    said = f"{number(one.value, one.unit)}; {beside.what}: {number(beside.value, one.unit)}"
    return Bar(one.name, better, said, better >= 1)


def _curves(name: str, section: Section) -> Iterator[Plot]:
    found = section.curves()
    if found:
        words = f"{section.about[0].upper()}{section.about[1:]}; each beside what took turns with it, or its own first"
        yield Plot(f"{name}-growth", words, lines(words, [Line(*one) for one in _multiples(found)]))


def _multiples(curves: Mapping[str, Sequence[Result]]) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    for name, points in curves.items():
        first = points[0].value
        by = {one.at or 0.0: one.beside[0].value if one.beside else first for one in points}
        yield name, [(x, one.value / by[x]) for one in points if by[x := one.at or 0.0]]

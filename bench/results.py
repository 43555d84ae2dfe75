"""What a bench hands back: numbers with their units, what they stand beside, and the limit that they must hold.

Every module `bench/NAME_bench.py` has

    def main(quick: bool = False) -> Iterable[Result]: ...

which yields each result as soon as it is measured; whoever runs it prints and keeps them.  With *quick* it only
shows, within seconds, that its parts work: its numbers mean nothing.  A bench that cannot measure raises BenchError.

    yield Result("submissions, 8 at once", 934, "/s", beside=(Beside("the store alone", 1720),), limit=SUBMISSIONS)
    for stored, cost in curve:
        yield Result("cost of one submission", cost, "ms", at=stored)  # one line of a plot: same name, several `at`
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.limits import Limit


class BenchError(Exception):
    """This could not be measured here."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the same run measured of something else, in the result's unit: a peer, or the machine's own ceiling."""

    what: str
    value: float


@dataclass(frozen=True, slots=True)
class Result:
    """One number.

    *name* says what was measured, and is used once in a bench, or once for each *at*, the x of a curve (so many
    stored, so many connections).  *unit* is one of "B", "MB", "MiB", "ms", "s", "/s", "requests", "×" (a ratio),
    "connections" (that something bears), or a word for what was counted.  *not_judged* is a sentence: why the limit
    cannot be judged here, for instance because the disk alone is slower.  *note* is anything that a reader needs to
    know besides.
    """

    name: str
    value: float
    unit: str
    beside: tuple[Beside, ...] = ()
    limit: Limit | None = None
    at: float | None = None
    not_judged: str = ""
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """None without a limit, or where it cannot be judged."""
        if self.limit is None:
            return None
        held = self.limit.holds(self.value)
        return None if self.not_judged and not held else held

    @property
    def more_is_better(self) -> bool:
        """Rates and what is borne; everything else costs somebody something."""
        return self.limit.at == "least" if self.limit else self.unit in {"/s", "connections"}

    def ratio(self, beside: Beside) -> float | None:
        """This number by that one; None beside nothing at all."""
        return self.value / beside.value if beside.value else None

    def __str__(self) -> str:
        parts = [f"{self.label:<58} {number(self.value, self.unit):>12}"]
        for one in self.beside:
            ratio = self.ratio(one)
            share = "" if ratio is None else f", {number(ratio, '×')}"
            parts.append(f"{one.what}: {number(one.value, self.unit)}{share}")
        if self.limit is not None:
            parts.append(f"to hold: {self.limit} ({self.verdict})")
        return "; ".join([*parts, *([self.note] if self.note else [])])

    @property
    def label(self) -> str:
        """Its name, with where on a curve it is."""
        return self.name if self.at is None else f"{self.name}, at {self.at:,.0f}"

    @property
    def verdict(self) -> str:
        """Whether its limit holds, in words; nothing without one."""
        return {True: "holds", False: "DOES NOT HOLD", None: self.not_judged}[self.holds]


def number(value: float, unit: str) -> str:
    """A number as a reader wants it: three digits that mean something, and its unit."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    words = f"{value:,.{digits}f}" if value == 0 or abs(value) >= 0.1 else f"{value:.2g}"
    if words == "1" and unit.endswith("s") and len(unit) > 2:
        unit = unit[:-1]
    return f"{words}{unit}" if unit in {"/s", "×"} else f"{words} {unit}".rstrip()


def as_json(result: Result) -> dict[str, Any]:
    """As the result file holds it; what is empty is left out.  The ratios and the verdict are for other readers."""
    found: dict[str, Any] = {"name": result.name, "value": result.value, "unit": result.unit}
    if result.at is not None:
        found["at"] = result.at
    if result.beside:
        found["beside"] = [{**asdict(one), "ratio": result.ratio(one)} for one in result.beside]
    if result.limit is not None:
        found["limit"] = {**asdict(result.limit), "holds": result.holds}
    return found | {key: words for key in ("not_judged", "note") if (words := getattr(result, key))}


def from_json(found: dict[str, Any]) -> Result:
    """The other way, for drawing anew what was measured before."""
    limit = found.get("limit")
    return Result(
        name=found["name"],
        value=found["value"],
        unit=found["unit"],
        beside=tuple(Beside(one["what"], one["value"]) for one in found.get("beside", ())),
        limit=limit and Limit(limit["words"], limit["at"], limit["value"]),
        at=found.get("at"),
        not_judged=found.get("not_judged", ""),
        note=found.get("note", ""),
    )

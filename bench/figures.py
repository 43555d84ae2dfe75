"""docs/figures.md: every limit with what holds, and every number with what it stands beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.limits import SIZES_TO_HOLD, Limit
from bench.plots import results_of, worst
from bench.record import Record, Section
from bench.results import Result, number

FOLDED = 20
"""A bench with more rows than this is folded up."""

BUSY = (
    "The machine had other work then: times and rates are worse than its own, and only ratios say something."
)

HEAD = """# Figures

Measured by `make bench`, which writes [bench.json](figures/bench.json) and draws this page and its plots from it.
One bench anew: `python -m bench --keep NAME`.

The absolute numbers are the machine's that they were taken on.
What stands beside a number was measured in the same run, in turns with it where that is possible.
Its ratio is what to read.
"""


def write_figures(record: Record, pictures: Sequence[str]) -> str:
    """The whole page; *pictures* are its plots as Markdown."""
    parts = [HEAD, "## Sizes to hold\n", _table(_sizes(record)), *(f"{one}\n" for one in pictures)]
    for name, section in record.items():
        parts += [f"## {name}: {section.about}\n", _taken(name, section), _section(section)]
    return "\n".join(parts)


def _sizes(record: Record) -> Iterator[tuple[str, ...]]:
    yield ("what", "to hold", "measured, the worst of all", "", "printed by")
    for limit in SIZES_TO_HOLD:
        results = results_of(record, limit)
        if not results:
            yield (limit.words, str(limit), "–", "not measured yet", "")
            continue
        one = worst(results)
        command = f"`python -m bench {_bench_of(record, limit)}`"
        yield (limit.words, str(limit), f"{number(one.value, one.unit)} ({one.label})", one.verdict, command)


def _bench_of(record: Record, limit: Limit) -> str:
    one = worst(results_of(record, limit))
    return next(name for name, section in record.items() if one in section.results)


def _taken(name: str, section: Section) -> str:
    machine = section.machine
    busy = f"\n**{BUSY}**" if machine["load_before"] > machine["cores"] / 2 else ""
    return (
        f"`python -m bench {name}`, {section.taken:%d %B %Y}, {section.seconds:.0f} s:"
        f" {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB,"
        f" Linux {machine['linux']}, Python {machine['python']}, SQLite {machine['sqlite']};"
        f" load {machine['load_before']} before it began.{busy}\n"
    )


def _section(section: Section) -> str:
    table = _table(_rows(section.results))
    if len(section.results) <= FOLDED:
        return table
    return f"<details><summary>{len(section.results)} numbers</summary>\n\n{table}\n</details>\n"


def _rows(results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    yield ("what", "number", "beside", "to hold", "")
    for one in results:
        held = "" if one.limit is None else f"{one.limit}: {one.verdict}"
        yield (one.label, number(one.value, one.unit), _beside(one), held, one.note)


def _beside(one: Result) -> str:
    return "; ".join(
        f"{beside.what}: {number(beside.value, one.unit)}"
        + ("" if ratio is None else f" (**{number(ratio, '×')}**)")
        for beside in one.beside
        for ratio in [one.ratio(beside)]
    )


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head, *others = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *others]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

"""Numbers for the team alone: exact, and of what this desk holds now."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from offramp.desk import days
from offramp.desk.cases.status import STATUSES
from offramp.desk.desk import Desk
from offramp.desk.numbers.dimensions import COLUMNS, Dimension, dimensions
from offramp.desk.numbers.facts import OTHER, Fact, facts, monday
from offramp.desk.numbers.table import Row, Table

_MOST_WEEKS: Final = 53
_WEEKS_NOTE: Final = "A week begins on its Monday. A letter counts in the week in which it was imported."
_STATUSES: Final = tuple(one.capitalize() for one in STATUSES if one != "spam")


def team_numbers(desk: Desk) -> list[Table]:
    """Requests and offers by week, status, agency, region and kind of help, and the time to the first answer.

    Spam is left out, and what is merged counts once. What was forgotten is not counted any more.
    """
    found = facts(desk)
    weeks = Dimension("weeks", "By week", ("request", "offer"), _weeks(found), _week_of, _WEEKS_NOTE)
    status = Dimension("status", "By status", ("request", "offer"), _STATUSES, _status_of)
    tables = [_table(one, found) for one in (weeks, status, *dimensions(desk.campaign))]
    return [*tables[:-1], _with_median(tables[-1], found)]


def count(found: Iterable[Fact], dimension: Dimension) -> Counter[str]:
    """How many cases stand under each label."""
    return Counter(label for fact in found for label in dimension.of(fact))


def _table(dimension: Dimension, found: list[Fact]) -> Table:
    counts = [count((one for one in found if one.kind == kind), dimension) for kind in dimension.kinds]
    rows = [Row(label, tuple(one[label] for one in counts)) for label in dimension.labels]
    # Nobody needs to read that nobody chose what the form does not even offer.
    rows = [row for row in rows if row.label != OTHER or any(row.counts)]
    columns = tuple(COLUMNS[kind] for kind in dimension.kinds)
    return Table(dimension.name, dimension.title, columns, tuple(rows), dimension.note)


def _weeks(found: list[Fact]) -> tuple[str, ...]:
    """All weeks from the first to this one, the last year at most."""
    this = monday(days.today())
    first = max(min((one.week for one in found), default=this), this - timedelta(weeks=_MOST_WEEKS - 1))
    return tuple((first + timedelta(weeks=one)).isoformat() for one in range((this - first).days // 7 + 1))


def _week_of(fact: Fact) -> tuple[str, ...]:
    return (fact.week.isoformat(),)


def _status_of(fact: Fact) -> tuple[str, ...]:
    return (fact.status.capitalize(),)


def _with_median(table: Table, found: list[Fact]) -> Table:
    answered = [one.answered_after for one in found if one.answered_after is not None]
    if not answered:
        return table
    half = round(statistics.median(answered))
    within = (
        f"within {half} {'day' if half == 1 else 'days'}" if half else "on the day on which it was imported"
    )
    note = f"Half of those that were answered had the answer {within}."
    return Table(table.name, table.title, table.columns, table.rows, note)

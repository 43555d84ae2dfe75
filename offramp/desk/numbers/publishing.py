"""Numbers for everybody: what can be said in public so that nobody can compute from it what was not said.

* Only weeks that are over are published, and each once: later publications add weeks and change none. Numbers of
  agency, region and the like are published for four weeks at a time.
* Each table has one dimension, and there are no totals. Labels are those of the campaign's forms, all of them,
  whether anybody chose them or not.
* Every count is moved by a secret amount before it is rounded, and hidden where it could be below the threshold
  (noise.py). Of one table nothing follows for another.

What was published is an event, so that every desk of the team shows the same, also when cases have been
forgotten; and so is the secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast

from offramp.campaign import Campaign
from offramp.crypto.event import Event, Json
from offramp.desk import days
from offramp.desk.cases.case import Kind
from offramp.desk.desk import Decision, Desk
from offramp.desk.numbers.counting import count
from offramp.desk.numbers.dimensions import COLUMNS, Dimension, dimensions
from offramp.desk.numbers.errors import NothingToPublish, ThresholdTooLow
from offramp.desk.numbers.facts import OTHER, facts, monday
from offramp.desk.numbers.noise import SECRET_LENGTH, shown
from offramp.desk.numbers.table import Row, Table
from offramp.desk.team.fields import TEAM

NUMBERS_SECRET: Final = "numbers_secret"  # noqa: S105  # the name of a field
PUBLISHED: Final = "published"
"""Fields of the team: {"secret": hex}, and what was published once."""

THRESHOLD: Final = 5
WEEKS_TOGETHER: Final = 4
_NUMBER_OF_WEEK_1: Final = date(1970, 1, 5).toordinal() // 7
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that is public: `kind` of cases from `start` on for so many weeks, under one label of a dimension."""

    kind: Kind
    dimension: str  # "all" for all cases of that kind
    start: date
    weeks: int
    label: str
    count: int | None

    @property
    def place(self) -> str:
        """The name of the place where this number stands."""
        return "|".join((self.kind, self.dimension, self.start.isoformat(), str(self.weeks), self.label))


def publish(desk: Desk, threshold: int = THRESHOLD) -> Event:
    """Publish the weeks that are over and were not published before. There is no way back.

    Raises ThresholdTooLow below 5, and NothingToPublish.
    """
    if threshold < THRESHOLD:
        raise ThresholdTooLow
    secret = _secret(desk)
    new = list(_cells(desk, secret or (made := secrets.token_bytes(SECRET_LENGTH)), threshold))
    if not new:
        raise NothingToPublish
    value: Json = {"threshold": threshold, "cells": [_value(one) for one in new]}
    decisions = [Decision(TEAM, PUBLISHED, value, adds=True)]
    if secret is None:
        decisions.append(Decision(TEAM, NUMBERS_SECRET, {"secret": made.hex()}, adds=True))
    return desk.decide(*decisions)


def weeks_due(desk: Desk) -> list[date]:
    """The Mondays of the weeks that are over and not published yet."""
    done = {one.start for one in published(desk) if one.weeks == 1}
    return [start for start in _starts(desk, 1) if start not in done]


def published(desk: Desk) -> list[Cell]:
    """All that is public. Where two desks published the same weeks, the first of them counts, on every desk."""
    cells: dict[str, Cell] = {}
    for head in sorted(desk.state.heads(TEAM, PUBLISHED), key=lambda one: (one.day, one.event)):
        for one in cast("dict[str, Any]", head.value)["cells"]:
            cell = _cell(one)
            cells.setdefault(cell.place, cell)
    return list(cells.values())


def public_numbers(desk: Desk) -> list[Table]:
    """What is public, as tables."""
    cells = published(desk)
    return [_by_week(cells), *_by_dimension(cells, desk.campaign)]


def _cells(desk: Desk, secret: bytes, threshold: int) -> Iterator[Cell]:
    """The numbers that are new."""
    known, found = {one.place for one in published(desk)}, facts(desk)
    for weeks, sorts in ((1, _totals()), (WEEKS_TOGETHER, _sorts(desk.campaign))):
        for start in _starts(desk, weeks):
            end = start + timedelta(weeks=weeks)
            for kind, dimension in sorts:
                counts = count(
                    (one for one in found if one.kind == kind and start <= one.week < end), dimension
                )
                for label in dimension.labels:
                    cell = Cell(kind, dimension.name, start, weeks, label, None)
                    if cell.place not in known:
                        number = shown(counts[label], secret, cell.place, threshold)
                        yield Cell(kind, dimension.name, start, weeks, label, number)


def _totals() -> list[tuple[Kind, Dimension]]:
    everything = Dimension(_ALL, "By week", ("request", "offer"), (_ALL,), lambda _: (_ALL,))
    return [(kind, everything) for kind in everything.kinds]


def _sorts(campaign: Campaign) -> list[tuple[Kind, Dimension]]:
    return [(kind, one) for one in dimensions(campaign) for kind in one.kinds]


def _starts(desk: Desk, weeks: int) -> Iterator[date]:
    """The Mondays on which spans of so many weeks begin that are over, from the campaign's first week on.

    That is the week of the oldest keyset, which anybody can see; the first letter's would tell of a letter.
    """
    oldest = min((one.valid_from for one in desk.keysets), default=None)
    if oldest is None:  # a campaign that has no calendar yet has no week that is over
        return
    start = monday(datetime.fromtimestamp(oldest, UTC).date())
    start -= timedelta(weeks=(start.toordinal() // 7 - _NUMBER_OF_WEEK_1) % weeks)
    while start + timedelta(weeks=weeks) <= days.today():
        yield start
        start += timedelta(weeks=weeks)


def _by_week(cells: list[Cell]) -> Table:
    kinds = tuple(COLUMNS)
    found = {(one.start, one.kind): one.count for one in cells if one.weeks == 1}
    starts = sorted({start for start, _ in found})
    rows = (Row(start.isoformat(), tuple(found.get((start, kind)) for kind in kinds)) for start in starts)
    return Table("weeks", "By week", tuple(COLUMNS[one] for one in kinds), tuple(rows), _NOTE)


def _by_dimension(cells: list[Cell], campaign: Campaign) -> Iterator[Table]:
    """What was shown of each four weeks, added up."""
    for dimension in dimensions(campaign):
        # A campaign may have changed its form since.
        earlier = (one.label for one in cells if one.dimension == dimension.name)
        rows = [
            Row(label, tuple(_added(cells, kind, dimension.name, label) for kind in dimension.kinds))
            for label in dict.fromkeys((*dimension.labels, *earlier))
        ]
        rows = [row for row in rows if row.label != OTHER or any(row.counts)]
        columns = tuple(COLUMNS[kind] for kind in dimension.kinds)
        note = f"{_NOTE} {_ADDED} {dimension.note}".strip()
        yield Table(dimension.name, dimension.title, columns, tuple(rows), note)


_NOTE: Final = "Numbers are approximate and rounded to 5; small ones are not shown."
_ADDED: Final = "Added up from numbers of four weeks each; what was too small to show there is missing here."


def _added(cells: list[Cell], kind: Kind, dimension: str, label: str) -> int | None:
    counts = [
        one.count
        for one in cells
        if (one.kind, one.dimension, one.label) == (kind, dimension, label) and one.count is not None
    ]
    return sum(counts) if counts else None


def _secret(desk: Desk) -> bytes | None:
    """The one that is used from the first publication on; where two desks made one, the earlier of them."""
    heads = sorted(desk.state.heads(TEAM, NUMBERS_SECRET), key=lambda one: (one.day, one.event))
    return bytes.fromhex(cast("dict[str, str]", heads[0].value)["secret"]) if heads else None


def _value(cell: Cell) -> Json:
    return [cell.kind, cell.dimension, cell.start.isoformat(), cell.weeks, cell.label, cell.count]


def _cell(value: Any) -> Cell:
    kind, dimension, start, weeks, label, number = value
    return Cell(kind, dimension, date.fromisoformat(start), weeks, label, number)

"""The list of cases as lines for people, as objects for programs, and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from offramp.campaign import Campaign
from offramp.desk.cases.listing import Row
from offramp.desk.cases.merging import letters_of
from offramp.desk.desk import Desk
from offramp.desk.showing import ID_SHOWN
from offramp.desk.visible import on_one_line, visible

_COLUMNS: Final = ("id", "kind", "status", "assignee", "arrived", "letters", "files", "answers", "vetting")
_NAME_SHOWN: Final = 10
_LONGEST_CELL: Final = 30_000
"""Characters; spreadsheets cut or refuse longer ones."""

# What a spreadsheet takes for a formula at the beginning of a cell, in ASCII and in full width.
_FORMULA: Final = re.compile(r"[\s\"']*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")


def row_line(row: Row, width: int) -> str:
    """The id's beginning, what it is, where it stands, files, who takes care of it, and the first words.

    Every column is there in every line: a stranger's words must not stand where ours do.
    """
    start = (
        f"{row.id.hex()[:ID_SHOWN]}  {row.kind:<7}  {standing(row):<11}  {_files(row.files):<4}"
        f"  {on_one_line(row.assignee, _NAME_SHOWN):<{_NAME_SHOWN}}  "
    )
    return start + on_one_line(row.words, max(width - len(start), 20))


def standing(row: Row) -> str:
    """In two words at most, what there is to know first."""
    return "conflict" if row.conflict else "wrote again" if row.wrote_again else row.status


def _files(number: int) -> str:
    return f"+{min(number, 999)}" if number else ""


def row_object(row: Row) -> dict[str, object]:
    """What JSON says of a row."""
    found: dict[str, object] = row._asdict()
    return found | {"id": row.id.hex(), "arrived": row.arrived.isoformat()}


def as_csv(desk: Desk, rows: Iterable[Row]) -> Iterator[str]:
    """A table, line by line, with a column for each field of the forms. Nothing in it is a formula."""
    labels = _labels(desk.campaign)
    yield _csv_line((*_COLUMNS, *labels.values()))
    for row in rows:
        values = row_object(row)
        first = letters_of(desk, row.id)[0]
        typed = ("; ".join(first.values(field)) for field in labels)
        yield _csv_line((*(str(values[name]) for name in _COLUMNS), *typed))


def harmless_cell(text: str) -> str:
    """A stranger's text for a spreadsheet: on one line, nothing hidden in it, and never a formula."""
    shown = " ".join(visible(text[:_LONGEST_CELL]).split())
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _labels(campaign: Campaign) -> dict[str, str]:
    """All fields that the forms ask for, each once, by id, with what they are called."""
    found: dict[str, str] = {}
    for field in (*campaign.help.fields, *campaign.offer.fields):
        if field.kind != "files":
            found.setdefault(field.id, field.label)
    return found


def _csv_line(cells: Iterable[str]) -> str:
    made = io.StringIO()
    csv.writer(made, quoting=csv.QUOTE_ALL).writerow(map(harmless_cell, cells))
    return made.getvalue()

"""Numbers as a page, as a table for spreadsheets, and as lines for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from markupsafe import Markup

from offramp.desk.cases.rows_shown import harmless_cell
from offramp.desk.numbers.pictures import FEW, bar_chart
from offramp.desk.numbers.table import Row, Table

_PAGE: Final = Markup("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; color: #1b1b1b; background: #fff }}
body {{ max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
svg {{ max-width: 100%; height: auto }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ border-bottom: 1px solid #bbb; padding: .2rem 1rem .2rem 0; text-align: left; font-weight: normal }}
td {{ text-align: right }}
</style>
<h1>{title}</h1>
<p>{note}</p>
{parts}
</html>
""")
_PART: Final = Markup("""<section>
<h2>{title}</h2>
<p>{note}</p>
{picture}
<table>
<caption>{title}</caption>
<thead><tr><th scope="col"></th>{columns}</tr></thead>
<tbody>
{rows}</tbody>
</table>
</section>
""")
_COLUMN: Final = Markup('<th scope="col">{}</th>')
_ROW: Final = Markup('<tr><th scope="row">{label}</th>{counts}</tr>\n')
_COUNT: Final = Markup("<td>{}</td>")


def as_page(tables: Iterable[Table], title: str, note: str) -> str:
    """A whole page that needs no other file, with no script in it: each table as a picture and as a table."""
    return str(_PAGE.format(title=title, note=note, parts=Markup("").join(map(_part, tables))))


def _part(table: Table) -> Markup:
    columns = Markup("").join(_COLUMN.format(one) for one in table.columns)
    rows = Markup("").join(map(_row, table.rows))
    return _PART.format(
        title=table.title, note=table.note, picture=bar_chart(table), columns=columns, rows=rows
    )


def _row(row: Row) -> Markup:
    return _ROW.format(
        label=row.label, counts=Markup("").join(_COUNT.format(_said(one)) for one in row.counts)
    )


def as_csv(tables: Iterable[Table]) -> str:
    """All tables under each other: table, label, column, count. Nothing in it is a formula."""
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    writer.writerow(("table", "label", "column", "count"))
    for table in tables:
        for row in table.rows:
            for column, number in zip(table.columns, row.counts, strict=True):
                writer.writerow((table.name, harmless_cell(row.label), column, _said(number)))
    return made.getvalue()


def as_lines(tables: Iterable[Table]) -> Iterator[str]:
    """For a terminal: each table under its title, with an empty line behind it."""
    for table in tables:
        longest = max(len(one) for one in (table.title, *(row.label for row in table.rows)))
        is_hidden = any(None in row.counts for row in table.rows)
        width = max(map(len, (*table.columns, FEW if is_hidden else "")))
        for label, counts in ((table.title, table.columns), *((row.label, row.counts) for row in table.rows)):
            yield f"{label:<{longest}}" + "".join(f"  {_said(one):>{width}}" for one in counts)
        if table.note:
            yield f"({table.note})"
        yield ""


def _said(count: int | str | None) -> str:
    return FEW if count is None else str(count)

"""`offramp inbox`: the list of cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from offramp.desk.cases.listing import Filter, listing
from offramp.desk.cases.rows_shown import as_csv, row_line, row_object
from offramp.desk.cases.status import STATUSES, StatusName
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import screen_width
from offramp.desk.commands.warning import warn
from offramp.desk.desk import Desk

_UNDECIDED: tuple[StatusName, ...] = ("new", "open", "waiting")
_USUALLY_SHOWN = 100


@click.command()
@click.argument("words", nargs=-1)
@click.option("--requests", "kind", flag_value="request", help="Only people who ask for help.")
@click.option("--offers", "kind", flag_value="offer", help="Only people who offer it.")
@click.option(
    "--status",
    "statuses",
    type=click.Choice(STATUSES),
    multiple=True,
    help="Only these; may be given several times.",
)
@click.option("--all", "all_statuses", is_flag=True, help="Those that are done and spam too.")
@click.option("--mine", is_flag=True, help="Only those that I take care of.")
@click.option("--assignee", metavar="NAME", help="Only those that NAME takes care of.")
@click.option("--nobodys", is_flag=True, help="Only those that nobody takes care of.")
@click.option(
    "--wrote-again", is_flag=True, help="Only those who wrote again after they were waiting or done."
)
@click.option("--conflict", is_flag=True, help="Only those that organizers decided differently about.")
@click.option(
    "--vetting",
    type=click.Choice(("none", "asked", "vetted", "declined")),
    help="Only advisers of whom this holds.",
)
@click.option("--answered/--unanswered", default=None, help="Only those that have an answer, or none.")
@click.option("--with-files", is_flag=True, help="Only those with files.")
@click.option(
    "--field",
    "values",
    nargs=2,
    multiple=True,
    metavar="ID VALUE",
    help="Only those who chose VALUE, such as: --field region Texas",
)
@click.option("--most", default=_USUALLY_SHOWN, show_default=True, help="Lines to print at most; 0 for all.")
@click.option("--json", "is_json", is_flag=True, help="JSON, one object a line, and all of them.")
@click.option(
    "--csv",
    "is_csv",
    is_flag=True,
    help="A table for a spreadsheet, with what they wrote. Whoever has the file can read it: delete it soon.",
)
@at_desk()
def inbox(
    desk: Desk, place: Place, words: tuple[str, ...], most: int, is_json: bool, is_csv: bool, **chosen: Any
) -> None:
    """List the cases, one line each: what needs attention first, then the oldest. Needs no network.

    With WORDS, only cases in which all of them stand somewhere, in letters, notes, answers or names of files.
    First comes the beginning of the id, which the other commands take; then what it is and where it stands,
    '+2' for two files, who takes care of it, and the first words.
    """
    found = listing(desk, _filter(desk, words, **chosen))
    if is_csv:
        for line in as_csv(desk, found.rows):
            click.echo(line, nl=False)
    elif is_json:
        for row in found.rows:
            click.echo(json.dumps(row_object(row)))
    else:
        shown = found.rows[:most] if most > 0 else found.rows
        for row in shown:
            click.echo(row_line(row, screen_width()))
        click.echo(_counts(found.counts, len(found.rows) - len(shown)), err=True)
    warn(desk)


def _filter(
    desk: Desk,
    words: tuple[str, ...],
    *,
    statuses: tuple[StatusName, ...],
    all_statuses: bool,
    mine: bool,
    assignee: str | None,
    nobodys: bool,
    wrote_again: bool,
    conflict: bool,
    with_files: bool,
    **others: Any,
) -> Filter:
    """What is done is left out, unless somebody asks for it or searches."""
    everything = all_statuses or bool(words)
    return Filter(
        statuses=statuses or (() if everything else _UNDECIDED),
        assignee=desk.me.name if mine else "" if nobodys else assignee,
        words=" ".join(words),
        wrote_again=wrote_again or None,
        conflict=conflict or None,
        has_files=with_files or None,
        **others,
    )


def _counts(counts: Mapping[StatusName, int], left: int) -> str:
    told = ", ".join(f"{counts[one]} {one}" for one in STATUSES if counts.get(one))
    more = f" {left} more are not shown: --most 0 shows all." if left else ""
    return f"{told or 'No case'}.{more}"

"""`offramp numbers`: what came in and what became of it, for the team or for everybody."""

from __future__ import annotations

import json
from pathlib import Path

import click

from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk
from offramp.desk.files import PRIVATE, PUBLIC, write_new
from offramp.desk.numbers.counting import team_numbers
from offramp.desk.numbers.exports import as_csv, as_lines, as_page
from offramp.desk.numbers.publishing import THRESHOLD, public_numbers, publish, weeks_due
from offramp.desk.numbers.table import PUBLIC_NOTE

_TEAM_ONLY = "For the team alone: exact numbers can tell who wrote."


@click.command()
@click.option("--public", "is_public", is_flag=True, help="What was published, for everybody to see.")
@click.option(
    "--publish",
    "publishes",
    is_flag=True,
    help="First publish the weeks that are over, for good. Then --public.",
)
@click.option(
    "--threshold",
    type=click.IntRange(min=THRESHOLD),
    default=THRESHOLD,
    show_default=True,
    help="With --publish: no count below this is shown.",
)
@click.option("--html", type=PATH, metavar="FILE", help="Write them as a page, with pictures.")
@click.option("--csv", "csv_", type=PATH, metavar="FILE", help="Write them as a table for spreadsheets.")
@click.option("--json", "is_json", is_flag=True, help="JSON, one table a line.")
@at_desk()
def numbers(
    desk: Desk,
    place: Place,
    is_public: bool,
    publishes: bool,
    threshold: int,
    html: Path | None,
    csv_: Path | None,
    is_json: bool,
) -> None:
    """Count requests and offers: by week, agency, part of the country, kind of help, time to the first answer.

    These are exact, for the team. Only what --public shows can go to the press: nobody can compute from it
    what it does not show. Weeks are published once, from one desk, and never change after that.
    """
    if publishes:
        publish(desk, threshold)
    is_public = is_public or publishes
    tables = public_numbers(desk) if is_public else team_numbers(desk)
    note = PUBLIC_NOTE if is_public else _TEAM_ONLY
    mode = PUBLIC if is_public else PRIVATE
    if html is not None:
        write_new(html, as_page(tables, desk.campaign.name, note).encode(), mode=mode)
    if csv_ is not None:
        write_new(csv_, as_csv(tables).encode(), mode=mode)
    if is_json:
        for table in tables:
            click.echo(json.dumps(table.as_object()))
    elif html is None and csv_ is None:
        for line in as_lines(tables):
            click.echo(line)
    click.echo(f"{note}{_due(desk) if is_public else ''}", err=True)


def _due(desk: Desk) -> str:
    number = len(weeks_due(desk))
    if not number:
        return ""
    are = "1 week is" if number == 1 else f"{number} weeks are"
    return f" {are} over and not published yet: offramp numbers --publish"

"""`offramp held` and `offramp forget`: what is kept, since when and until when, and destroying it."""

from __future__ import annotations

import json
from datetime import date

import click

from offramp.desk import days
from offramp.desk.cases.finding import find_cases
from offramp.desk.cases.forgetting import (
    Held,
    days_kept,
    drop_forgotten,
    due,
    set_days_kept,
)
from offramp.desk.cases.forgetting import forget as forget_cases
from offramp.desk.cases.forgetting import held as all_held
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.desk import Desk
from offramp.desk.showing import ID_SHOWN, size_in_words


@click.command()
@click.option("--due", "only_due", is_flag=True, help="Only what is due to be forgotten.")
@click.option("--json", "is_json", is_flag=True, help="JSON, one object a line.")
@click.option(
    "--days", "new_days", type=int, metavar="NUMBER", help="From now on, keep cases for so many days."
)
@at_desk()
def held(desk: Desk, place: Place, only_due: bool, is_json: bool, new_days: int | None) -> None:
    """Show what this desk holds: since when, and until when.

    A case that is done or spam is kept for 90 days after that, unless --days has said otherwise. What nobody has
    called done is kept.
    """
    if new_days is not None:
        set_days_kept(desk, new_days)
    for one in due(desk) if only_due else all_held(desk):
        click.echo(json.dumps(_object(one)) if is_json else _line(one, days.today()))
    if not is_json:
        click.echo(f"Cases are kept for {days_kept(desk)} days after they were done.", err=True)


@click.command()
@click.argument("prefixes", nargs=-1, metavar="[ID]...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_desk()
def forget(desk: Desk, place: Place, prefixes: tuple[str, ...], yes: bool) -> None:
    """Destroy cases that are over for long enough, or the cases with these IDs now. Nothing brings them back.

    They go from the vault, with their keys, and from the desk's bundle. A backup of the vault keeps what it has,
    until you make a new one and destroy the old.
    """
    ids = find_cases(desk, prefixes) if prefixes else [one.case for one in due(desk)]
    if (
        ids
        and not yes
        and not click.confirm(f"Destroy {_cases(len(ids))}? Nothing brings back what is destroyed.")
    ):
        click.echo("Nothing was forgotten.")
        click.get_current_context().exit(1)
    number = forget_cases(desk, ids)
    dropped = drop_forgotten(desk, place.bundle)
    click.echo(f"{_cases(number)} forgotten." if number else "Nothing is due to be forgotten.")
    if dropped:
        several = "1 letter was" if dropped == 1 else f"{dropped} letters were"
        click.echo(f"{several} taken out of {place.bundle}.")


def _line(one: Held, today: date) -> str:
    size = f", {size_in_words(one.file_bytes)} of files" if one.file_bytes else ""
    return (
        f"{one.case.hex()[:ID_SHOWN]}  {one.kind:<7}  {one.status:<7}  since {one.since}  {_until(one, today):<28}"
        f"  {one.letters} letter{'' if one.letters == 1 else 's'}{size}"
    )


def _until(one: Held, today: date) -> str:
    if one.until is not None:
        return "due now" if one.until <= today else f"until {one.until}"
    return {"": "until it is done", "adviser": "as long as they advise"}.get(one.at_work, "while handed over")


def _object(one: Held) -> dict[str, object]:
    return {
        "id": one.case.hex(),
        "kind": one.kind,
        "status": one.status,
        "since": one.since.isoformat(),
        "over_since": one.over_since.isoformat() if one.over_since else None,
        "until": one.until.isoformat() if one.until else None,
        "letters": one.letters,
        "file_bytes": one.file_bytes,
        "at_work": one.at_work,
    }


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"

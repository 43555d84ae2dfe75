"""`offramp keys`: the weekly keys of a desk: which there are, making more, and destroying what is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from offramp.crypto import labels
from offramp.crypto.words import fingerprint_words
from offramp.desk import days
from offramp.desk.commands.at_desk import Place, at_desk, desk_folder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.commands.warning import warn
from offramp.desk.desk import Desk
from offramp.desk.files import PUBLIC, read_whole, refuse_existing, write_new
from offramp.desk.weekly.cards import newest_card
from offramp.desk.weekly.destroying import destroy_confirmed, due
from offramp.desk.weekly.overview import Week, weeks_here
from offramp.desk.weekly.signed import calendar_end
from offramp.desk.weekly.stock import WeekKey, key_list, make_ahead

_MOST_WEEKS = 52


@click.group(invoke_without_command=True)
@desk_folder
@passphrase_file
@click.pass_context
def keys(context: click.Context, folder: Path, passphrase_file: Path | None) -> None:
    """Show which weeks this desk has keys for, which are in the calendar, and when each is destroyed.

    A key opens what was sent in its week, and for some days more what is fetched late. Then it is destroyed, and
    nobody can open letters of that week at this desk again.
    """
    if context.invoked_subcommand is None:
        _show(folder=folder, passphrase_file=passphrase_file)


@at_desk()
def _show(desk: Desk, place: Place) -> None:
    for one in weeks_here(desk):
        click.echo(_line(one))
    for line in _summary(desk):
        click.echo(line)
    warn(desk)


@keys.command()
@click.argument("file", type=PATH, required=False)
@click.option(
    "--weeks",
    type=click.IntRange(1, _MOST_WEEKS),
    metavar="NUMBER",
    help="For how many weeks from this one. Default: what the campaign says, usually 12.",
)
@at_desk()
def make(desk: Desk, place: Place, file: Path | None, weeks: int | None) -> None:
    """Make the keys that are missing for the weeks to come, and write the public halves to FILE.

    FILE is NAME.keys in the desk's folder, if you name no other; an earlier list is written over. Send it to whoever
    holds the root key by any way: nothing in it is secret.
    """
    target = file or place.folder / f"{desk.me.name}.keys"
    _check_free(target)
    made = make_ahead(desk, weeks)
    write_new(target, key_list(desk).raw, mode=PUBLIC, replace=True)
    click.echo(_made(made))
    click.echo(f"For whoever holds the root key, by any way: {target}")
    if made:
        click.echo("A backup that was made before does not have these keys: make a new one now.")


@keys.command()
@click.option("--yes", is_flag=True, help="The date is right. Do not ask.")
@at_desk()
def destroy(desk: Desk, place: Place, yes: bool) -> None:
    """Say that this laptop's date is right, and destroy the keys whose time is over.

    Usually that happens by itself, whenever the desk is opened. It waits for you where the clock went back, or
    nobody opened the desk for longer than keys are kept after their week: fetch and import first what waits.
    """
    if not yes and not date_is_right([one.week for one in due(desk)]):
        click.echo("No key was destroyed. Set the clock right first.", err=True)
        return
    gone = destroy_confirmed(desk)
    click.echo(f"Destroyed: {keys_of(gone)}." if gone else "No key is over, so none was destroyed.")
    warn(desk)


def date_is_right(weeks: list[date]) -> bool:
    """Ask whether it is, for then the keys of these weeks go."""
    click.echo(f"By this laptop's clock today is {days.in_words(days.today())}.", err=True)
    if weeks:
        click.echo(f"If that is right, this is destroyed now: {keys_of(weeks)}.", err=True)
    return click.confirm("Is that right?", err=True)


def keys_of(weeks: list[date]) -> str:
    """The keys of some weeks, one at least."""
    if len(weeks) == 1:
        return f"the key of the week of {days.in_words(weeks[0])}"
    first, last = days.in_words(weeks[0]), days.in_words(weeks[-1])
    return f"{len(weeks)} keys, from the week of {first} to that of {last}"


def _check_free(path: Path) -> None:
    """Raises FileInTheWay where something else than an earlier list is there."""
    if path.is_file() and read_whole(path, limit=len(labels.KEY_LIST)).startswith(labels.KEY_LIST):
        return
    refuse_existing(path)


def _made(made: list[WeekKey]) -> str:
    if not made:
        return "There is a key for each of these weeks already, so none was made."
    return f"Made: {keys_of([one.week for one in made])}."


def _line(one: Week) -> str:
    where = "in the calendar" if one.is_signed else "in no calendar here"
    risk = "; unread letters may be lost then" if one.is_at_risk else ""
    return (
        f"week of {days.in_words(one.week)}: {where}, destroyed on {days.in_words(one.destroyed_from)}{risk}"
    )


def _summary(desk: Desk) -> Iterator[str]:
    end, card = calendar_end(desk), newest_card(desk)
    if end is not None:
        yield f"Last day of the calendar here: {days.in_words(end)}."
    if card is not None:
        read, promised = days.in_words(card.week), days.in_words(card.next_by)
        yield f"The card of this desk: read in the week of {read}, the next time is by {promised}."
    yield f"Ten words of {desk.me.name}: {fingerprint_words(desk.me.name, desk.me.public)}"

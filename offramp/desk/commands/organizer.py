"""`offramp organizer`: who can open submissions."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.crypto.key_list import KeyList
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.root.changes import was_taken_out
from offramp.desk.root.enrolling import judge, read_list, ten_words
from offramp.desk.root.switching import root_folder


@click.group()
def organizer() -> None:
    """Organizers: the people who can open submissions."""


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("file", type=PATH, metavar="NAME.keys")
@click.option("--yes", is_flag=True, help="The ten words were compared already; do not ask.")
def enroll(directory: Path, file: Path, yes: bool) -> None:
    """Enroll the organizer who made NAME.keys in the campaign's folder DIR, or take a newer list of theirs.

    The first time, the two of you compare ten words over a call. Later lists of the same person prove
    themselves. They can open what is sealed to the calendar that is signed next: offramp calendar sign
    """
    folder = root_folder(directory)
    found = read_list(folder, file)
    standing = judge(folder, found)
    if standing == "new":
        say_if_taken_out(folder, found)
        compare(found, yes=yes)
    if standing == "same":
        click.echo(f"This list of {found.name} is here already.")
        return
    folder.enroll(found)
    click.echo(f"{found.name} is enrolled, with keys {weeks_in_words(found)}.")
    click.echo(f"When all are here, sign a calendar: offramp calendar sign {directory}")


@organizer.command("list")
@click.argument("directory", type=PATH, metavar="DIR")
def list_(directory: Path) -> None:
    """List the organizers in the campaign's folder DIR, with their ten words and their weeks."""
    lists = root_folder(directory).key_lists()
    if not lists:
        click.echo("Nobody is enrolled yet.")
    for one in lists:
        click.echo(f"{one.name}: {ten_words(one)}")
        click.echo(f"    keys {weeks_in_words(one)}; the list is of {days.in_words(one.day)}")


def say_if_taken_out(folder: CampaignFolder, found: KeyList) -> None:
    """A lost laptop's key has the same ten words as ever, so they do not tell."""
    if was_taken_out(folder, found):
        click.echo(f"{found.name} was an organizer with this key before, and was taken out of the calendar.")
        click.echo("If that was for a laptop that was lost, stop here: a new desk makes a new key.")


def compare(found: KeyList, *, yes: bool = False) -> None:
    """Show the ten words, and ask whether they were heard; `yes` where that is known. click.Abort."""
    click.echo(f"{found.name}: {ten_words(found)}")
    if not yes:
        click.confirm(f"Did {found.name} read you the same ten words over a call?", abort=True)


def weeks_in_words(found: KeyList) -> str:
    """For how many weeks somebody has keys, and from when to when."""
    first, last = days.in_words(min(found.weeks)), days.in_words(max(found.weeks))
    if len(found.weeks) == 1:
        return f"for one week, that of {first}"
    return f"for {len(found.weeks)} weeks, from the week of {first} to that of {last}"

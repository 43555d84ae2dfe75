"""`offramp calendar`: the weeks to come, signed ahead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offramp.crypto.calendar import MAX_CALENDAR, MAX_KEYSETS, read_calendar
from offramp.crypto.errors import CalendarError, KeysetError
from offramp.crypto.keyset import Keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.commands.share import say_too_many_shares
from offramp.desk.files import read_whole
from offramp.desk.root.anew import Anew
from offramp.desk.root.calendars import Plan, and_so_on, bring_up_to_date, plan, write
from offramp.desk.root.signed import last_week, week_of
from offramp.desk.root.signer import open_root, root_options
from offramp.desk.root.switching import root_folder

campaign_of_file = click.option(
    "--campaign",
    "directory",
    type=PATH,
    metavar="DIR",
    help="The campaign's folder, or a copy of it. The one that FILE lies in, if not given.",
)


@click.group()
def calendar() -> None:
    """The calendar: for each of the weeks to come, who can open what is sent in it."""


@calendar.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option(
    "--onion", metavar="ADDRESS", help="The workers' onion address. As in the weeks before, if not given."
)
@click.option(
    "--weeks",
    type=click.IntRange(1, MAX_KEYSETS),
    metavar="N",
    help="For how many weeks. For as many as all organizers have keys for, if not given.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether the weeks are right.")
@root_options
def sign(
    directory: Path,
    onion: str | None,
    weeks: int | None,
    yes: bool,
    shares: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:
    """Sign the weeks to come for all organizers that are enrolled in the campaign's folder DIR.

    They follow on those that are signed already. Where somebody came or left since then, everything from this
    week on is signed anew. The site takes nothing in a week that is not signed: sign the next ones in good time.
    """
    folder = root_folder(directory)
    if any(folder.keysets.glob("*.keyset")):
        bring_up_to_date(folder)  # where the last run ended before the file was there
    wanted = plan(folder, onion=onion, count=weeks)
    _say_why(wanted)
    if not yes:
        # Nothing else on this laptop tells its clock, and a calendar of wrong weeks would close the site.
        click.echo(f"By this laptop's clock, today is {days.in_words(days.today())}.")
        click.confirm(f"Sign {_weeks(wanted)}, for {and_so_on(wanted.names)}?", default=True, abort=True)
    signed = wanted.sign(open_root(folder, shares, passphrase_file))
    path = write(folder, signed)
    click.echo(f"Signed {_weeks(wanted)}, for {and_so_on(wanted.names)}.")
    _say_what_next(wanted, path, directory)
    say_too_many_shares(folder)


@calendar.command()
@click.argument("file", type=PATH)
@campaign_of_file
def show(file: Path, directory: Path | None) -> None:
    """Check the calendar FILE, and list its weeks."""
    folder = CampaignFolder(directory or file.resolve().parent)
    raw = read_whole(file, limit=MAX_CALENDAR)
    try:
        keysets = read_calendar(raw, root=folder.root(), campaign=folder.campaign().id)
    except (CalendarError, KeysetError) as error:
        raise type(error)(f"{file}: {error}") from None
    click.echo(f"Campaign:      {keysets[0].campaign}")
    click.echo(f"Onion address: {keysets[0].onion}")
    for keyset in keysets:
        click.echo(f"{keyset.sequence:>6}  {_when(keyset)}  {who_opens(folder, keyset)}".rstrip())


def who_opens(folder: CampaignFolder, keyset: Keyset) -> str:
    """The names of a keyset's organizers, where the folder has the list that was signed with it."""
    found = folder.team_list(keyset.sequence)
    return and_so_on([one.name for one in found.members]) if found else ""


def _when(keyset: Keyset) -> str:
    first, last = week_of(keyset), last_week(keyset)
    words = f"the week of {days.in_words(first)}"
    if last != first:
        words = f"{words} to that of {days.in_words(last)}"
    return f"{words}, now" if keyset.valid_from <= days.now() < keyset.valid_until else words


def _weeks(wanted: Plan) -> str:
    return weeks_in_words(wanted.weeks[0], wanted.weeks[-1], len(wanted.weeks))


def weeks_in_words(first: date, last: date, count: int) -> str:
    """So many weeks, each named by its Monday."""
    if count == 1:
        return f"one week, that of {days.in_words(first)}"
    return f"{count} weeks, from the week of {days.in_words(first)} to the week of {days.in_words(last)}"


def _say_why(wanted: Plan) -> None:
    if wanted.anew:
        why = and_so_on([one for one in Anew if one in wanted.anew])
        click.echo(f"This week and those after it are signed anew, for {why}.")


def _say_what_next(wanted: Plan, path: Path, directory: Path) -> None:
    if len(wanted.ending) < len(wanted.organizers):
        names = and_so_on([one.name for one in wanted.ending])
        click.echo(f"{names} sent keys for no more weeks than these; the others did.")
        click.echo(
            "For a longer calendar, get a new list ('offramp keys make' writes it), enroll it, and sign again."
        )
    click.echo("Now, in this order:")
    click.echo(f"1. Bring {path} to the server, and there: offramp server add-calendar server calendar")
    click.echo(f"2. Bring each organizer a new copy of the campaign: offramp campaign copy {directory} COPY")

"""`offramp organizer add`, `remove` and `lost`: people change, and each change is one command on the root laptop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.calendar import weeks_in_words
from offramp.desk.commands.options import PATH
from offramp.desk.commands.organizer import compare, organizer, say_if_taken_out
from offramp.desk.commands.share import say_too_many_shares
from offramp.desk.commands.steps import say_steps
from offramp.desk.root.calendars import Plan, and_so_on
from offramp.desk.root.changes import (
    Change,
    coming,
    coming_back,
    leaving,
    oldest_week_open,
)
from offramp.desk.root.enrolling import read_list
from offramp.desk.root.keeping import shares_needed
from offramp.desk.root.signer import open_root, root_options
from offramp.desk.root.switching import root_folder

_yes = click.option(
    "--yes", is_flag=True, help="Do not ask: the ten words were compared, and the weeks are right."
)


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("file", type=PATH, metavar="NAME.keys")
@_yes
@root_options
def add(
    directory: Path, file: Path, yes: bool, shares: tuple[Path, ...], passphrase_file: Path | None
) -> None:
    """Add the organizer who made NAME.keys to the campaign in DIR.

    It enrolls them, signs a new calendar from this week on, and says what to do with it. They open what is sent
    from then on, and nothing from before.
    """
    folder = root_folder(directory)
    found = read_list(folder, file)
    change = coming(folder, found)
    say_if_taken_out(folder, found)
    compare(found, yes=yes)
    _carry_out(change, f"Add {found.name}", yes, shares, passphrase_file)
    click.echo(f"{found.name} is an organizer now.")
    if change.plan is None:
        _say_first_calendar(folder)
        return
    click.echo(
        f"{found.name}'s desk opens what is sent once the server has the calendar, and nothing from before."
    )
    _say_what_next(
        folder,
        f"Bring {folder.calendar} to the server, and there: offramp server add-calendar server calendar",
        f"Bring each organizer, {found.name} too, a new copy of the campaign: "
        f"offramp campaign copy {folder.path} COPY",
    )


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("name")
@_yes
@root_options
def remove(
    directory: Path, name: str, yes: bool, shares: tuple[Path, ...], passphrase_file: Path | None
) -> None:
    """Take the organizer NAME out of the campaign in DIR.

    It signs a new calendar from this week on, without NAME, and says what to do with it. What NAME has opened
    already, NAME keeps.
    """
    folder = root_folder(directory)
    change = leaving(folder, name)
    _carry_out(change, f"Take {name} out", yes, shares, passphrase_file)
    click.echo(f"{name} is no organizer any more. What {name}'s desk has opened already stays there.")
    if change.plan is None:
        _say_first_calendar(folder)
        return
    click.echo(f"Until the server has the new calendar, {name} can open what is sent.")
    _say_what_next(
        folder,
        *_close_and_open(folder, f"the card on it was signed with a key that {name} has too"),
        *_manifest_step(folder),
        f"If {name} fetches or pushes, the operator takes that key out: offramp server remove-courier server NAME",
        _share_step(folder, f"If {name} has a share of the root key", f"If {name} may know the root key"),
    )


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("name")
@click.argument("file", type=PATH, metavar="[NAME.keys]", required=False)
@_yes
@root_options
def lost(
    directory: Path,
    name: str,
    file: Path | None,
    yes: bool,
    shares: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:
    """Say that the laptop of the organizer NAME is lost, or in wrong hands.

    It says what a finder can read, and signs a new calendar from this week on, which that laptop cannot open.
    With NAME.keys, which a new desk of NAME made, NAME stays an organizer, with the new key; do not wait for it.
    """
    folder = root_folder(directory)
    found = read_list(folder, file) if file else None
    change = coming_back(folder, name, found) if found else leaving(folder, name)
    _say_what_a_finder_can(folder, name)
    if found:
        say_if_taken_out(folder, found)
        compare(found, yes=yes)
    _carry_out(change, f"Take {name}'s lost laptop out", yes, shares, passphrase_file)
    click.echo(f"{name}'s lost laptop is out{', and the new one is in' if found else ''}.")
    if found:
        click.echo(
            f"What was sent before, {name}'s new desk does not open: the other organizers' desks have it."
        )
    if change.plan is None:
        _say_first_calendar(folder)
        return
    _say_what_next(
        folder,
        *_close_and_open(folder, "the card on it was signed with a key that is on the lost laptop too"),
        *_manifest_step(folder),
        f"If a courier's key was on it, the operator takes that out: offramp server remove-courier server NAME\n"
        f"Then {name} makes another: offramp courier new",
        _share_step(folder, "If a share of the root key was on it", "If the root key was on it"),
        f"A backup of {name}'s old desk opens what the laptop opens. Take from it what nobody else has, on another\n"
        "laptop (offramp desk restore), and destroy it. Use the passphrase that it had nowhere any more.",
        *(() if found else (_come_back(folder, name),)),
    )


def _carry_out(
    change: Change, what: str, yes: bool, shares: Sequence[Path], passphrase_file: Path | None
) -> None:
    """Ask, sign, and change the folder. click.Abort."""
    question = f"{what}?" if change.plan is None else f"{what}, and sign {_weeks(change.plan)}?"
    if not yes:
        click.confirm(question, abort=True)
    change.carry_out(open_root(change.folder, shares, passphrase_file) if change.plan else None)
    if change.plan:
        click.echo(f"Signed {_weeks(change.plan)}.")
        if len(change.plan.ending) < len(change.plan.organizers):
            names = and_so_on([one.name for one in change.plan.ending])
            click.echo(f"It is no longer because {names} sent keys for no more weeks.")


def _say_what_next(folder: CampaignFolder, *steps: str) -> None:
    say_steps(*steps)
    say_too_many_shares(folder)


def _weeks(plan: Plan) -> str:
    weeks = weeks_in_words(plan.weeks[0], plan.weeks[-1], len(plan.weeks))
    return f"{weeks}, for {and_so_on(plan.names)}"


def _say_what_a_finder_can(folder: CampaignFolder, name: str) -> None:
    first = days.in_words(oldest_week_open(folder))
    click.echo("Whoever has this laptop, and knows or guesses its passphrase,")
    click.echo(f"- reads everything that {name}'s desk has opened;")
    click.echo(f"- opens what was sent from the week of {first} on, until the server has the new calendar")
    click.echo(
        "  (and in earlier weeks, if the desk was not opened since then, or there is an older copy of it);"
    )
    click.echo(f"- signs notes and decisions as {name}, until the other desks have a new copy.")
    click.echo("What is sent after that, it does not open. Without the passphrase, it opens nothing.")


def _close_and_open(folder: CampaignFolder, why: str) -> tuple[str, ...]:
    """From the new calendar to a card that counts with it."""
    return (
        f"Bring {folder.calendar} to the server, now, and there: offramp server add-calendar server calendar\n"
        f"From then on the site takes nothing until step 3 is done: {why}.",
        f"Bring each organizer a new copy of the campaign: offramp campaign copy {folder.path} COPY",
        "One of them reads the inbox and says so: offramp import, offramp card, offramp push",
    )


def _manifest_step(folder: CampaignFolder) -> tuple[str, ...]:
    """Pages that the root key vouches for would still take the keys from before."""
    if not folder.manifest.exists():
        return ()
    return (
        f"Sign what the site serves anew, so that its pages refuse the keys from before: offramp manifest sign "
        f"{folder.path}\nBring {folder.manifest} to the server, and there: offramp server add-manifest server manifest",
    )


def _share_step(folder: CampaignFolder, share: str, whole: str) -> str:
    """What to do about the root key."""
    needed = shares_needed(folder)
    if needed is None:
        return f"{whole}: offramp campaign new-root {folder.path}"
    return (
        f"{share}: offramp share new {folder.path}, and the others destroy their old ones.\n"
        f"If it is {needed[0]} of them, or you are not sure: offramp campaign new-root {folder.path}"
    )


def _come_back(folder: CampaignFolder, name: str) -> str:
    return f"When {name} has another laptop, and a new desk on it: offramp organizer add {folder.path} {name}.keys"


def _say_first_calendar(folder: CampaignFolder) -> None:
    click.echo(f"No calendar is signed yet. To sign the first one: offramp calendar sign {folder.path}")

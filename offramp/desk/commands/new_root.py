"""`offramp campaign new-root`: another root key, for one that was lost or may be in wrong hands."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk.commands.calendar import weeks_in_words
from offramp.desk.commands.campaign import campaign
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.commands.share import alone_option, any_option, of_option, say_where
from offramp.desk.commands.steps import say_steps
from offramp.desk.root.calendars import and_so_on
from offramp.desk.root.keeping import choose_passphrases
from offramp.desk.root.new_root import Renewal, renewal
from offramp.desk.root.shares import Split
from offramp.desk.root.switching import root_folder


@campaign.command("new-root")
@click.argument("directory", type=PATH, metavar="DIR")
@any_option
@of_option
@alone_option
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@passphrase_file
def new_root(
    directory: Path, needed: int, made: int, alone: bool, yes: bool, passphrase_file: Path | None
) -> None:
    """Make a new root key for the campaign in DIR.

    For when the root key is lost, or somebody else may have it, or enough shares of it to sign. It makes new
    shares, signs a new calendar from this week on, and says what to do with it. The root key from before is not
    needed for this; afterwards it counts for nothing but letters of the weeks until now.
    """
    split = None if alone else Split(needed, made)
    renewed = renewal(root_folder(directory))
    _ask(renewed, yes)
    renewed.carry_out(split, choose_passphrases(split, passphrase_file))
    say_where(renewed.folder, split)
    _say_calendar(renewed)
    _say_words(renewed)
    _say_what_next(renewed)


def _ask(renewed: Renewal, yes: bool) -> None:
    """click.Abort."""
    name = renewed.folder.campaign().name
    click.echo("The campaign gets new ten words: everybody who compares them has to be told the new ones.")
    click.echo("The site takes nothing from when the server has the new root key until a new card is there.")
    if not yes:
        click.confirm(f"Make a new root key for '{name}'?", abort=True)


def _say_calendar(renewed: Renewal) -> None:
    plan = renewed.plan
    if plan:
        weeks = weeks_in_words(plan.weeks[0], plan.weeks[-1], len(plan.weeks))
        click.echo(f"Signed {weeks}, for {and_so_on(plan.names)}.")
    elif renewed.unsigned:
        click.echo(f"No calendar was signed. {renewed.unsigned}")


def _say_words(renewed: Renewal) -> None:
    newest = renewed.folder.newest_keyset()
    if newest:
        click.echo(f"The campaign's ten words: {campaign_words(newest.onion, renewed.root.public)}")
        click.echo(f"Its code:                 {campaign_code(newest.onion, renewed.root.public)}")


def _say_what_next(renewed: Renewal) -> None:
    folder = renewed.folder
    copies = (
        "Bring each organizer and each adviser a new copy of the campaign: "
        f"offramp campaign copy {folder.path} COPY\n"
        "Read them the ten words over a call. Then organizers: offramp desk new-root; advisers: offramp adviser join"
    )
    if renewed.plan is None:
        say_steps(
            f"Bring {folder.root_public} to the server, if there is one: offramp server new-root server root.pub",
            f"Sign a calendar: offramp calendar sign {folder.path}",
            copies,
        )
        return
    say_steps(
        f"Bring {folder.root_public} and {folder.calendar} to the server, and there:\n"
        "offramp server new-root server root.pub\n"
        "offramp server add-calendar server calendar\n"
        "Then start the server anew.",
        copies,
        "An organizer reads the inbox and says so: offramp import, offramp card, offramp push",
        "Make new flyers, and tell the new ten words wherever the old ones were told: offramp flyer",
        "Whoever has a share of the root key from before, or a copy of the folder with it, destroys that, paper too.",
    )

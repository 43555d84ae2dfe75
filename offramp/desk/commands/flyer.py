"""`offramp flyer`, a page to print, and `offramp campaign words`."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.campaign_folder import CampaignFolder, read_root_public
from offramp.desk.commands.options import PATH
from offramp.desk.files import PUBLIC, refuse_existing, write_new
from offramp.desk.flyer.errors import NothingToShow
from offramp.desk.flyer.identity import Identity
from offramp.desk.onion_address import check_onion

_ONION = click.option(
    "--onion", metavar="ADDRESS", help="The workers' address. Default: what the keysets say."
)


@click.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("file", type=PATH)
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="letter", show_default=True, help="Paper size."
)
@_ONION
def flyer(directory: Path, file: Path, paper: str, onion: str | None) -> None:
    """Make a page to print from the campaign in DIR, as the PDF file FILE.

    It says in five steps how to reach the site, and has the address, the ten words, the code, and a QR code
    for the scanner in Tor Browser. Nothing in the file tells who made it, or when.

    Read the address and the words on paper against 'offramp campaign words' before you give it to anybody.
    """
    refuse_existing(file)
    folder = CampaignFolder(directory)
    campaign, identity = folder.campaign(), Identity.of(folder, onion)
    from offramp.desk.flyer.page import draw_flyer  # reportlab takes a while to import

    write_new(file, draw_flyer(campaign.name, campaign.tagline, identity, paper), mode=PUBLIC)
    click.echo(f"{file} is one page, for {identity.onion}.")
    click.echo(f"Its ten words: {identity.words}")


@click.command("words")
@click.argument("directory", type=PATH, metavar="DIR", required=False)
@_ONION
@click.option("--root", type=PATH, metavar="FILE", help="The campaign's root.pub, instead of DIR.")
def campaign_words(directory: Path | None, onion: str | None, root: Path | None) -> None:
    """Print the ten words and the code of the campaign in DIR, to compare.

    The same stand at the foot of every page of its site and on its flyer. They are made of the workers'
    address and the root key, so nobody else can have them on another address. They are no secret.
    """
    identity = _identity(directory, onion, root)
    click.echo(f"Address:   {identity.onion}")
    click.echo(f"Ten words: {identity.words}")
    click.echo(f"Code:      {identity.code}")


def _identity(directory: Path | None, onion: str | None, root: Path | None) -> Identity:
    if directory is not None and root is None:
        return Identity.of(CampaignFolder(directory), onion)
    if directory is None and root is not None and onion is not None:
        return Identity(check_onion(onion), read_root_public(root))
    raise NothingToShow

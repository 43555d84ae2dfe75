"""`offramp landing`, a page on the ordinary web that leads to the site."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH
from offramp.desk.files import refuse_existing
from offramp.desk.flyer.identity import Identity


@click.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("out", type=PATH, metavar="OUT")
@click.option("--onion", metavar="ADDRESS", help="The workers' address. Default: what the keysets say.")
def landing(directory: Path, out: Path, onion: str | None) -> None:
    """Make a landing page from the campaign in DIR, as the new folder OUT.

    It is for an ordinary web server, and says how to get Tor Browser, on a computer and on a phone, and what a visit
    to it gives away. It has the address, the ten words and the code, in every language of the campaign, and leads
    Tor Browser to the site by itself. It has no scripts, and loads nothing from elsewhere.

    deploy/landing/README.md tells how to serve it.
    """
    refuse_existing(out)
    folder = CampaignFolder(directory)
    campaign, identity = folder.campaign(), Identity.of(folder, onion)
    from offramp.desk.landing import writing  # Jinja takes a while to import

    files = writing.landing_files(campaign, identity)
    writing.write_landing(out, files)
    click.echo(f"{out} holds {len(files)} files, for {identity.onion}.")
    click.echo(f"Its ten words: {identity.words}")
    click.echo("The header for Tor Browser, if your web server can send one with a page:")
    for text in campaign.in_every_language:
        click.echo(f"  Onion-Location: {writing.onion_location(identity, text.language, campaign)}")

"""`offramp campaign`: the root laptop's folder."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.campaign import DEFAULT_CAMPAIGN, load_campaign
from offramp.desk.campaign_folder import CampaignFolder, copy_public, make_campaign_folder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.errors import FileInTheWay
from offramp.desk.files import make_private_folder
from offramp.desk.keys import RootKey, store_root


@click.group()
def campaign() -> None:
    """A campaign's root key, and the folder that it lies in."""


@campaign.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option(
    "--campaign",
    "source",
    type=PATH,
    default=DEFAULT_CAMPAIGN,
    metavar="FILE",
    help="What the campaign says and asks, instead of the one that comes with Offramp.",
)
@passphrase_file
def new(directory: Path, source: Path, passphrase_file: Path | None) -> None:
    """Make a new campaign in the folder DIR, with a root key.

    The root key signs who can open submissions. Do this on a laptop that is never online, and keep a copy
    of DIR in a safe place: without the root key, the campaign cannot go on.
    """
    words = load_campaign(source)
    if directory.exists() and any(directory.iterdir()):
        raise FileInTheWay(f"{directory} is not empty, and nothing was written into it.")
    make_private_folder(directory)
    root = RootKey.generate()
    store_root(CampaignFolder(directory).root_key, root, passphrase_file)
    folder = make_campaign_folder(directory, source.read_bytes(), root)
    click.echo(f"The campaign '{words.name}' is in {folder.path}.")
    click.echo("Now enroll its organizers: offramp organizer enroll")


@campaign.command("copy")
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("target", type=PATH, metavar="TARGET")
def copy_(directory: Path, target: Path) -> None:
    """Copy what is public of the campaign in DIR to the folder TARGET.

    That is campaign.toml, root.pub, all keysets and who the organizers are: what organizers' laptops need.
    The root key is not in it. Do not put TARGET on the server, which must not know the organizers' names; it
    needs campaign.toml, root.pub and the newest keyset. A second time, this brings TARGET up to date.
    """
    count = copy_public(CampaignFolder(directory), target)
    click.echo(
        f"{target} has campaign.toml, root.pub and {count} keyset{'s' * (count != 1)}, and no root key."
    )

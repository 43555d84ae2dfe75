"""`offramp campaign`: the root laptop's folder."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.campaign import DEFAULT_CAMPAIGN, load_campaign, translations_of
from offramp.desk.campaign_folder import (
    copy_public,
    is_unfinished,
    prepare_campaign_folder,
    written_root,
)
from offramp.desk.commands.flyer import campaign_words
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.commands.share import alone_option, any_option, of_option, say_where
from offramp.desk.errors import FileInTheWay
from offramp.desk.files import make_private_folder
from offramp.desk.keys import RootKey
from offramp.desk.root.keeping import choose_passphrases, keep_root
from offramp.desk.root.shares import Split
from offramp.desk.root.switching import root_folder


@click.group()
def campaign() -> None:
    """A campaign's root key, and the folder that it lies in."""


campaign.add_command(campaign_words)


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
@any_option
@of_option
@alone_option
@passphrase_file
def new(
    directory: Path, source: Path, needed: int, made: int, alone: bool, passphrase_file: Path | None
) -> None:
    """Make a new campaign in the folder DIR, with a root key.

    The root key signs who can open submissions. Do this on a laptop that is never online. The key is split
    into three shares, for three people, any two of whom can sign: so nobody can do it alone, and one share
    can be lost. Each of the three types a passphrase of their own.
    """
    words, split = load_campaign(source), None if alone else Split(needed, made)
    if directory.exists() and not is_unfinished(root_folder(directory).path):
        raise FileInTheWay(f"{directory} is not empty, and nothing was written into it.")
    passphrases = choose_passphrases(split, passphrase_file)
    make_private_folder(directory)
    translations = {code: path.read_bytes() for code, path in translations_of(source).items()}
    root = RootKey.generate()
    folder = prepare_campaign_folder(directory, source.read_bytes(), translations)
    keep_root(folder, root, split, passphrases, also={"root.pub": written_root(root.public)})
    click.echo(f"The campaign '{words.name}' is in {folder.path}.")
    say_where(folder, split)
    click.echo(f"Then enroll its organizers: offramp organizer enroll {directory} NAME.keys")


@campaign.command("copy")
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("target", type=PATH, metavar="TARGET")
def copy_(directory: Path, target: Path) -> None:
    """Copy what organizers' desks need of the campaign in DIR to the folder TARGET.

    That is campaign.toml with its translations, root.pub, all keysets, who the organizers are, and what they
    sign cards with, sealed to them. Nothing of the root key is in it. Do not put TARGET on the server, which
    must not know the organizers' names; it needs campaign.toml with its translations, root.pub and the
    calendar. A second time, this brings TARGET up to date.
    """
    count = copy_public(root_folder(directory), target)
    click.echo(
        f"{target} has campaign.toml, root.pub and {count} keyset{'s' * (count != 1)}, "
        "and nothing of the root key."
    )

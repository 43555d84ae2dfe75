"""`offramp share`: the shares of a campaign's root key, any few of which sign."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.passphrases import known_passphrase
from offramp.desk.root.keeping import (
    choose_passphrases,
    keep_root,
    open_share,
    shares_here,
    shares_needed,
)
from offramp.desk.root.shares import MOST, USUAL, Split
from offramp.desk.root.signer import open_root, root_options
from offramp.desk.root.switching import root_folder

_ROW = 6

any_option = click.option(
    "--any",
    "needed",
    type=int,
    default=USUAL.needed,
    show_default=True,
    metavar="K",
    help="How many shares are needed to sign.",
)
of_option = click.option(
    "--of",
    "made",
    type=int,
    default=USUAL.made,
    show_default=True,
    metavar="N",
    help=f"How many shares there are, {MOST} at most.",
)
alone_option = click.option(
    "--alone", is_flag=True, help="Keep the root key whole, in one file: for a campaign of one person."
)


@click.group()
def share() -> None:
    """Shares of a campaign's root key: any few of them sign, and fewer are of no use to anybody."""


@share.command()
@click.argument("file", type=PATH)
@passphrase_file
def show(file: Path, passphrase_file: Path | None) -> None:
    """Print the 33 words of the share FILE, to be written on paper.

    Whoever has the paper needs no passphrase: keep it as safe as the share itself. To sign with it:
    --share - where a command asks for shares.
    """
    found = open_share(file, known_passphrase(str(file), passphrase_file))
    click.echo(f"Share {found.number}. Any {found.needed} shares of this splitting sign.")
    for start in range(0, len(found.words), _ROW):
        numbered = enumerate(found.words[start : start + _ROW], start=start + 1)
        click.echo("".join(f"{number:>2} {word:<10}" for number, word in numbered).rstrip())


@share.command()
@click.argument("directory", type=PATH, metavar="DIR")
@any_option
@of_option
@alone_option
@root_options
def new(
    directory: Path,
    needed: int,
    made: int,
    alone: bool,
    shares: tuple[Path, ...],
    passphrase_file: Path | None,
) -> None:
    """Split the root key of the campaign in DIR anew, or put it together into one file.

    For when a share was lost, or other people are to hold them. It is the same root key afterwards: shares
    from before still sign together, as long as enough of them exist. Where one is in wrong hands, make a new
    root key instead: offramp campaign new-root
    """
    split = None if alone else Split(needed, made)
    folder = root_folder(directory)
    root = open_root(folder, shares, passphrase_file)
    keep_root(folder, root, split, choose_passphrases(split, passphrase_file))
    say_where(folder, split)
    click.echo("Shares from before still sign, with each other: their holders destroy them now, paper too.")


def say_where(folder: CampaignFolder, split: Split | None) -> None:
    """Where the root key is now, and what to do with it."""
    if split is None:
        click.echo(f"The root key is in {folder.root_key}, whole, under its passphrase.")
        click.echo("Keep a copy of the folder in a safe place: without the key, the campaign cannot go on.")
        return
    few, many = split.needed, split.made
    sign = "All of them are needed" if few == many else f"Any {few} of them are needed"
    click.echo(f"The root key is in {many} shares, in {folder.shares}. {sign} to sign.")
    click.echo(
        f"Each of {many} people carries one away now, on a stick, or as words on paper: offramp share show"
    )
    click.echo(f"Then delete them here. Whoever takes this laptop must not find {few}: {few - 1} may stay.")


def say_too_many_shares(folder: CampaignFolder) -> None:
    """Remind of shares that were not carried away, where there are enough of them to sign."""
    needed, here = shares_needed(folder), len(shares_here(folder))
    if needed and here >= needed[0]:
        click.echo(f"{here} shares of the root key lie in {folder.shares}, and {needed[0]} of them sign.")
        click.echo(f"Let their holders carry them away, and delete all but {needed[0] - 1} of them here.")

"""`offramp organizer`: who can open submissions."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.crypto.opening import OpeningKey
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.options import PATH, folder, passphrase_file
from offramp.desk.files import PUBLIC, make_private_folder, refuse_existing, write_new
from offramp.desk.keys import load_organizer, store_organizer
from offramp.desk.people import OrganizerCard, check_name, read_organizer


@click.group()
def organizer() -> None:
    """Organizers: the people who can open submissions."""


@organizer.command()
@click.argument("name")
@folder
@passphrase_file
def new(name: str, folder: Path, passphrase_file: Path | None) -> None:
    """Make the key of the organizer NAME. Do this on the organizer's own laptop.

    It writes NAME.key, which stays on the laptop, and NAME.organizer.toml, which goes to the holder of the
    root key, by any way. Then read the fingerprint to each other over a call.
    """
    secret, public = folder / f"{check_name(name)}.key", folder / f"{name}.organizer.toml"
    refuse_existing(secret, public)
    make_private_folder(folder)
    key = OpeningKey.generate()
    card = OrganizerCard.of(name, key)
    store_organizer(secret, key, passphrase_file)
    write_new(public, card.write(), mode=PUBLIC)
    click.echo(f"Secret, stays here: {secret}")
    click.echo(f"For the holder of the root key: {public}")
    click.echo(f"Fingerprint, to read over a call: {card.fingerprint}")


@organizer.command()
@click.argument("key", type=PATH, metavar="NAME.key")
@folder
@passphrase_file
def card(key: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Write NAME.organizer.toml anew, from NAME.key: for one that was lost, or made by an older Offramp."""
    name = check_name(key.stem)
    public = folder / f"{name}.organizer.toml"
    refuse_existing(public)
    made = OrganizerCard.of(name, load_organizer(key, passphrase_file))
    make_private_folder(folder)
    write_new(public, made.write(), mode=PUBLIC)
    click.echo(f"For the holder of the root key: {public}")
    click.echo(f"Fingerprint, to read over a call: {made.fingerprint}")


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("file", type=PATH)
@click.option("--yes", is_flag=True, help="The fingerprint was compared already; do not ask.")
def enroll(directory: Path, file: Path, yes: bool) -> None:
    """Enroll the organizer of FILE (NAME.organizer.toml) in the campaign's folder DIR.

    They can open what is sealed to the keysets that are signed from now on.
    """
    campaign_folder = CampaignFolder(directory)
    card = read_organizer(file)
    click.echo(f"{card.name}: {card.fingerprint}")
    if not yes:
        click.confirm(f"Did {card.name} read you the same numbers over a call?", abort=True)
    campaign_folder.enroll(card)
    click.echo(f"{card.name} is enrolled. Sign a keyset to put it into effect: offramp keyset sign")


@organizer.command("list")
@click.argument("directory", type=PATH, metavar="DIR")
def list_(directory: Path) -> None:
    """List the organizers in the campaign's folder DIR, with their fingerprints."""
    for card in CampaignFolder(directory).cards():
        click.echo(f"{card.fingerprint}  {card.name}")


@organizer.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.argument("name")
def remove(directory: Path, name: str) -> None:
    """Remove the organizer NAME from the campaign's folder DIR.

    They can still open what was sealed to earlier keysets. The server takes nothing for those any more one day
    after a new keyset began, so sign one now.
    """
    CampaignFolder(directory).remove(name)
    click.echo(f"{name} is removed. Sign a keyset to put it into effect: offramp keyset sign")

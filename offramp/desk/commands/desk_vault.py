"""`offramp desk check`, `backup`, `restore` and `passphrase`: what keeps a desk's vault for years."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.commands.at_desk import Place, desk_folder
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.errors import MissingFile
from offramp.desk.files import refuse_existing
from offramp.desk.passphrases import new_passphrase
from offramp.desk.vault.upkeep import Checked, back_up, change_passphrase, last_backup, restore
from offramp.desk.vault.upkeep import check as check_vault
from offramp.desk.vault.vault import Vault


@click.command()
@desk_folder
@passphrase_file
def check(folder: Path, passphrase_file: Path | None) -> None:
    """Open everything in the vault, to see whether it is whole."""
    with _opened(Place.of(folder), passphrase_file) as vault:
        found, backed_up = check_vault(vault), last_backup(vault)
    click.echo(f"The vault is whole: {_in_words(found)}.")
    click.echo(f"Last backup: {backed_up}." if backed_up else "There is no backup of it yet.")


@click.command()
@click.argument("file", type=PATH)
@desk_folder
@passphrase_file
def backup(file: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Write the whole vault to one new FILE, such as on a USB stick.

    It opens with the passphrase that the desk has now. What the desk forgets later is still in it: make a new
    backup from time to time, and destroy the old one.
    """
    refuse_existing(file)
    if not file.absolute().parent.is_dir():
        raise MissingFile(f"There is no folder {file.parent}.")
    with _opened(Place.of(folder), passphrase_file) as vault:
        found = back_up(vault, file, days.today())
    click.echo(f"The backup is in {file}, and is whole: {_in_words(found)}.")
    click.echo("It opens with the passphrase that this desk has now. Keep it apart from the laptop.")


@click.command("restore")
@click.argument("file", type=PATH)
@desk_folder
@passphrase_file
def restore_(file: Path, folder: Path, passphrase_file: Path | None) -> None:
    """Put the backup FILE in the place of the desk's vault.

    The vault that was there is not deleted; it gets another name. On a new laptop, make the desk's folder first:
    'offramp desk new', without a key.
    """
    place = Place.of(folder)
    if not file.is_file():  # said before a passphrase is typed for nothing
        raise MissingFile(f"{file} is not there.")
    kept = restore(file, place.vault, place.passphrase(passphrase_file, of="this backup"))
    click.echo(f"The desk is as it was when this backup was made: {place.vault}")
    if kept:
        click.echo(f"What was there before is in {kept}. Delete it when you no longer need it.")


@click.command()
@desk_folder
@passphrase_file
@click.option(
    "--new-passphrase-file",
    type=PATH,
    metavar="FILE",
    help="Take the new passphrase from FILE instead of asking. For scripts.",
)
def passphrase(folder: Path, passphrase_file: Path | None, new_passphrase_file: Path | None) -> None:
    """Change the desk's passphrase."""
    place = Place.of(folder)
    place.check_vault()
    old = place.passphrase(passphrase_file)
    Vault.open(place.vault, old).close()  # a wrong one is said before a new one is asked for
    change_passphrase(place.vault, old, new_passphrase("This desk", new_passphrase_file))
    click.echo("The desk has its new passphrase. The old one opens it no longer.")
    click.echo("Backups made before still open with the old one: make a new backup, and destroy those.")
    if "passphrase_file" in place.settings:
        click.echo(
            "desk.toml names a passphrase_file: write the new passphrase there, or take that line out."
        )


def _opened(place: Place, source: Path | None) -> contextlib.AbstractContextManager[Vault]:
    place.check_vault()
    return contextlib.closing(Vault.open(place.vault, place.passphrase(source)))


def _in_words(found: Checked) -> str:
    return (
        "1 record, and it opens" if found.records == 1 else f"{found.records:,} records, and all of them open"
    )

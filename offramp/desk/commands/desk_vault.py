"""`offramp desk check`, `backup`, `restore` and `passphrase`: what keeps a desk's vault for years."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.commands.at_desk import Place, desk_folder
from offramp.desk.commands.keys import date_is_right, keys_of
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.commands.warning import warn
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.files import refuse_existing
from offramp.desk.known_root import accept_root, words_of
from offramp.desk.passphrases import new_passphrase
from offramp.desk.vault.upkeep import Checked, back_up, change_passphrase, last_backup, restore
from offramp.desk.vault.upkeep import check as check_vault
from offramp.desk.vault.vault import Vault
from offramp.desk.weekly.clock import doubt
from offramp.desk.weekly.destroying import destroy_confirmed, destroyed, destroyed_from, due
from offramp.desk.weekly.stock import stock


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

    It opens with the passphrase that the desk has now. What the desk forgets later is still in it, and keys that
    the desk destroys later: make a new backup from time to time, and destroy the old one.
    """
    refuse_existing(file)
    if not file.absolute().parent.is_dir():
        raise MissingFile(f"There is no folder {file.parent}.")
    place = Place.of(folder)
    if not place.knows_campaign:
        with _opened(place, passphrase_file) as vault:
            _back_up(vault, file)
        return
    with place.unlocked(passphrase_file) as desk:
        _back_up(desk.vault, file)
        for line in _keys_in_backup(desk):
            click.echo(line)
        warn(desk)


def _back_up(vault: Vault, file: Path) -> None:
    found = back_up(vault, file, days.today())
    click.echo(f"The backup is in {file}, and is whole: {_in_words(found)}.")
    click.echo("It opens with the passphrase that this desk has now. Keep it apart from the laptop.")


def _keys_in_backup(desk: Desk) -> Iterator[str]:
    """What whoever finds the backup later can open with it, and what to do about that."""
    weeks = [one.week for one in stock(desk)]
    if weeks:
        first, last, end = days.in_words(weeks[0]), days.in_words(weeks[-1]), destroyed_from(desk, weeks[0])
        yield f"It has the keys for letters from the week of {first} to that of {last}, and keeps them."
        yield (
            f"This desk destroys the first of them on {days.in_words(end)}: make a new backup by then, and destroy "
            "this one."
        )


@click.command("restore")
@click.argument("file", type=PATH)
@click.option("--yes", is_flag=True, help="This laptop's date is right. Do not ask.")
@desk_folder
@passphrase_file
def restore_(file: Path, folder: Path, passphrase_file: Path | None, yes: bool) -> None:
    """Put the backup FILE in the place of the desk's vault.

    The vault that was there is not deleted; it gets another name. Keys in the backup whose time is over are
    destroyed at once. On a new laptop, make the desk's folder first: 'offramp desk new', without a name.
    """
    place = Place.of(folder)
    if not file.is_file():  # said before a passphrase is typed for nothing
        raise MissingFile(f"{file} is not there.")
    passphrase = place.passphrase(passphrase_file, of="this backup")
    kept = restore(file, place.vault, passphrase)
    click.echo(f"The desk is as it was when this backup was made: {place.vault}")
    if kept:
        click.echo(
            f"What was there before is in {kept}, with keys that nothing destroys there: delete it soon."
        )
    if place.knows_campaign:
        desk = Desk.unlock(place.vault, passphrase, place.campaign)
        try:
            _destroy_again(desk, yes)
        finally:
            desk.lock()


def _destroy_again(desk: Desk, yes: bool) -> None:
    """What was destroyed since the backup was made must not come back with it."""
    if doubt(desk) is not None and (yes or date_is_right([one.week for one in due(desk)])):
        destroy_confirmed(desk)
    gone = [one.week for one in destroyed(desk) if one.day == days.today()]
    if gone:
        click.echo(f"Destroyed, for the time is over: {keys_of(gone)}.")
    warn(desk)


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


@click.command("new-root")
@desk_folder
@click.option("--yes", is_flag=True, help="The ten words were compared already; do not ask.")
@passphrase_file
def new_root(folder: Path, yes: bool, passphrase_file: Path | None) -> None:
    """Go by the campaign's new root key, after its ten words were compared.

    For when the holders of the root key have made another, and this desk has a new copy of the campaign's folder.
    """
    place = Place.of(folder)
    place.check_vault()
    click.echo(f"The campaign's ten words would be: {words_of(place.campaign)}")
    if not yes:
        click.confirm(
            "Did a holder of the root key, whom you know, read you the same words over a call?", abort=True
        )
    accept_root(place.vault, place.passphrase(passphrase_file), place.campaign)
    click.echo("This desk goes by that root key now.")


def _opened(place: Place, source: Path | None) -> contextlib.AbstractContextManager[Vault]:
    place.check_vault()
    return contextlib.closing(Vault.open(place.vault, place.passphrase(source)))


def _in_words(found: Checked) -> str:
    return (
        "1 record, and it opens" if found.records == 1 else f"{found.records:,} records, and all of them open"
    )

"""`offramp desk`: unlock the desk, and serve its pages to a browser on this laptop."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.cases.preparing import prepare
from offramp.desk.commands.at_desk import Place
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.web.here import House
from offramp.desk.web.keeper import Keeper
from offramp.desk.web.ready import begin_to_get_ready
from offramp.desk.web.serving import DeskServer, ending_calmly, on_enter


def serve(folder: Path, *, port: int, lock_after: float, passphrase_file: Path | None) -> None:
    """Serve the desk in `folder` until Ctrl-C. `lock_after` is in minutes.

    Raises NotADeskFolder, MissingFile, WrongPassphrase, VaultInUse and what else Desk.unlock does; OSError where
    the port is taken.
    """
    place = Place.of(folder)
    if not place.vault.is_file():  # said before a passphrase is typed for nothing
        raise MissingFile(f"{place.vault} is not there: this folder has no vault. See 'offramp desk new'.")
    campaign = place.campaign

    def unlock(passphrase: str) -> Desk:
        desk = Desk.unlock(place.vault, passphrase, campaign)
        prepare(desk)  # the first page is as quick as the others
        return desk

    keeper = Keeper(unlock, lock_after=lock_after * 60)
    server = DeskServer(House(keeper, place), port)
    keeper.unlock(place.passphrase(passphrase_file))
    with ending_calmly():
        try:
            begin_to_get_ready(keeper)
            _say_address(server, lock_after)
            server.run()
        finally:
            keeper.end()
    click.echo("\nThe desk is locked, and nothing readable is left.")


def _say_address(server: DeskServer, lock_after: float) -> None:
    click.echo("The desk is open. Open this address in a browser on this laptop. It works once:\n")
    click.echo(f"    {server.door.new_address()}\n")
    click.echo(f"It locks itself when nobody has used it for {_minutes(lock_after)}. Ctrl-C here ends it.")
    if on_enter(lambda: click.echo(f"\n    {server.door.new_address()}\n")):
        click.echo("Press Enter here for another address, if the browser was closed meanwhile.")


def _minutes(number: float) -> str:
    return "a minute" if number == 1 else f"{number:g} minutes"

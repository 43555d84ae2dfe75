"""`offramp desk`: a folder that spares the typing."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.commands.options import PATH
from offramp.desk.desk_folder import SETTINGS, make_desk_folder
from offramp.desk.onion_address import check_onion


@click.group()
def desk() -> None:
    """A desk's folder, so that the commands at it need not be told everything each time."""


@desk.command()
@click.argument("directory", type=PATH, metavar="DIR")
@click.option("--bundle", type=PATH, metavar="FILE", help="Default: inbox.bundle in DIR.")
@click.option("--sent", type=PATH, metavar="FILE", help="Default: sent.bundle in DIR.")
@click.option("--outbox", type=PATH, metavar="FILE", help="Default: outbox.pack in DIR.")
@click.option("--campaign", type=PATH, metavar="FOLDER", help="The campaign's folder, or a copy of it.")
@click.option("--organizer-key", type=PATH, metavar="FILE", help="The key that opens.")
@click.option("--courier-key", type=PATH, metavar="FILE", help="The key that fetches.")
@click.option("--address", metavar="ONION", help="The couriers' onion address.")
@click.option("--socks", metavar="HOST:PORT", help="Tor's SOCKS port.")
@click.option("--control", metavar="PORT|PATH", help="Tor's control port.")
@click.option("--own-tor", type=PATH, metavar="FOLDER", help="Where a tor of our own keeps its state.")
@click.option("--tor-options", type=PATH, metavar="FILE", help="More options for a tor of our own.")
@click.option("--unix-socket", type=PATH, metavar="PATH", help="The server's socket on this machine. No tor.")
@click.option("--passphrase-file", type=PATH, metavar="FILE", help="For a demonstration only.")
def new(directory: Path, address: str | None, **settings: Path | str | None) -> None:
    """Make a desk's folder DIR, with a file desk.toml that you can change later.

    After that, 'offramp fetch --desk DIR' and 'offramp inbox --desk DIR' are enough.
    """
    given = {name: str(value) for name, value in settings.items() if value is not None}
    if address is not None:
        given["address"] = check_onion(address)
    path = make_desk_folder(directory, given)
    # A desk without a network needs no address.
    wanted = ("campaign", "organizer_key", *(("address",) if "courier_key" in given else ()))
    missing = [name for name in SETTINGS if name not in given and name in wanted]
    click.echo(
        f"The desk is described in {path}." + (f" Still to fill in: {', '.join(missing)}." if missing else "")
    )

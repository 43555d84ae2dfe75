"""`offramp courier`: who may fetch submissions. A courier carries them and cannot open them."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.commands.options import PATH, folder, passphrase_file
from offramp.desk.files import PUBLIC, make_private_folder, refuse_existing, write_new
from offramp.desk.keys import CourierKey, load_courier, store_courier
from offramp.desk.onion_address import check_onion
from offramp.desk.people import CourierCard, check_name
from offramp.tor.onion import ClientKey


@click.group()
def courier() -> None:
    """Couriers: the laptops that fetch submissions. They cannot open them."""


@courier.command()
@click.argument("name")
@folder
@passphrase_file
def new(name: str, folder: Path, passphrase_file: Path | None) -> None:
    """Make the key of the courier NAME. Do this on the laptop that will fetch.

    It writes NAME.key, which stays on the laptop, and NAME.courier.toml, which goes to whoever runs the
    server (offramp server enroll-courier).
    """
    secret, public = folder / f"{check_name(name)}.key", folder / f"{name}.courier.toml"
    refuse_existing(secret, public)
    make_private_folder(folder)
    key = CourierKey.generate()
    store_courier(secret, key, passphrase_file)
    card = CourierCard(name, key.public, key.public_client_auth)
    write_new(public, card.write(), mode=PUBLIC)
    click.echo(f"Secret, stays here: {secret}")
    click.echo(f"For whoever runs the server: {public}")
    click.echo(f"Ten words, to read over a call: {card.words}")


@courier.command()
@click.option("--key", type=PATH, required=True, metavar="FILE", help="The courier's key, NAME.key.")
@click.option("--address", required=True, metavar="ONION", help="The couriers' onion address.")
@passphrase_file
def authorize(key: Path, address: str, passphrase_file: Path | None) -> None:
    """Print the line that lets a tor reach the couriers' onion.

    Only for a tor whose control port cannot be used; otherwise 'offramp fetch --control' does it for as
    long as it is needed. The line is secret.
    """
    onion = check_onion(address)
    key_for_tor = ClientKey(load_courier(key, passphrase_file).client_auth)
    click.echo(
        "Put this line into a file whose name ends in .auth_private, such as couriers.auth_private,", err=True
    )
    click.echo(
        "in the folder that tor's setting ClientOnionAuthDir names. Then reload tor. The line is secret.",
        err=True,
    )
    click.echo(key_for_tor.auth_private_line(onion))

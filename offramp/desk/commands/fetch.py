"""`offramp fetch`: carry what waits on the server into a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk.commands.options import PATH, desk_option, passphrase_file, tor_options
from offramp.desk.courier import Courier
from offramp.desk.dialling import through_own_tor, through_tor, to_unix_socket
from offramp.desk.errors import FetchError
from offramp.desk.fetching import Outcome, fetch_all
from offramp.desk.keys import load_courier
from offramp.desk.onion_address import check_onion
from offramp.desk.progress import Progress
from offramp.desk.showing import size_in_words
from offramp.desk.socks import SocksPort
from offramp.desk.wire import Patience, Wire


@click.command()
@click.option("--key", type=PATH, required=True, metavar="FILE", help="The courier's key, NAME.key.")
@click.option("--address", required=True, metavar="ONION", help="The couriers' onion address.")
@click.option(
    "--bundle", type=PATH, required=True, metavar="FILE", help="The file to collect submissions in."
)
@click.option(
    "--socks",
    default="127.0.0.1:9050",
    show_default=True,
    metavar="HOST:PORT",
    help="Tor's SOCKS port. Tor Browser, while it is open, has 127.0.0.1:9150.",
)
@click.option(
    "--control",
    metavar="PORT|PATH",
    help="Tor's control port or socket, to hand tor the courier's authorization. Not needed where "
    "'offramp courier authorize' was used.",
)
@click.option(
    "--own-tor",
    type=PATH,
    metavar="FOLDER",
    help="Run a tor of our own meanwhile, which keeps its state in FOLDER. Instead of --socks and --control.",
)
@tor_options
@click.option("--unix-socket", type=PATH, metavar="PATH", help="A server on this machine, without tor.")
@desk_option
@passphrase_file
def fetch(
    key: Path,
    address: str,
    bundle: Path,
    socks: str,
    control: str | None,
    own_tor: Path | None,
    tor_options: Path | None,
    unix_socket: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Fetch what waits on the server into a bundle, through Tor.

    The bundle is a file of sealed submissions. This laptop cannot open them, unless it has an organizer's
    key too. Bring the file to an organizer, on a USB stick for example. Fetch again with the same file as
    often as you like: it grows by what is new. After an interruption of any kind it goes on where it
    stopped.

    A submission is acknowledged only when it is safely on this disk; the server may delete it then.
    """
    onion = check_onion(address)
    tor = SocksPort.parse(socks)
    courier_key = load_courier(key, passphrase_file)
    if unix_socket:
        way = to_unix_socket(unix_socket)
    elif own_tor:
        way = through_own_tor(own_tor, tor_options, onion, courier_key, say=_say)
    else:
        way = through_tor(tor, onion, courier_key, control)
    watcher = _OnScreen()
    if unix_socket is None:
        click.echo("Asking the couriers' onion, through Tor. The first answer can take a minute.", err=True)
    with way as dial, Wire(dial, onion, Patience()) as wire:
        try:
            outcome = fetch_all(Courier(wire, courier_key, onion), bundle, watcher)
        finally:
            watcher.close()
    _report(outcome, bundle)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _report(outcome: Outcome, bundle: Path) -> None:
    were = "was" if outcome.known == 1 else "were"
    known = f" {outcome.known} {were} in it already." if outcome.known else ""
    new = "1 new submission" if outcome.new == 1 else f"{outcome.new or 'no'} new submissions"
    click.echo(f"{bundle}: {new}.{known}")
    if outcome.missing:
        click.echo(
            f"The server listed {outcome.missing} more and did not give them out. Fetch again.", err=True
        )


class _OnScreen:
    """A bar in bytes, and a line for each retry."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def found(self, count: int, size: int) -> None:
        self.close()
        self._bar = Progress(f"Fetching {count}, {size_in_words(size)}", size)

    def got(self, size: int) -> None:
        if self._bar is not None:
            self._bar.advance(size)

    def retrying(self, error: FetchError, pause: float) -> None:
        click.echo(f"{error} Trying again in {pause:.0f} s.", err=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.finish()
            self._bar = None

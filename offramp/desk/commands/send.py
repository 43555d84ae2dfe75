"""`offramp send`: an adviser's draft to the workers' onion, through Tor."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from offramp.crypto.errors import OfframpError
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.commands.at_desk import Place, desk_folder
from offramp.desk.commands.options import PATH
from offramp.desk.courier.dialling import through_own_tor, through_tor, to_unix_socket
from offramp.desk.courier.socks import SocksPort
from offramp.desk.courier.wire import Dial, Patience, Wire
from offramp.desk.errors import NoKeysets
from offramp.desk.handing.errors import DraftNotTaken
from offramp.desk.handing.sending import envelopes_in, learn_keyset
from offramp.desk.handing.sending import send as post
from offramp.desk.onion_address import check_onion

_USUAL_SOCKS = "127.0.0.1:9050"


@click.command()
@click.argument("file", type=PATH)
@click.option(
    "--address", metavar="ONION", help="The workers' onion. Default: what the campaign's keyset says."
)
@click.option(
    "--socks",
    metavar="HOST:PORT",
    help=f"Tor's SOCKS port; default: {_USUAL_SOCKS}. Tor Browser, while it is open, has 127.0.0.1:9150.",
)
@click.option(
    "--own-tor", type=PATH, metavar="DIR", help="Run a tor of our own meanwhile, with its state in DIR."
)
@click.option(
    "--tor-options", type=PATH, metavar="FILE", help="More options for a tor of our own, as in a torrc."
)
@click.option("--unix-socket", type=PATH, metavar="PATH", help="A server on this machine, without tor.")
@desk_folder
def send(
    file: Path,
    address: str | None,
    socks: str | None,
    own_tor: Path | None,
    tor_options: Path | None,
    unix_socket: Path | None,
    folder: Path,
) -> None:
    """Send FILE, which 'offramp draft' wrote, to the organizers' server through Tor.

    It takes no passphrase, and shows the server nothing but one more sealed letter. Sending it twice does no
    harm.
    """
    envelopes = envelopes_in(file)
    place = Place.of(folder)
    settings = place.settings
    onion = check_onion(address) if address else _onion(place.campaign)
    ways = (own_tor or settings.get("own_tor"), unix_socket or settings.get("unix_socket"))
    options = tor_options or settings.get("tor_options")
    dialled = _dial(onion, socks or settings.get("socks") or _USUAL_SOCKS, *ways, options)
    with dialled as dial, Wire(dial, onion, Patience()) as wire:
        try:
            post(wire, envelopes)
        except DraftNotTaken:
            _learn(wire, place, onion)
            raise
    click.echo(f"The server has it. The organizers get it when they next fetch. You can delete {file}.")


def _learn(wire: Wire, place: Place, onion: str) -> None:
    """The keys of this week come from the server itself; nobody has to bring a newer copy of the campaign."""
    try:
        learn_keyset(wire, place.campaign, onion)
    except OfframpError as error:
        click.echo(f"The keys of this week could not be taken from the server: {error}", err=True)


def _onion(campaign: CampaignFolder) -> str:
    newest = campaign.newest_keyset()
    if newest is None:
        raise NoKeysets(
            f"There is no keyset in {campaign.keysets}, so the address is not known. Give it: --address"
        )
    return newest.onion


def _dial(
    onion: str,
    socks: str,
    own_tor: Path | str | None,
    unix_socket: Path | str | None,
    options: Path | str | None,
) -> contextlib.AbstractContextManager[Dial]:
    if unix_socket:
        return to_unix_socket(Path(unix_socket))
    _say("Asking the workers' onion, through Tor. The first answer can take a minute.")
    if own_tor:
        return through_own_tor(Path(own_tor), Path(options) if options else None, onion, None, say=_say)
    return through_tor(SocksPort.parse(socks), onion, None, None)


def _say(line: str) -> None:
    click.echo(line, err=True)

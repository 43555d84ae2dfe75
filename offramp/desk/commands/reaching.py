"""How fetch and push reach the couriers' side: the options that they share, and what is shown meanwhile."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import click

from offramp.desk import days
from offramp.desk.commands.options import PATH, desk_option, passphrase_file
from offramp.desk.courier.client import Courier
from offramp.desk.courier.dialling import through_own_tor, through_tor, to_unix_socket
from offramp.desk.courier.server_status import warnings
from offramp.desk.courier.socks import SocksPort
from offramp.desk.courier.wire import Dial, Patience, Wire
from offramp.desk.errors import CourierError
from offramp.desk.keys import CourierKey, load_courier
from offramp.desk.onion_address import check_onion
from offramp.desk.progress import Progress
from offramp.desk.showing import size_in_words


@dataclass(frozen=True, slots=True)
class Way:
    """What the shared options say."""

    key: Path
    address: str
    socks: str
    control: str | None
    own_tor: Path | None
    tor_options: Path | None
    unix_socket: Path | None
    passphrase_file: Path | None

    @contextlib.contextmanager
    def courier(self) -> Iterator[Courier]:
        """Whoever speaks to the server; CourierErrors, TorErrors, and what is wrong with the key."""
        onion = check_onion(self.address)
        tor = SocksPort.parse(self.socks)
        key = load_courier(self.key, self.passphrase_file)
        if self.unix_socket is None:
            say("Asking the couriers' onion, through Tor. The first answer can take a minute.")
        with self._dial(tor, onion, key) as dial, Wire(dial, onion, Patience()) as wire:
            yield Courier(wire, key, onion)

    def _dial(self, tor: SocksPort, onion: str, key: CourierKey) -> contextlib.AbstractContextManager[Dial]:
        if self.unix_socket:
            return to_unix_socket(self.unix_socket)
        if self.own_tor:
            return through_own_tor(self.own_tor, self.tor_options, onion, key, say=say)
        return through_tor(tor, onion, key, self.control)


_SOCKS: Final = click.option(
    "--socks",
    default="127.0.0.1:9050",
    show_default=True,
    metavar="HOST:PORT",
    help="Tor's SOCKS port. Tor Browser, while it is open, has 127.0.0.1:9150.",
)
_OTHER_WAYS: Final = (
    click.option(
        "--own-tor",
        type=PATH,
        metavar="FOLDER",
        help="Run a tor of our own meanwhile, which keeps its state in FOLDER. Instead of one "
        "that runs already.",
    ),
    click.option(
        "--tor-options",
        type=PATH,
        metavar="FILE",
        help="More options for a tor of our own, as in a torrc: bridges, for example.",
    ),
    click.option("--unix-socket", type=PATH, metavar="PATH", help="A server on this machine, without tor."),
)
TO_AN_ONION: Final = (_SOCKS, *_OTHER_WAYS)
"""How any onion is reached."""

_OPTIONS: Final = (
    click.option("--key", type=PATH, required=True, metavar="FILE", help="The courier's key, NAME.key."),
    click.option("--address", required=True, metavar="ONION", help="The couriers' onion address."),
    _SOCKS,
    click.option(
        "--control",
        metavar="PORT|PATH",
        help="Tor's control port or socket, to hand tor the courier's authorization. Not needed where "
        "'offramp courier authorize' was used.",
    ),
    *_OTHER_WAYS,
    desk_option,
    passphrase_file,
)


def reaches_couriers(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command these options, and what they say as its argument `way`."""

    @functools.wraps(command)
    def with_way(**given: Any) -> None:
        way = Way(**{one.name: given.pop(one.name) for one in fields(Way)})
        command(way=way, **given)

    for option in reversed(_OPTIONS):
        with_way = option(with_way)
    return with_way


def warn(courier: Courier) -> None:
    """Say what of the server's calendar, card and room must be heard of. What was done before is done."""
    try:
        status = courier.status()
    except CourierError:
        say("The server did not say until when its calendar and its card last.")
        return
    for warning in warnings(status, days.today()):
        say(warning)


def say(line: str) -> None:
    """To whoever sits there, beside what the command itself says."""
    click.echo(line, err=True)


class OnScreen:
    """A bar in bytes, and a line for each retry."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._bar: Progress | None = None

    def found(self, count: int, size: int) -> None:
        self.close()
        self._bar = Progress(f"{self._doing} {count}, {size_in_words(size)}", size)

    def got(self, size: int) -> None:
        if self._bar is not None:
            self._bar.advance(size)

    def retrying(self, error: CourierError, pause: float) -> None:
        say(f"{error} Trying again in {pause:.0f} s.")

    def close(self) -> None:
        if self._bar is not None:
            self._bar.finish()
            self._bar = None

"""Both onion addresses of a server's folder, handed to the publisher."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from offramp.accounts import our_name
from offramp.disk import is_shared
from offramp.server.capacity.limits import read_limits
from offramp.server.errors import DidNotStart, SocketsOutOfReach
from offramp.server.layout import ServerFolder, load_couriers
from offramp.server.upkeep.moved import mark_of, require_not_moved
from offramp.tor.key_file import load_onion_key
from offramp.tor.own import own_tor
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService, ProofOfWork

DEFAULT_CONTROL: Final = "/run/tor/control"  # Debian's
FIRST_SECONDS: Final = 150.0
"""How long the first publication may take: tor may have to get to know its network first."""


def publish_both(
    folder: ServerFolder,
    control: str | None,
    *,
    announce: Callable[[], None],
    say: Callable[[str], None],
    require_tor: Callable[[], None] = lambda: None,
) -> None:
    """Publish until SIGTERM; *announce* is called once visitors can find the workers' address.

    *control* is the path or the number of the port where tor is controlled; *say* gets the publisher's news.
    *require_tor* is called every second, and may raise to end it all.
    Raises TorError when this tor cannot publish for us or cannot reach our sockets, DidNotStart.
    """
    require_not_moved(folder)
    publisher = Publisher(_where(control), lambda: services(folder), say)
    publisher.check()
    require_reach(folder, publisher.tor_user())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping = threading.Thread(target=publisher.run, args=(stop,), name="publisher")
    keeping.start()
    try:
        _wait_for_first(publisher, load_onion_key(folder.intake_key).address, stop)
        announce()
        while not stop.wait(1.0):
            require_tor()
    finally:
        stop.set()
        keeping.join()


def with_own_tor(
    state: Path, more_options: Path | None, publish: Callable[..., None], *, say: Callable[[str], None]
) -> None:
    """Run a tor of our own and hand it to *publish*; the tor ends when that returns, and that when tor ends.

    *state* is the folder in which it keeps its guards; *more_options* is a torrc.  Raises TorError.
    """
    with own_tor(state.absolute(), say, socks=False, more_options=more_options) as tor:
        publish(str(tor.control_port), require_tor=tor.require_running)


def services(folder: ServerFolder) -> list[OnionService]:
    """What is to be published: for everybody, and for the couriers that are enrolled by now."""
    if mark_of(folder).exists():
        return []  # another machine has the addresses now
    couriers = tuple(courier.client_auth for courier in load_couriers(folder))
    limits = read_limits(folder.limits)
    # Other numbers are another service: the publisher makes the onion anew with them, under the same address.
    proof = ProofOfWork(limits.pow_rate, limits.pow_burst)
    return [
        OnionService(load_onion_key(folder.intake_key), folder.intake_socket, pow=proof),
        OnionService(load_onion_key(folder.couriers_key), folder.couriers_socket, client_auth=couriers),
    ]


def require_reach(folder: ServerFolder, tor_user: str) -> None:
    """Raise SocketsOutOfReach where tor is another user, whom our sockets' folder does not let in."""
    lets_in = all(map(_lets_in, (folder.intake_socket, folder.couriers_socket)))
    if tor_user not in ("", "root", our_name()) and not lets_in:
        raise SocketsOutOfReach(
            f"tor runs as the user {tor_user}, and cannot reach the sockets in {folder.sockets}. "
            "`deploy/install` makes folders that let it in; give --sockets /run/offramp then. Or run a tor of our own "
            "with --own-tor FOLDER."
        )


def _lets_in(socket: Path) -> bool:
    """Whether a group may connect to the socket: its folder hands its group down."""
    return socket.parent.is_dir() and is_shared(socket.parent)


def _wait_for_first(publisher: Publisher, address: str, stop: threading.Event) -> None:
    # In short pieces, so that a signal is heeded in between.
    for _ in range(int(FIRST_SECONDS)):
        if publisher.wait_published(address, seconds=1.0):
            return
        if stop.is_set():
            return
    raise DidNotStart(f"tor has not published {address} in {FIRST_SECONDS:.0f} seconds.")


def _where(control: str | None) -> str | int:
    if control is None:
        return DEFAULT_CONTROL
    return int(control) if control.isdecimal() else control

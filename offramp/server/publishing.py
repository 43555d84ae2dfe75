"""Both onion addresses of a server's folder, handed to the publisher."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from offramp.server.errors import DidNotStart
from offramp.server.layout import ServerFolder, load_couriers
from offramp.tor.key_file import load_onion_key
from offramp.tor.own import own_tor
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService

DEFAULT_CONTROL: Final = "/run/tor/control"  # Debian's
FIRST_SECONDS: Final = 150.0
"""How long the first publication may take: tor may have to get to know its network first."""


def publish_both(
    folder: ServerFolder, control: str | None, *, announce: Callable[[], None], say: Callable[[str], None]
) -> None:
    """Publish until SIGTERM; *announce* is called once visitors can find the workers' address.

    *control* is the path or the number of the port where tor is controlled; *say* gets the publisher's news.
    Raises TorError when this tor cannot publish for us, DidNotStart.
    """
    publisher = Publisher(_where(control), lambda: services(folder), say)
    publisher.check()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping = threading.Thread(target=publisher.run, args=(stop,), name="publisher")
    keeping.start()
    try:
        _wait_for_first(publisher, load_onion_key(folder.intake_key).address, stop)
        announce()
        stop.wait()
    finally:
        stop.set()
        keeping.join()


def with_own_tor(
    state: Path, more_options: Path | None, publish: Callable[[str], None], *, say: Callable[[str], None]
) -> None:
    """Run a tor of our own and hand its control port to *publish*; the tor ends when that returns.

    *state* is the folder in which it keeps its guards; *more_options* is a torrc.  Raises TorError.
    """
    with own_tor(state.absolute(), say, more_options=more_options) as tor:
        publish(str(tor.control_port))


def services(folder: ServerFolder) -> list[OnionService]:
    """What is to be published: for everybody, and for the couriers that are enrolled by now."""
    couriers = tuple(courier.client_auth for courier in load_couriers(folder))
    return [
        OnionService(load_onion_key(folder.intake_key), folder.intake_socket, pow=True),
        OnionService(load_onion_key(folder.couriers_key), folder.couriers_socket, client_auth=couriers),
    ]


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

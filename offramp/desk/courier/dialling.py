"""The two ways to a server: through tor, and for a demonstration a unix socket on this machine."""

from __future__ import annotations

import contextlib
import functools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from offramp.desk.courier.socks import SocksPort, dial_onion
from offramp.desk.courier.wire import Dial
from offramp.desk.errors import ServerNotRunning
from offramp.desk.keys import CourierKey
from offramp.tor.onion import ClientKey

ONION_PORT: Final = 80
# After a restart of the server's tor, a client needs up to 35 s; tor itself gives up after 120.
_ONION_SECONDS: Final = 120.0


@contextlib.contextmanager
def through_tor(tor: SocksPort, onion: str, key: CourierKey | None, control: str | None) -> Iterator[Dial]:
    """Through tor's SOCKS port; with `control`, tor gets the courier's client authorization meanwhile.

    The workers' onion needs none, and so no key.
    """
    with _authorized(control, onion, key) if control and key else contextlib.nullcontext():
        yield functools.partial(dial_onion, tor, onion, ONION_PORT, seconds=_ONION_SECONDS)


@contextlib.contextmanager
def through_own_tor(
    folder: Path, more_options: Path | None, onion: str, key: CourierKey | None, *, say: Callable[[str], None]
) -> Iterator[Dial]:
    """Through a tor that runs only meanwhile, and keeps its state in `folder`; any `TorError`."""
    from offramp.tor.own import own_tor

    with own_tor(folder.absolute(), say, more_options=more_options) as tor:
        socks = SocksPort("127.0.0.1", tor.socks_port)
        with through_tor(socks, onion, key, str(tor.control_port)) as dial:
            yield dial


def _authorized(control: str, onion: str, key: CourierKey) -> contextlib.AbstractContextManager[None]:
    # Only here: stem takes a tenth of a second to import, and most laptops have an .auth_private file.
    from offramp.tor.client_auth import authorized

    where = int(control) if control.isdigit() else control
    return authorized(where, onion, ClientKey(key.client_auth))


@contextlib.contextmanager
def to_unix_socket(path: Path) -> Iterator[Dial]:
    """To a server on this machine."""
    yield functools.partial(_dial_unix, path)


def _dial_unix(path: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    try:
        line.connect(str(path))
    except OSError:
        line.close()
        raise ServerNotRunning(f"No server answers at {path}. Is 'offramp serve' running?") from None
    return line

"""tor goes, comes back, and takes another cookie: `publish` says so, waits, and has both addresses back by itself."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.tor.key_file import load_onion_key
from tests.faults.servers import ServerOnDisk
from tests.harness.children import wait_for
from tests.harness.tor_process import ControlRefused, TorProcess, offline_tor

pytestmark = pytest.mark.tor


@pytest.fixture
def tor(place: Path) -> Iterator[TorProcess]:
    """A tor that stays off every network, and knows all commands."""
    tor = offline_tor(place / "tor")
    yield tor
    tor.kill()


def has_both(tor: TorProcess, server: ServerOnDisk) -> bool:
    """Whether somebody publishes both: tor tells nobody else whose they are, but refuses them a second time."""
    return all(_is_taken(tor, path) for path in (server.folder.intake_key, server.folder.couriers_key))


def _is_taken(tor: TorProcess, key: Path) -> bool:
    try:
        # Where it is not, it is so for as long as this connection lasts.
        tor.ask(f"ADD_ONION {load_onion_key(key).for_add_onion} Port=80")
    except ControlRefused as refusal:
        return "550" in str(refusal)
    return False


def test_tor_is_killed_and_started_again(server: ServerOnDisk, tor: TorProcess) -> None:
    publisher = server.start("publish", "--control", str(tor.control_socket))
    wait_for("both onions", lambda: has_both(tor, server), seconds=60)
    for _ in range(2):
        cookie = tor.cookie.read_bytes()
        tor.kill()
        server.wait_until_said("No tor answers there")
        tor.launch()
        tor.wait_ready()
        assert tor.cookie.read_bytes() != cookie
        wait_for("both onions", lambda: has_both(tor, server), seconds=60)
    assert publisher.poll() is None


def test_the_cookie_is_another_one(server: ServerOnDisk, tor: TorProcess) -> None:
    """As after a restart of tor whose cookie cannot be written; it is told what to do until it is right again."""
    publisher = server.start("publish", "--control", str(tor.control_socket))
    wait_for("both onions", lambda: has_both(tor, server), seconds=60)
    tor.kill()
    server.wait_until_said("No tor answers there")
    tor.launch()
    tor.wait_ready()
    right = tor.cookie.read_bytes()
    tor.cookie.write_bytes(secrets.token_bytes(32))
    server.wait_until_said("does not take the cookie in")
    tor.cookie.write_bytes(right)
    wait_for("both onions", lambda: has_both(tor, server), seconds=60)
    assert publisher.poll() is None

"""`offramp fetch` and `push` through a real tor, to an onion that only enrolled couriers reach."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.bundle import read_bundle
from offramp.crypto.pack import HEADER, ParcelPost, frame
from offramp.desk import days
from offramp.desk.errors import AuthorizationMissing, AuthorizationRefused
from offramp.tor.key_file import load_onion_key
from offramp.tor.onion import client_auth_v3
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService
from tests.desk.team import Team, sealed
from tests.desk.test_fetch import Server
from tests.harness.private_tor import PrivateTor

pytestmark = pytest.mark.tor


@pytest.fixture
def onion(desk: Path, team: Team, private_tor: PrivateTor) -> Iterator[Server]:
    """The couriers' side behind its onion, where carla is enrolled and mallory is not."""
    server = Server(desk, team.root)
    service = OnionService(
        load_onion_key(server.folder.couriers_key),
        server.folder.couriers_socket,
        client_auth=(client_auth_v3(team.carla.public_client_auth),),
    )
    publisher = Publisher(str(private_tor.host.control_socket), lambda: [service], lambda _: None)
    stop = threading.Event()
    keeper = threading.Thread(target=publisher.run, args=(stop,))
    keeper.start()
    try:
        assert publisher.wait_published(server.address, seconds=120), private_tor.logs()
        yield server
    finally:
        stop.set()
        keeper.join()
        server.stop()
        server.store.close()


def test_only_an_enrolled_courier_gets_there(
    onion: Server, team: Team, desk: Path, private_tor: PrivateTor
) -> None:
    envelopes = [sealed(team.first, f"letter {number}") for number in range(40)]
    onion.add(*envelopes)

    def run(command: str, key: str, *options: str) -> tuple[int, str]:
        always = ["--address", onion.address, "--passphrase-file", "pw"]
        socks = ["--socks", f"127.0.0.1:{private_tor.socks_port}"]
        result = CliRunner().invoke(offramp, [command, "--key", key, *always, *socks, *options])
        return result.exit_code, (result.stdout + result.stderr).splitlines()[-1]

    def fetch(key: str, *options: str) -> tuple[int, str]:
        return run("fetch", key, "--bundle", "inbox.bundle", *options)

    def push(key: str, *options: str) -> tuple[int, str]:
        return run("push", key, "stick.pack", *options)

    control = ("--control", str(private_tor.client.control_socket))
    assert fetch("carla.key") == (1, str(AuthorizationMissing()))
    assert fetch("mallory.key", *control) == (1, str(AuthorizationRefused()))
    assert fetch("carla.key", *control)[0] == 0
    assert sorted(read_bundle(desk / "inbox.bundle")) == sorted(envelopes)
    parcel = ParcelPost(days.today(), secrets.token_bytes(1_048_832))
    (desk / "stick.pack").write_bytes(HEADER + frame(parcel))
    assert push("mallory.key", *control) == (1, str(AuthorizationRefused()))
    assert push("carla.key", *control)[0] == 0
    assert (onion.folder.path / "board" / "parcels" / parcel.id.hex()).read_bytes() == parcel.parcel
    private_tor.forget_onions()
    assert fetch("carla.key") == (1, str(AuthorizationMissing()))  # what --control gave, it took back

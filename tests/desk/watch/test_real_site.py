"""The watcher and the real intake: what it finds there is what the server's own pages show, also through Tor."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.words import campaign_code, campaign_words
from offramp.tor.key_file import load_onion_key
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService
from tests.harness.children import end_child
from tests.harness.private_tor import PrivateTor
from tests.server.running import TestServer, make_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    server = make_server(tmp_path)
    server.start_intake()
    yield server
    for child in server.children:
        end_child(child)


def look(server: TestServer, *options: object) -> tuple[int, dict[str, str]]:
    given = ["watch", server.campaign.onion, "--json", *map(str, options)]
    result = CliRunner().invoke(offramp, given)
    return result.exit_code, json.loads(result.stdout)


def test_the_servers_own_site_is_well(server: TestServer) -> None:
    words = campaign_words(server.campaign.onion, server.campaign.root)
    code = campaign_code(server.campaign.onion, server.campaign.root)
    socket = ("--unix-socket", server.folder.intake_socket)
    status, found = look(server, "--words", words, "--code", code, *socket)
    assert (status, found["outcome"], found["words"], found["code"]) == (0, "well", words, code)


def test_a_site_whose_calendar_is_over_is_closed(server: TestServer) -> None:
    for path in server.folder.keysets.iterdir():
        path.unlink()
    for child in server.children:
        end_child(child)
    server.start_intake()
    status, found = look(server, "--unix-socket", server.folder.intake_socket)
    assert (status, found["outcome"], found["reason"]) == (3, "closed", "SiteClosed")


@pytest.mark.tor
def test_through_a_real_tor(server: TestServer, private_tor: PrivateTor) -> None:
    service = OnionService(load_onion_key(server.folder.intake_key), server.folder.intake_socket)
    publisher = Publisher(str(private_tor.host.control_socket), lambda: [service], lambda _: None)
    stop = threading.Event()
    keeper = threading.Thread(target=publisher.run, args=(stop,))
    keeper.start()
    try:
        assert publisher.wait_published(server.campaign.onion, seconds=120), private_tor.logs()
        words = campaign_words(server.campaign.onion, server.campaign.root)
        status, found = look(server, "--words", words, "--socks", f"127.0.0.1:{private_tor.socks_port}")
    finally:
        stop.set()
        keeper.join()
    assert (status, found["outcome"]) == (0, "well"), found

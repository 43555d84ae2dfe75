"""The watcher and the real intake: what it finds there is what the server's own pages show, also through Tor."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from offramp.campaign import DEFAULT_CAMPAIGN, translation_beside, translations_of
from offramp.cli import offramp
from offramp.crypto.words import campaign_code, campaign_words
from offramp.server.layout import load
from offramp.server.signed.manifests import add_manifest
from offramp.site.pages import render_files
from offramp.tor.key_file import load_onion_key
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService
from tests.harness.children import end_child, wait_for
from tests.harness.private_tor import PrivateTor
from tests.server.running import TestServer, make_server
from tests.server.signed.made import manifest_for


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    server = make_server(tmp_path)
    for code, path in translations_of(DEFAULT_CAMPAIGN).items():
        translation_beside(server.folder.campaign, code).write_bytes(path.read_bytes())
    (tmp_path / "manifest").write_bytes(manifest_for(server.folder, server.campaign).raw)
    add_manifest(server.folder, tmp_path / "manifest", clock=time.time)
    server.start_intake()
    yield server
    for child in server.children:
        end_child(child)


def look(server: TestServer, *options: object) -> tuple[int, dict[str, Any]]:
    given = ["watch", server.campaign.onion, "--json", *map(str, options)]
    result = CliRunner().invoke(offramp, given)
    return result.exit_code, json.loads(result.stdout)


def test_the_servers_own_site_is_well(server: TestServer) -> None:
    words = campaign_words(server.campaign.onion, server.campaign.root)
    code = campaign_code(server.campaign.onion, server.campaign.root)
    socket = ("--unix-socket", server.folder.intake_socket)
    status, found = look(server, "--words", words, "--code", code, *socket)
    assert (status, found["outcome"], found["words"], found["code"]) == (0, "well", words, code)
    served = render_files(load(server.folder).campaign, server.campaign.root, 1, server.campaign.onion)
    assert found["files_as_signed"] == len(served) > 30


def test_a_server_with_another_campaign_toml_and_no_calendar(server: TestServer) -> None:
    """The pages say something else than was signed; and nothing can be sent, which is the lesser thing."""
    for path in server.folder.keysets.iterdir():
        path.unlink()
    socket = ("--unix-socket", server.folder.intake_socket)
    wait_for("the server to see it", lambda: look(server, "--quick", *socket)[0] == 3, seconds=30)
    status, found = look(server, *socket)
    assert (status, found["outcome"], found["reason"]) == (3, "closed", "SiteClosed")
    words = server.folder.campaign.read_text()
    tagline = next(line for line in words.splitlines() if line.startswith("tagline"))
    server.folder.campaign.write_text(words.replace(tagline, 'tagline = "Tell us your name"'))
    for child in server.children:
        end_child(child)
    server.start_intake()
    status, found = look(server, *socket)
    assert (status, found["outcome"]) == (4, "wrong")
    assert "/about is not the file that was signed: its bytes are others." in {
        one["says"] for one in found["wrong"]
    }
    assert not [one for one in found["wrong"] if "/static/" in one["says"]]


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
    assert found["files_as_signed"] > 30

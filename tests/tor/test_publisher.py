"""Publishing on a private Tor network: what a visitor gets, and what comes back after which accident."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.tor.client_auth import authorized
from offramp.tor.errors import ClientAuthTaken, NotAnOnionAddress
from offramp.tor.onion import ClientKey, OnionKey
from offramp.tor.service import OnionService, ProofOfWork
from tests.harness.children import wait_for
from tests.harness.private_tor import PrivateTor
from tests.harness.wire import Relay
from tests.tor.helpers import (
    NO_CLIENT_KEY,
    WRONG_CLIENT_KEY,
    fetch,
    fetch_until,
    greeting_server,
    publishing,
)

pytestmark = [pytest.mark.tor, pytest.mark.timeout(600)]

GREETING = b"behind the onion"
SECONDS = 120.0


@pytest.fixture
def target(short_folder: Path) -> Iterator[Path]:
    with greeting_server(short_folder / "site.sock") as path:
        yield path


@pytest.fixture
def public(target: Path) -> OnionService:
    return OnionService(OnionKey.generate(), target, pow=ProofOfWork())


def _control(network: PrivateTor) -> str:
    return str(network.host.control_socket)


def _visit(network: PrivateTor, address: str, wanted: bytes | int = GREETING) -> None:
    fetch_until(network.socks_port, address, wanted, seconds=SECONDS, between=network.forget_onions)


def _visit_with_key(
    network: PrivateTor, address: str, key: ClientKey, wanted: bytes | int = GREETING
) -> None:
    network.forget_onions_at_once()  # first: it makes tor forget clients' keys as well
    with authorized(str(network.client.control_socket), address, key):
        fetch_until(network.socks_port, address, wanted, seconds=SECONDS)


def test_a_visitor_reaches_the_public_onion(private_tor: PrivateTor, public: OnionService) -> None:
    with publishing(_control(private_tor), lambda: [public]) as (publisher, events):
        assert publisher.wait_published(public.address, seconds=SECONDS), events
        assert publisher.published == {public.address}
        _visit(private_tor, public.address)
        assert f"{public.address} is published." in events
    assert publisher.published == frozenset()


def test_a_stopped_publisher_leaves_no_onion(private_tor: PrivateTor, public: OnionService) -> None:
    with publishing(_control(private_tor), lambda: [public]) as (publisher, events):
        assert publisher.wait_published(public.address, seconds=SECONDS), events
        _visit(private_tor, public.address)
    private_tor.forget_onions()
    assert isinstance(fetch(private_tor.socks_port, public.address, seconds=20), int)


def test_the_onion_comes_back_after_tor_was_killed(private_tor: PrivateTor, public: OnionService) -> None:
    with publishing(_control(private_tor), lambda: [public]) as (publisher, events):
        assert publisher.wait_published(public.address, seconds=SECONDS), events
        _visit(private_tor, public.address)
        private_tor.kill_host_tor()
        wait_for("the loss to be noticed", lambda: not publisher.published, seconds=30)
        private_tor.start_host_tor()
        assert publisher.wait_published(public.address, seconds=SECONDS), events
        private_tor.forget_onions()
        _visit(private_tor, public.address)


def test_the_onion_comes_back_when_the_control_connection_dropped(
    private_tor: PrivateTor, public: OnionService, short_folder: Path
) -> None:
    with Relay(private_tor.host.control_socket, short_folder / "control") as relay:
        with publishing(str(relay.address), lambda: [public]) as (publisher, events):
            assert publisher.wait_published(public.address, seconds=SECONDS), events
            relay.cut()
            wait_for("the loss to be noticed", lambda: not publisher.published, seconds=30)
            assert publisher.wait_published(public.address, seconds=SECONDS), events
            private_tor.forget_onions()
            _visit(private_tor, public.address)


def test_the_onion_survives_a_reload_of_tor(private_tor: PrivateTor, public: OnionService) -> None:
    with publishing(_control(private_tor), lambda: [public]) as (publisher, events):
        assert publisher.wait_published(public.address, seconds=SECONDS), events
        private_tor.host.ask("SIGNAL HUP")
        private_tor.forget_onions()
        _visit(private_tor, public.address)
        assert public.address in publisher.published
        assert len([event for event in events if "is published" in event]) == 1


def test_only_enrolled_couriers_reach_their_onion(private_tor: PrivateTor, target: Path) -> None:
    enrolled, stranger = ClientKey.generate(), ClientKey.generate()
    service = OnionService(OnionKey.generate(), target, (enrolled.for_client_auth_v3,))
    with publishing(_control(private_tor), lambda: [service]) as (publisher, events):
        assert publisher.wait_published(service.address, seconds=SECONDS), events
        _visit(private_tor, service.address, NO_CLIENT_KEY)
        _visit_with_key(private_tor, service.address, stranger, WRONG_CLIENT_KEY)
        _visit_with_key(private_tor, service.address, enrolled)
        _visit(private_tor, service.address, NO_CLIENT_KEY)  # the key was taken back


def test_enrolling_and_dismissing_a_courier(private_tor: PrivateTor, target: Path) -> None:
    first, second = ClientKey.generate(), ClientKey.generate()
    key = OnionKey.generate()
    services = [OnionService(key, target, (first.for_client_auth_v3,))]
    with publishing(_control(private_tor), lambda: list(services)) as (publisher, events):
        assert publisher.wait_published(key.address, seconds=SECONDS), events
        _visit_with_key(private_tor, key.address, first)
        services[0] = OnionService(key, target, (second.for_client_auth_v3,))
        wait_for("the change to be noticed", lambda: not publisher.published, seconds=30)
        assert publisher.wait_published(key.address, seconds=SECONDS), events
        _visit_with_key(private_tor, key.address, second)
        _visit_with_key(private_tor, key.address, first, WRONG_CLIENT_KEY)


def test_a_key_that_tor_holds_already_is_left_to_it(private_tor: PrivateTor) -> None:
    key, other, address = ClientKey.generate(), ClientKey.generate(), OnionKey.generate().address
    client = private_tor.client
    client.ask(key.control_line(address))
    with authorized(str(client.control_socket), address, key):
        pass
    bare = address.removesuffix(".onion")
    assert f"CLIENT {bare} {key.for_control}" in client.ask(f"ONION_CLIENT_AUTH_VIEW {bare}")[1]
    with pytest.raises(ClientAuthTaken), authorized(str(client.control_socket), address, other):
        pass
    client.ask(f"ONION_CLIENT_AUTH_REMOVE {bare}")


def test_the_key_is_taken_back_after_a_failure(private_tor: PrivateTor) -> None:
    address = OnionKey.generate().address
    client = private_tor.client
    with pytest.raises(RuntimeError), authorized(str(client.control_socket), address, ClientKey.generate()):
        raise RuntimeError
    view = client.ask(f"ONION_CLIENT_AUTH_VIEW {address.removesuffix('.onion')}")
    assert not [line for line in view if line.startswith("CLIENT ")]


def test_an_address_that_was_copied_wrongly(private_tor: PrivateTor) -> None:
    with pytest.raises(NotAnOnionAddress):
        with authorized(str(private_tor.client.control_socket), "a" * 56 + ".onion", ClientKey.generate()):
            pass

"""A server moves to another machine, and the doctor visits both through a private Tor network: the address stays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from offramp.server.backup import sealing
from offramp.server.backup.restoring import restore
from offramp.server.backup.taking import take_backup
from offramp.server.doctor import Finding, Patient, State, look, reach
from offramp.server.layout import ServerFolder
from offramp.server.publishing import services
from tests.harness.children import GaveUpWaiting, end_child, wait_for
from tests.harness.private_tor import PrivateTor
from tests.server.running import TestServer, is_receipt, make_server, submit
from tests.tor.helpers import publishing

pytestmark = [pytest.mark.tor, pytest.mark.timeout(600)]

PASSPHRASE = "a long passphrase of the test"
SECONDS = 180.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sealing.test_only_cost, "ops", 1)
    monkeypatch.setitem(sealing.test_only_cost, "mem", 8192)
    monkeypatch.setattr(reach, "SECONDS", 30.0)


@pytest.fixture
def machine() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="offramp-") as folder:
        yield Path(folder)


@contextmanager
def published(network: PrivateTor, folder: ServerFolder) -> Iterator[None]:
    with publishing(str(network.host.control_socket), lambda: services(folder)) as (publisher, _):
        for service in services(folder):
            assert publisher.wait_published(service.address, seconds=SECONDS), network.logs()
        yield


def visit(network: PrivateTor, folder: ServerFolder, check: str, wanted: State) -> Finding:
    """What the doctor says, once it is what is wanted: it takes a while until the network knows of a change."""

    def found() -> Finding | None:
        network.forget_onions()
        patient = Patient(folder, str(network.client.control_socket))  # which tells its own port for visitors
        with closing(patient):
            (one,) = look(check, patient)
        return one if one.state is wanted else None

    try:
        answer = wait_for(f"{check}: {wanted}", found, seconds=SECONDS, pause=0.5)
    except GaveUpWaiting:
        pytest.fail(network.logs())
    assert isinstance(answer, Finding)
    return answer


def test_the_address_goes_along(private_tor: PrivateTor, machine: Path) -> None:
    (machine / "a").mkdir()
    server, elsewhere = make_server(machine / "a"), ServerFolder.at(machine / "b")
    envelope = server.envelope()
    try:
        server.start_intake()
        server.start_couriers()
        with published(private_tor, server.folder):
            visit(private_tor, server.folder, "workers-address", State.FINE)
            visit(private_tor, server.folder, "couriers-address", State.FINE)
            assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)

            take_backup(server.folder, machine / "backup", PASSPHRASE, last=True)
            assert [child.wait(20) for child in server.children] == [0, 0]
            unreachable = visit(private_tor, server.folder, "workers-address", State.WRONG)
            assert "not reachable through Tor" in unreachable.sentence

        restore(machine / "backup", elsewhere, PASSPHRASE)
        moved = TestServer(
            elsewhere.path,
            server.campaign,
            server.courier,
            server.keyset,
            machine / "log",
            server.couriers_address,
        )
        server.children = moved.children  # to be ended with it
        assert moved.stored() == server.stored() != set()
        moved.start_intake()
        moved.start_couriers()
        with published(private_tor, elsewhere):
            visit(private_tor, elsewhere, "workers-address", State.FINE)
            visit(private_tor, elsewhere, "couriers-address", State.FINE)
            assert "is not this server" in at_an_older_copy(private_tor, elsewhere, machine / "c").sentence
    finally:
        for child in server.children:
            end_child(child)


def at_an_older_copy(network: PrivateTor, running: ServerFolder, folder: Path) -> Finding:
    """What the doctor says on a machine that thinks that it has the address of a server which runs elsewhere."""
    folder.mkdir()
    copy = make_server(folder)
    try:
        copy.start_intake()
        copy.folder.intake_address.write_bytes(running.intake_address.read_bytes())
        return visit(network, copy.folder, "workers-address", State.WRONG)
    finally:
        for child in copy.children:
            end_child(child)

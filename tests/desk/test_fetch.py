"""`offramp fetch` against the real couriers' side under gunicorn, killed at any point."""

from __future__ import annotations

import random
import socket
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.bundle import read_bundle
from offramp.crypto.envelope import envelope_id, read_header
from offramp.desk.keys import RootKey
from offramp.server.capacity.report import Report, State, write_report
from offramp.server.layout import ServerFolder
from offramp.server.setup import enroll_courier, make_folder
from offramp.store import Store, open_store
from tests.desk.team import Team, open_for_long, sealed
from tests.harness.children import end_child, kill_child, start_child, tail, wait_for

OFFRAMP = (sys.executable, "-m", "offramp.cli")


class Server:
    """The couriers' side of a server's folder, running."""

    def __init__(self, desk: Path, root: RootKey) -> None:
        state = make_folder(
            desk / "server", campaign=desk / "campaign" / "campaign.toml", root=desk / "campaign" / "root.pub"
        )
        self.folder: ServerFolder = state.folder
        self.address = state.couriers_address
        enroll_courier(self.folder, desk / "carla.courier.toml")
        open_for_long(self.folder, root)
        self.store: Store = open_store(self.folder.store_url)
        self._log = desk / "server.log"
        self.start()

    def start(self) -> None:
        self._child = start_child((*OFFRAMP, "serve-couriers", self.folder.path), log=self._log)
        wait_for("the couriers' socket", self._answers, seconds=30)
        write_report(self.folder.health, Report(State.OPEN), now=time.monotonic())  # as the intake does

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(self.folder.couriers_socket)) == 0

    def stop(self) -> None:
        end_child(self._child)
        assert "Traceback" not in self._log.read_text(), tail(self._log)

    def add(self, *envelopes: bytes) -> None:
        for one in envelopes:
            self.store.add(
                one,
                envelope_id=envelope_id(one),
                size_class=read_header(one).size_class,
                day=date(2026, 11, 21),
            )

    def fetch_command(self, bundle: str = "inbox.bundle", key: str = "carla.key") -> list[str]:
        return [
            "fetch", "--key", key, "--address", self.address, "--bundle", bundle, "--passphrase-file", "pw",
            "--unix-socket", str(self.folder.couriers_socket),
        ]  # fmt: skip


@pytest.fixture
def server(desk: Path, team: Team) -> Iterator[Server]:
    running = Server(desk, team.root)
    try:
        yield running
    finally:
        running.stop()
        running.store.close()


def fetch(server: Server, bundle: str = "inbox.bundle", key: str = "carla.key") -> tuple[int, str, str]:
    result = CliRunner().invoke(offramp, server.fetch_command(bundle, key))
    return result.exit_code, result.stdout, result.stderr


def test_fetch_again_brings_only_what_is_new(server: Server, team: Team, desk: Path) -> None:
    small, large = sealed(team.first), sealed(team.first, "with a file", ("a.bin", bytes(5_000_000)))
    server.add(small)
    assert fetch(server) == (0, "inbox.bundle: 1 new submission.\n", "")
    server.add(large)
    assert fetch(server) == (0, "inbox.bundle: 1 new submission.\n", "")
    assert fetch(server) == (0, "inbox.bundle: no new submissions.\n", "")
    assert list(read_bundle(desk / "inbox.bundle")) == [small, large]
    assert server.store.has(envelope_id(small))  # for some days, should the bundle be lost


def test_what_is_in_the_bundle_is_acknowledged_and_not_carried_again(
    server: Server, team: Team, desk: Path
) -> None:
    one = sealed(team.first)
    server.add(one)
    fetch(server)
    server.store.expire([], acknowledged=date.min, received=date.max)
    server.add(one)  # as if the acknowledgement had been lost
    assert fetch(server) == (0, "inbox.bundle: no new submissions. 1 was in it already.\n", "")
    assert list(read_bundle(desk / "inbox.bundle")) == [one]


def test_a_server_that_was_started_anew_is_no_trouble(server: Server, team: Team) -> None:
    server.stop()
    server.start()
    server.add(sealed(team.first))
    assert fetch(server)[0] == 0


def test_a_courier_that_is_not_enrolled_gets_nothing(server: Server, team: Team) -> None:
    server.add(sealed(team.first))
    status, output, error = fetch(server, key="mallory.key")
    assert (status, output) == (1, "")
    assert error.startswith("The server does not know this courier")


def test_killed_at_any_point_nothing_is_lost_or_there_twice(server: Server, team: Team, desk: Path) -> None:
    envelopes = {envelope_id(one): one for one in (sealed(team.first, str(n)) for n in range(400))}
    server.add(*envelopes.values())
    bundle, whole = desk / "inbox.bundle", sum(4 + len(one) for one in envelopes.values())
    chance, kills = random.Random(), 0
    for _ in range(100):
        before = bundle.stat().st_size if bundle.exists() else 0
        child = start_child((*OFFRAMP, *server.fetch_command()), log=desk / "fetch.log")
        # Somewhere within the next quarter of what is left, sometimes a little after: in an acknowledgement.
        goal = before + chance.randint(1, max((whole - before) // 4, 1))
        while child.poll() is None and (not bundle.exists() or bundle.stat().st_size < goal):
            time.sleep(0.001)
        time.sleep(chance.choice((0, 0, 0.01)))
        if child.poll() is not None:
            break
        kill_child(child)
        kills += 1
    assert child.returncode == 0, tail(desk / "fetch.log")
    assert kills >= 3
    held = list(read_bundle(bundle))
    assert len(held) == len(envelopes)
    assert {envelope_id(one): one for one in held} == envelopes
    assert server.store.waiting(team.carla.public) == []

"""A flood at real servers: what is full refuses with words, text has its own room, and couriers can act."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.envelope import SIZE_CLASSES
from offramp.desk.keys import CourierKey, store_courier
from offramp.server.capacity.limits import Limits, read_limits, write_limits
from offramp.server.capacity.quotas import most
from tests.desk.team import CHEAP
from tests.harness.children import end_child, wait_for
from tests.server.running import TestServer, another, ask, is_receipt, submit

PASSPHRASE = "five words for this test"
HANGING = 60  # more submissions at once than a server has threads
SMALLEST = Limits(disk_megabytes=64, waiting=100)
LARGE = SIZE_CLASSES[3]


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offramp.desk.keys.test_only_cost", CHEAP)


class Couriers:
    """`offramp limits`, as the enrolled courier runs it on their laptop, at the real couriers' side."""

    def __init__(self, server: TestServer, folder: Path) -> None:
        self.server, self.key, self.passphrase = server, folder / "carol.key", folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE)
        store_courier(self.key, CourierKey(server.courier.seed, bytes(32)), self.passphrase)

    def limits(self, *words: str) -> Result:
        way = ["--key", str(self.key), "--address", self.server.couriers_address]
        way += ["--passphrase-file", str(self.passphrase)]
        way += ["--unix-socket", str(self.server.folder.couriers_socket)]
        result = CliRunner().invoke(offramp, ["limits", *way, *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result


def test_attachments_fill_their_room_and_text_is_still_taken(server: TestServer, tmp_path: Path) -> None:
    write_limits(server.folder.limits, SMALLEST)
    server.start_intake()
    server.start_couriers()
    socket, text = server.folder.intake_socket, server.envelope()
    large = server.campaign.seal(server.keyset, attachment=1_000_000)
    room = most(SMALLEST, LARGE, len(large))
    sent = [another(large) for _ in range(room + 3)]
    statuses = [submit(socket, one)[0] for one in sent]
    assert statuses == [201] * room + [507] * 3
    assert is_receipt(submit(socket, sent[0]), sent[0])  # a retry of what is there
    assert all(is_receipt(submit(socket, one), one) for one in (another(text) for _ in range(20)))

    carol = Couriers(server, tmp_path)
    said = carol.limits()
    assert "  up to 1 MB: all of their room\n" in said.stdout
    assert "room for letters of up to 1 MB is full" in said.stderr
    assert carol.limits("--raise").exit_code == 0
    wait_for("the room", lambda: submit(socket, sent[room])[0] == 201, seconds=30)


def test_a_courier_pauses_and_resumes_and_it_stays_so_through_a_restart(
    server: TestServer, tmp_path: Path
) -> None:
    intake = server.start_intake()
    server.start_couriers()
    socket, envelope = server.folder.intake_socket, server.envelope()
    carol = Couriers(server, tmp_path)
    wait_for("the report", lambda: "takes letters" in carol.limits().stdout, seconds=30)
    paused = carol.limits("--pause")
    assert paused.stdout.splitlines()[0] == "The site is paused."
    assert "'offramp limits --resume'" in paused.stderr
    wait_for("the pause", lambda: ask(socket, "GET", "/keyset")[0] == 503, seconds=30)
    assert b"paused" in submit(socket, envelope)[1]
    end_child(intake)
    server.start_intake()
    assert submit(socket, envelope)[0] == 503
    assert server.stored() == set()
    assert carol.limits("--resume").stdout.splitlines()[0] == "The site takes letters."
    wait_for("the end of it", lambda: is_receipt(submit(socket, envelope), envelope), seconds=30)
    assert read_limits(server.folder.limits) == Limits()


def test_couriers_hear_that_the_intake_is_down(server: TestServer, tmp_path: Path) -> None:
    intake = server.start_intake()
    server.start_couriers()
    carol = Couriers(server, tmp_path)
    wait_for("the report", lambda: "takes letters" in carol.limits().stdout, seconds=30)
    end_child(intake)
    down = carol.limits()
    assert down.stdout.splitlines()[0] == "The site seems to be down."
    assert "does not say that it runs" in down.stderr


def test_limits_that_make_no_sense_are_refused_to_couriers_too(server: TestServer, tmp_path: Path) -> None:
    server.start_couriers()
    refused = Couriers(server, tmp_path).limits("--disk", "1")
    assert (refused.exit_code, "refuses these limits" in refused.stderr) == (1, True)
    assert not server.folder.limits.exists()


def test_the_counts_that_leave_the_server_are_round(server: TestServer) -> None:
    server.start_intake()
    pattern = server.envelope()
    for _ in range(13):
        submit(server.folder.intake_socket, another(pattern))
    server.start_couriers()
    epoch = bytes.fromhex(ask(server.folder.couriers_socket, "GET", "/epoch")[1].decode())
    signed = server.courier.sign(epoch, server.couriers_address, "GET", "/status")
    status, body = ask(server.folder.couriers_socket, "GET", "/status", Authorization=signed)
    health = json.loads(body)["health"]
    assert status == 200
    assert health["waiting"] == 20
    assert set(health["quota"].values()) <= set(range(11))
    with closing(server.open_store()) as store:
        assert store.count() == {SIZE_CLASSES[0]: 13}


def test_a_disk_that_hangs_leaves_the_pages_readable_and_refuses_with_words(server: TestServer) -> None:
    """Whoever was not told "received" is told to send again, and can."""
    server.start_intake()
    socket, pattern = server.folder.intake_socket, server.envelope()
    assert submit(socket, pattern)[0] == 201
    sent = [another(pattern) for _ in range(HANGING)]
    disk = apsw.Connection(str(server.folder.store))
    disk.execute("BEGIN IMMEDIATE")  # no other process can write
    with ThreadPoolExecutor(HANGING) as pool:
        waiting = [pool.submit(submit, socket, one) for one in sent]
        wait_for("a refusal", lambda: any(one.done() for one in waiting), seconds=60)
        assert ask(socket, "GET", "/")[0] == 200
        assert ask(socket, "GET", "/keyset")[0] == 200
        disk.execute("ROLLBACK")
        answers = [one.result(60) for one in waiting]
    disk.close()
    assert {status for status, _ in answers} <= {201, 503}
    assert all(b"a later attempt may succeed" in text for status, text in answers if status == 503)
    assert all(is_receipt(submit(socket, one), one) for one in sent)
    assert len(server.stored()) == HANGING + 1

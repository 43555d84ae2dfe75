"""Promise 3: a whole receipt means that the bytes survive, whatever happens to the server."""

from __future__ import annotations

import http.client
import os
import random
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial

import apsw
import pytest

from offramp.crypto.envelope import envelope_id
from tests.harness.children import kill_child, wait_for
from tests.server.running import (
    TestServer,
    another,
    answers,
    is_receipt,
    kill_tree,
    submit,
    worker_of,
)

BURSTS = 20
CLIENTS = 8


class Burst:
    """Clients that submit at once, until they are stopped or the server is gone."""

    def __init__(self, server: TestServer, pattern: bytes) -> None:
        self.server, self.pattern = server, pattern
        self.acknowledged: list[bytes] = []
        self.unsure: list[bytes] = []
        self._stop = threading.Event()

    def run(self, meanwhile: Callable[[], None], *, receipts: int) -> None:
        """Submit; once so many receipts have come, do something to the server."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in range(CLIENTS):
                pool.submit(self._client)
            wait_for("receipts", lambda: len(self.acknowledged) >= receipts, seconds=60, pause=0.0005)
            meanwhile()
            self._stop.set()

    def _client(self) -> None:
        while not self._stop.is_set():
            envelope = another(self.pattern)
            try:
                answer = submit(self.server.folder.intake_socket, envelope)
            except (OSError, http.client.HTTPException):
                self.unsure.append(envelope)
                return
            # Only a receipt with its whole body counts: gunicorn sends the head by itself.
            (self.acknowledged if is_receipt(answer, envelope) else self.unsure).append(envelope)


@pytest.mark.timeout(600)
def test_kill_nine_in_the_middle_of_twenty_bursts(server: TestServer) -> None:
    pattern = server.envelope()
    acknowledged: dict[bytes, bytes] = {}
    unsure: dict[bytes, bytes] = {}
    for number in range(BURSTS):
        intake = server.start_intake()
        burst = Burst(server, pattern)
        burst.run(partial(kill_tree, intake), receipts=random.Random(number).randrange(1, 80))
        acknowledged |= {envelope_id(envelope): envelope for envelope in burst.acknowledged}
        unsure |= {envelope_id(envelope): envelope for envelope in burst.unsure}
        assert acknowledged.keys() <= server.stored()
    assert len(acknowledged) >= BURSTS
    store = server.open_store()
    assert all(store.read(name) == envelope for name, envelope in acknowledged.items())
    store.close()
    # What was not acknowledged is sent again, as the page does it: the same bytes, never twice in the store.
    server.start_intake()
    for envelope in unsure.values():
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    assert server.stored() == acknowledged.keys() | unsure.keys()


def test_the_same_bytes_after_a_restart_are_the_same_submission(server: TestServer) -> None:
    envelope = server.envelope()
    intake = server.start_intake()
    first = submit(server.folder.intake_socket, envelope)
    again = submit(server.folder.intake_socket, envelope)
    kill_tree(intake)
    server.start_intake()
    after = submit(server.folder.intake_socket, envelope)
    assert first == again == after
    assert is_receipt(first, envelope)
    assert server.stored() == {envelope_id(envelope)}


def test_a_worker_that_is_killed_is_replaced(server: TestServer) -> None:
    intake = server.start_intake()
    envelope = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    killed = worker_of(intake)
    os.kill(killed, signal.SIGKILL)
    wait_for(
        "a new worker",
        lambda: answers(server.folder.intake_socket) and worker_of(intake) != killed,
        seconds=30,
    )
    second = another(envelope)
    assert is_receipt(submit(server.folder.intake_socket, second), second)
    assert server.stored() == {envelope_id(envelope), envelope_id(second)}


def test_ending_it_gently_answers_what_is_under_way(server: TestServer) -> None:
    intake = server.start_intake()
    burst = Burst(server, server.envelope())
    burst.run(intake.terminate, receipts=50)
    intake.wait(20)
    assert {envelope_id(envelope) for envelope in burst.acknowledged} <= server.stored()
    assert intake.returncode == 0


def test_a_disk_that_takes_no_more(server: TestServer) -> None:
    """The kernel refuses the worker's writes, in the middle of submissions; later it takes them again."""
    intake = server.start_intake()
    worker = worker_of(intake)
    pattern = server.envelope()
    _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (1_500_000, hard))
    kept: list[tuple[bytes, tuple[int, bytes]]] = []
    refused: list[tuple[bytes, tuple[int, bytes]]] = []
    for _ in range(150):
        envelope = another(pattern)
        answer = submit(server.folder.intake_socket, envelope)
        (kept if is_receipt(answer, envelope) else refused).append((envelope, answer))
    assert kept
    assert refused
    for _, (status, text) in refused:
        assert status in (503, 507)
        assert text.count(b"\n") == 1
        assert b"nothing was kept" in text
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (hard, hard))
    for envelope, _ in refused:
        assert is_receipt(submit(server.folder.intake_socket, envelope), envelope)
    kill_tree(intake)
    assert server.stored() == {envelope_id(envelope) for envelope, _ in kept + refused}
    assert server.log.read_bytes() == b""


def test_a_receipt_is_not_given_before_the_disk_has_it(server: TestServer) -> None:
    """While somebody else holds the file, no client is told anything; then all are."""
    server.start_intake()
    pattern = server.envelope()
    envelopes = [another(pattern) for _ in range(CLIENTS)]
    holder = apsw.Connection(str(server.folder.store))
    holder.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(CLIENTS) as pool:
        futures = [pool.submit(submit, server.folder.intake_socket, envelope) for envelope in envelopes]
        done, _ = wait(futures, timeout=1, return_when=FIRST_COMPLETED)
        assert not done
        holder.execute("ROLLBACK")
        answers_ = [future.result() for future in futures]
    holder.close()
    assert all(is_receipt(answer, envelope) for answer, envelope in zip(answers_, envelopes, strict=True))
    for child in server.children:
        kill_child(child)

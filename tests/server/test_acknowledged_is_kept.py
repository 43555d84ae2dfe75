"""Promise 3: a whole receipt means that the bytes survive; tests/faults has what may happen to the server."""

from __future__ import annotations

import os
import resource
import signal
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import apsw

from offramp.crypto.envelope import envelope_id
from tests.faults.servers import CLIENTS, Burst
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

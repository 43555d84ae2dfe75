"""Ten thousand malformed requests, a million in the long mode: none accepted, none breaks anything, nothing grows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.harness.children import end_child
from tests.harness.long import rounds
from tests.hostile.malformed import malformed
from tests.server.running import TestServer, another, is_receipt, make_server, submit, worker_of

MIB = 1024 * 1024
GROWTH = 6 * MIB
CLIENTS = 4
HANDFUL = 250  # requests of one client between two looks at what came back


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TestServer]:
    server = make_server(tmp_path)
    server.start_intake()
    yield server
    for child in server.children:
        end_child(child)


def memory(server: TestServer) -> int:
    """Bytes that the worker has for itself alone."""
    text = Path(f"/proc/{worker_of(server.children[0])}/smaps_rollup").read_text()
    return 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))


def ask(path: Path, data: bytes) -> bytes:
    """All that comes back until the server closes; the client ends its side first."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(path))
        answer = b""
        with suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while piece := client.recv(65_536):
                answer += piece
        return answer


def wrong(path: Path, letter: bytes, first: int) -> list[tuple[int, bytes]]:
    """The answers that are no plain refusal, of a handful from this seed on, with their seeds."""
    found = []
    for seed in range(first, first + HANDFUL):
        answer = ask(path, malformed(seed, letter))
        if answer and not answer.startswith(b"HTTP/1.1 4"):
            found.append((seed, answer[:200]))
    return found


@pytest.mark.timeout(3600)
def test_none_is_accepted_and_nothing_grows(server: TestServer) -> None:
    path, letter = server.folder.intake_socket, server.envelope()
    worker = worker_of(server.children[0])
    handfuls = rounds(10_000, 1_000_000) // HANDFUL
    before = 0
    with ThreadPoolExecutor(CLIENTS) as pool:
        starts = (number * HANDFUL for number in range(handfuls))
        for number, found in enumerate(pool.map(lambda first: wrong(path, letter, first), starts)):
            assert found == []
            if number == handfuls // 5:  # by then everything has been imported and every thread has worked
                before = memory(server)
    assert memory(server) - before < GROWTH
    assert server.stored() == set()
    assert server.log.read_bytes() == b""
    assert worker_of(server.children[0]) == worker
    assert is_receipt(submit(path, sent := another(letter)), sent)

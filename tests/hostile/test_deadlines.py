"""Nobody is waited for without an end: heads, bodies, readers and idle connections all have their time."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.harness.children import end_child, start_child, wait_for
from tests.hostile.attackers import head
from tests.hostile.ways import CHUNKED, LARGEST, form, sealed
from tests.server.running import START_SECONDS, TestServer, answers, is_receipt, make_server

# The intake with a tenth of its patience, so that minutes are seconds here.
IMPATIENT = """
import sys
from pathlib import Path
from offramp.server.http import connection
from offramp.server import serving
from offramp.server.layout import ServerFolder
for what, (silence, patience) in connection.PATIENCE.items():
    connection.PATIENCE[what] = silence / 10, patience / 10
serving.serve_intake(ServerFolder.at(Path(sys.argv[1])))
"""
LONGEST = 60.0  # seconds within which the server must have closed

Client = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    server = make_server(tmp_path_factory.mktemp("impatient"))
    child = start_child([sys.executable, "-P", "-c", IMPATIENT, str(server.path)], log=server.log)
    server.children.append(child)
    path = server.folder.intake_socket
    wait_for("the intake", lambda: answers(path), seconds=START_SECONDS)
    yield server
    assert server.log.read_bytes() == b""
    end_child(child)


def sends(first: bytes, dribble: bytes = b"", pause: float = 0.1) -> Client:
    """Sends something, then a byte at a time for as long as it may."""

    def run(client: socket.socket) -> None:
        client.sendall(first)
        until = time.monotonic() + LONGEST
        while dribble and time.monotonic() < until:
            client.sendall(dribble[:1])
            time.sleep(pause)

    return run


CLIENTS = {
    "nothing": sends(b""),
    "half a head": sends(b"GET / HTTP/1.1\r\n"),
    "a head that never ends": sends(b"GET / HTTP/1.1\r\nX-", b"y"),
    "an answer, then nothing": sends(head("GET", "/")),
    "half a body": sends(sealed(LARGEST) + b"offramp/envelope"),
    "a body that is too slow": sends(sealed(LARGEST) + b"offramp/envelope", b"z"),
    "a form that is too slow": sends(form(LARGEST) + b"offramp/envelope", b"z"),
    "what was refused, slowly": sends(form(4 * LARGEST), b"z"),
    "chunks without an end": sends(CHUNKED, b"z"),
    "a reader of nothing": sends(head("GET", "/") * 200),
    "a client that does not close": sends(head("GET", "/", "Connection: close")),
}


def is_closed_by_server(path: Path, client: Client) -> bool:
    """Whether the server ends it, within a minute."""
    with closing(socket.socket(socket.AF_UNIX)) as sock:
        sock.settimeout(LONGEST)
        sock.connect(str(path))
        with suppress(BrokenPipeError, ConnectionResetError):
            client(sock)
        with suppress(ConnectionResetError):
            # Reads nothing until the server is gone, which the kernel tells by a broken pipe or a hang-up.
            wait_for_hang_up(sock)
        return True


def wait_for_hang_up(sock: socket.socket) -> None:
    import select

    poll = select.poll()
    poll.register(sock, 0)
    assert poll.poll(1000 * LONGEST), "the server waits for ever"


def test_everybody_has_an_end(impatient: TestServer) -> None:
    path = impatient.folder.intake_socket
    with ThreadPoolExecutor(len(CLIENTS)) as pool:
        ended = {name: pool.submit(is_closed_by_server, path, client) for name, client in CLIENTS.items()}
        assert {name: one.result() for name, one in ended.items()} == dict.fromkeys(CLIENTS, True)


def test_slow_but_honest_is_taken(impatient: TestServer) -> None:
    """Longer than the patience that everybody has, but never slower than the slowest."""
    letter = impatient.envelope()
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(LONGEST)
        client.connect(str(impatient.folder.intake_socket))
        client.sendall(sealed(len(letter)))
        for start in range(0, len(letter), 1200):  # 20 pieces in 9 seconds; 6 are the patience here
            client.sendall(letter[start : start + 1200])
            time.sleep(0.45)
        answer = b""
        while not answer.endswith(b'"}'):
            answer += client.recv(4096)
    assert is_receipt((int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2]), letter)
    assert os.path.exists(impatient.folder.store)  # noqa: PTH110

"""What clients send does not fill the memory: bodies together have a bound, and what is refused is not kept."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from offramp.crypto.envelope import SIZE_CLASSES
from offramp.server.http.crowd import LARGE_TOGETHER
from tests.harness.children import end_child, wait_for
from tests.hostile.attackers import head
from tests.hostile.ways import FORM, LARGEST, PART, form, sealed
from tests.server.running import (
    BINARY,
    TestServer,
    another,
    ask,
    is_receipt,
    is_whole,
    make_server,
    status_of,
    submit,
    worker_of,
)

MIB = 1024 * 1024
PLAINTEXT = b"I work at the agency and want to leave. " * 1000


@contextmanager
def serving(folder: Path) -> Iterator[TestServer]:
    server = make_server(folder)
    server.start_intake()
    yield server
    assert server.log.read_bytes() == b""
    for child in server.children:
        end_child(child)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """One for most tests."""
    with serving(tmp_path_factory.mktemp("bodies")) as server:
        submit(server.folder.intake_socket, server.envelope())
        yield server


class Memory:
    """The memory of an intake's worker, from now on."""

    def __init__(self, server: TestServer) -> None:
        self._process = Path(f"/proc/{worker_of(server.children[0])}")
        (self._process / "clear_refs").write_text("5")  # the most that it had is forgotten
        self._before = self._most()

    def grown(self) -> int:
        """How many bytes more it had at its most."""
        return self._most() - self._before

    def _most(self) -> int:
        lines = (self._process / "status").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])


def ask_slowly(path: Path, first: bytes, rest: int) -> bytes:
    """Send a request and so many bytes of plaintext besides, read nothing before that, then the answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(first)
        for start in range(0, rest, len(PLAINTEXT)):
            client.sendall(PLAINTEXT[: rest - start])
        answer = b""
        while not is_whole(answer):
            piece = client.recv(65_536)
            assert piece, answer
            answer += piece
        return answer


@pytest.mark.parametrize(
    ("length", "status"), [(4 * LARGEST - len(PART), 413), (12 * MIB, 413), (LARGEST, 422), (MIB, 422)]
)
def test_a_refused_form_is_read_to_its_end_and_not_kept(server: TestServer, length: int, status: int) -> None:
    """A browser reads no answer before it has sent everything; and a mistake may be large."""
    before, memory = server.stored(), Memory(server)
    answer = ask_slowly(server.folder.intake_socket, form(length), length - len(PART))
    assert status_of(answer) == status
    assert b"<h1" in answer  # a page that says why, and no sentence for a script
    assert memory.grown() < 4 * MIB
    assert server.stored() == before


def test_it_is_not_read_for_ever(server: TestServer) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(server.folder.intake_socket))
        client.sendall(head("POST", "/sealed-file", FORM, f"Content-Length: {100 * LARGEST}"))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            client.sendall(bytes(10 * LARGEST))


@pytest.mark.parametrize("target", ["/sealed", "/nowhere", "/"])
def test_what_is_refused_unread_is_answered_all_the_same(server: TestServer, target: str) -> None:
    first = head("POST", target, f"Content-Type: {BINARY}", f"Content-Length: {12 * MIB}")
    memory = Memory(server)
    assert 400 <= status_of(ask_slowly(server.folder.intake_socket, first, 12 * MIB)) < 500
    assert memory.grown() < 4 * MIB


def test_large_bodies_together_have_a_bound_and_leave_room_for_text(server: TestServer) -> None:
    path, letter = server.folder.intake_socket, server.envelope()
    large = server.campaign.seal(server.keyset, attachment=SIZE_CLASSES[-1] - 100_000)
    before, memory = server.stored(), Memory(server)
    with ExitStack() as stack:
        for _ in range(24):  # 200 MB
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.settimeout(60)
            client.connect(str(path))
            client.sendall(sealed(len(large)) + large[:-1])
        for envelope in (another(letter), another(large)):
            assert is_receipt(submit(path, envelope), envelope)
        assert memory.grown() < LARGE_TOGETHER + 48 * MIB  # with what one takes while it is being kept
        assert len(server.stored() - before) == 2
    wait_for("all of them to go", lambda: is_receipt(submit(path, letter), letter), seconds=30)


def test_the_app_may_change_its_mind_between_head_and_body(tmp_path: Path) -> None:
    """A large body is asked for once the head was accepted, and everything is checked anew when it is here."""
    with serving(tmp_path) as server:
        large = server.campaign.seal(server.keyset, attachment=300_000)
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(str(server.folder.intake_socket))
            expects = sealed(len(large)).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
            client.sendall(expects)
            assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
            for card in server.folder.cards.iterdir():
                card.unlink()
            path = server.folder.intake_socket
            wait_for("the site to close", lambda: ask(path, "GET", "/keyset")[0] == 503, seconds=30)
            client.sendall(large)
            assert status_of(client.recv(4096)) == 503
        assert server.stored() == set()

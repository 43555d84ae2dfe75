"""The recording relay itself: it must tell the truth before it can prove anything."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.http_tape import parse_requests
from tests.harness.wire import Relay, connect


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data.upper())


@pytest.fixture
def echo() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def _all(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65536), b""))


def test_every_byte_passes_and_is_kept(echo: int) -> None:
    said = bytes(range(97, 123)) * 100_000
    with Relay(echo) as relay, connect(relay.address) as line:

        def say_it() -> None:
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=say_it)
        sender.start()
        assert _all(line) == said.upper()
        sender.join()
        (tape,) = relay.tapes
        assert (bytes(tape.up), bytes(tape.down)) == (said, said.upper())
        assert (relay.totals.up, relay.totals.down, relay.totals.connections) == (len(said), len(said), 1)
        wait_for("the tape's end", lambda: tape.closed, seconds=10)


def test_it_listens_on_a_unix_socket_too(echo: int, tmp_path: Path) -> None:
    with Relay(echo, tmp_path / "relay") as relay, connect(tmp_path / "relay") as line:
        line.sendall(b"canary")
        assert line.recv(6) == b"CANARY"
        assert relay.saw(b"canary")
        assert relay.saw(b"CANARY")
        assert not relay.saw(b"Canary")
    assert not (tmp_path / "relay").exists()


def test_a_cut_breaks_what_is_open_and_welcomes_what_comes(echo: int) -> None:
    with Relay(echo) as relay:
        with connect(relay.address) as line:
            line.sendall(b"one")
            assert line.recv(3) == b"ONE"
            relay.cut()
            assert line.recv(3) == b""
        with connect(relay.address) as line:
            line.sendall(b"two")
            assert line.recv(3) == b"TWO"


def test_a_server_that_is_away_ends_the_connection() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, so that nobody else takes it, but nobody listens
        with Relay(nobody.getsockname()[1]) as relay, connect(relay.address) as line:
            assert line.recv(1) == b""


def test_unused_connections_do_not_count(echo: int) -> None:
    with Relay(echo) as relay:
        connect(relay.address).close()
        wait_for("the tape's end", lambda: relay.tapes and relay.tapes[0].closed, seconds=10)
        assert relay.totals.connections == 0


def test_requests_are_read_back() -> None:
    first = b"POST /sealed HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\x00\r\n\x01"
    second = b"GET / HTTP/1.1\r\nHost: b\r\n\r\n"
    post, get = parse_requests(first + second)
    assert (post.method, post.target, post.body, post.complete) == ("POST", "/sealed", b"\x00\r\n\x01", True)
    assert (get.method, get.target, get.headers["host"], get.complete) == ("GET", "/", "b", True)


@pytest.mark.parametrize("cut", range(1, 58))
def test_a_request_that_was_cut_off_is_not_complete(cut: int) -> None:
    whole = b"POST /sealed HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"
    requests = parse_requests(whole[:-cut])
    assert not any(request.complete for request in requests)


def test_what_is_no_http_is_no_request() -> None:
    assert parse_requests(b"\x16\x03\x01\x02\x00\x01\x00") == []
    assert parse_requests(b"") == []

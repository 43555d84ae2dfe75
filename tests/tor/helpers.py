"""What the tests of offramp.tor share: a tiny server, a SOCKS client, a make-believe tor, another user's eyes."""

from __future__ import annotations

import os
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService
from tests.harness.children import GaveUpWaiting

NOBODY = 65534

# tor's extended SOCKS errors (socks-extensions of its specification)
NO_CLIENT_KEY = 0xF4
WRONG_CLIENT_KEY = 0xF5


class _Greeting(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):  # a tor that changed its mind closes at once
            if self.rfile.readline():
                self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nbehind the onion")


@contextmanager
def greeting_server(path: Path) -> Iterator[Path]:
    """An HTTP server on a unix socket that says one sentence."""
    with socketserver.ThreadingUnixStreamServer(str(path), _Greeting) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield path
        server.shutdown()
        thread.join()


def fetch(socks_port: int, address: str, *, seconds: float = 30.0) -> bytes | int:
    """What the onion says, or tor's SOCKS error, or -1 if nothing came in time. On a circuit of its own."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", socks_port), timeout=seconds) as line:
        login = secrets.token_hex(8).encode()
        name = address.encode()
        line.sendall(b"\x05\x01\x02")  # tor wants to be waited for after each step
        _read(line, 2)
        line.sendall(b"\x01" + bytes([len(login)]) + login + b"\x01x")
        _read(line, 2)
        line.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + (80).to_bytes(2, "big"))
        if error := _read(line, 10)[1]:
            return error
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(4096), b""))
        return answer.partition(b"\r\n\r\n")[2] or -1
    return -1


def _read(line: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = line.recv(length - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def fetch_until(
    socks_port: int,
    address: str,
    wanted: bytes | int,
    *,
    seconds: float = 120.0,
    between: Callable[[], object] = lambda: None,
) -> None:
    """Fetch until the answer is `wanted`; between two tries, `between` may let the client forget what it tried."""
    deadline = time.monotonic() + seconds
    seen: list[bytes | int] = []
    while time.monotonic() < deadline:
        seen.append(fetch(socks_port, address))
        if seen[-1] == wanted:
            return
        between()
        time.sleep(0.5)
    raise GaveUpWaiting(f"{address}: wanted {wanted!r}, got {seen}")


@contextmanager
def publishing(
    control: str | int, services: Callable[[], list[OnionService]]
) -> Iterator[tuple[Publisher, list[str]]]:
    """A publisher that runs for as long as the block, and the sentences that it says."""
    events: list[str] = []
    publisher = Publisher(control, services, events.append)
    stop = threading.Event()
    thread = threading.Thread(target=publisher.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield publisher, events
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive(), "the publisher did not stop"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Look at files as a user without rights, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


class FakeTor:
    """A control port that gives prepared answers, for versions and moods that no tor at hand has.

    `answers` maps the beginning of a command to the whole answer; what is in no entry is `250 OK`.
    """

    def __init__(
        self, path: Path, version: str = "0.4.9.11", answers: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self.asked: list[str] = []
        self._answers = {
            "PROTOCOLINFO": f'250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="{version}"\r\n250 OK',
            "GETINFO version": f"250-version={version}\r\n250 OK",
            "GETCONF HiddenServiceNonAnonymousMode": "250 HiddenServiceNonAnonymousMode=0",
            "GETCONF HiddenServiceSingleHopMode": "250 HiddenServiceSingleHopMode=0",
            "GETCONF DisableNetwork": "250 DisableNetwork=0",
            "GETCONF __Owning": "250 __OwningControllerProcess",
            **(answers or {}),
        }
        tor = self

        class Answers(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    for line in self.rfile:
                        self.wfile.write(tor.answer(line.decode().strip()).encode() + b"\r\n")

        self._server = socketserver.ThreadingUnixStreamServer(str(path), Answers)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def answer(self, command: str) -> str:
        """The prepared answer; the longest beginning counts."""
        self.asked.append(command)
        fitting = [beginning for beginning in self._answers if command.startswith(beginning)]
        return self._answers[max(fitting, key=len)] if fitting else "250 OK"

    def close(self) -> None:
        """Stop answering new connections."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> FakeTor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""A recording relay: it stands in front of a server and keeps every byte that passes, in both directions.

What a page says about its own traffic leaves out headers, retries and whatever it would rather not show.
The relay counts what really went over the wire, and keeps it, so that a test can search it for plaintext.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness.http_tape import Request, parse_requests

Address = int | Path
"""A TCP port on 127.0.0.1, or the path of a unix socket."""

_CHUNK = 65536
_CONNECT_SECONDS = 30.0


@dataclass(eq=False)
class Tape:
    """One connection: what the client said (`up`) and what it was answered (`down`)."""

    opened: float
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)
    closed: bool = False

    @property
    def requests(self) -> list[Request]:
        """The HTTP/1 requests that the client sent, whole or cut off."""
        return parse_requests(bytes(self.up))


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all connections, `up` and `down` in bytes. Two of them subtract: what happened in between."""

    connections: int
    requests: int
    up: int
    down: int

    def __sub__(self, earlier: Totals) -> Totals:
        return Totals(
            self.connections - earlier.connections,
            self.requests - earlier.requests,
            self.up - earlier.up,
            self.down - earlier.down,
        )


class Relay:
    """Listens on `listen` (0: any free port), and carries every connection to `target`, on tape."""

    def __init__(self, target: Address, listen: Address = 0) -> None:
        self._target = target
        self._server = listener(listen)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closing = False
        self.tapes: list[Tape] = []
        self.address: Address = listen if isinstance(listen, Path) else int(self._server.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, name="relay", daemon=True)
        self._acceptor.start()

    @property
    def url(self) -> str:
        """Where a browser finds the server through this relay (TCP only)."""
        return f"http://127.0.0.1:{self.address}/"

    @property
    def totals(self) -> Totals:
        """Over all connections with at least one byte. A browser also opens some that it never uses."""
        tapes = [tape for tape in list(self.tapes) if tape.up or tape.down]
        return Totals(
            connections=len(tapes),
            requests=sum(len(tape.requests) for tape in tapes),
            up=sum(len(tape.up) for tape in tapes),
            down=sum(len(tape.down) for tape in tapes),
        )

    @property
    def requests(self) -> list[Request]:
        """Every HTTP request of every connection, in the order in which the connections were opened."""
        return [request for tape in list(self.tapes) for request in tape.requests]

    def saw(self, words: bytes) -> bool:
        """Did these bytes pass, either way? (As they stand: not gzipped, not across connections.)"""
        return any(words in tape.up or words in tape.down for tape in list(self.tapes))

    def wait_quiet(self, *, quiet: float = 0.5, seconds: float = 30.0) -> Totals:
        """The totals, once nothing has passed for `quiet` seconds; after `seconds` at the latest."""
        deadline = time.monotonic() + seconds
        totals, since = self.totals, time.monotonic()
        while time.monotonic() < min(since + quiet, deadline):
            time.sleep(0.05)
            if self.totals != totals:
                totals, since = self.totals, time.monotonic()
        return totals

    def cut(self) -> None:
        """Break every connection that is open now; new ones are welcome. For tests of interruption."""
        with self._lock:
            for end in self._open:
                _shut(end, socket.SHUT_RDWR)

    def close(self) -> None:
        """Break every connection and stop listening. The tapes stay."""
        self._closing = True
        _shut(self._server, socket.SHUT_RDWR)
        self._acceptor.join()
        self._server.close()
        self.cut()
        if isinstance(self.address, Path):
            self.address.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def dial(self, client: socket.socket, tape: Tape) -> socket.socket | None:
        """Connect to the other side; None refuses the client. A relay that has a say in it overrides this."""
        del client, tape
        return connect(self._target)

    def _accept(self) -> None:
        while not self._closing:
            try:
                client, _ = self._server.accept()
            except OSError:  # shut down
                return
            threading.Thread(target=self._serve, args=(client,), name="relay-client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        tape = Tape(opened=time.monotonic())
        self.tapes.append(tape)
        with contextlib.suppress(OSError), self._kept(client):
            server = self.dial(client, tape)
            if server is not None:
                with self._kept(server):
                    _carry_both(client, server, tape)
        tape.closed = True

    @contextlib.contextmanager
    def _kept(self, end: socket.socket) -> Iterator[None]:
        with end:
            with self._lock:
                self._open.add(end)
            if self._closing:
                _shut(end, socket.SHUT_RDWR)
            try:
                yield
            finally:
                with self._lock:
                    self._open.discard(end)


def listener(address: Address) -> socket.socket:
    """A listening socket on a loopback port (0: any free one), or on a new unix socket."""
    if isinstance(address, Path):
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(address))
    else:
        server = socket.socket(socket.AF_INET)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", address))
    server.listen(256)
    return server


def connect(address: Address) -> socket.socket:
    """A connection to a loopback port or a unix socket; `OSError` where nobody listens."""
    family, target = (
        (socket.AF_UNIX, str(address))
        if isinstance(address, Path)
        else (socket.AF_INET, ("127.0.0.1", address))
    )
    end = socket.socket(family)
    end.settimeout(_CONNECT_SECONDS)
    try:
        end.connect(target)
    except OSError:
        end.close()
        raise
    end.settimeout(None)
    return end


def _carry_both(client: socket.socket, server: socket.socket, tape: Tape) -> None:
    back = threading.Thread(
        target=_carry, args=(server, client, tape.down.extend), name="relay-back", daemon=True
    )
    back.start()
    _carry(client, server, tape.up.extend)
    back.join()


def _carry(source: socket.socket, target: socket.socket, record: Callable[[bytes], None]) -> None:
    """Pass on until `source` ends. If `target` takes no more, keep reading: the answer may be on its way."""
    deaf = False
    while True:
        try:
            chunk = source.recv(_CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            break
        record(chunk)  # before it is passed on, so that whoever saw its effect finds it on the tape
        if not deaf:
            try:
                target.sendall(chunk)
            except OSError:
                deaf = True
    _shut(target, socket.SHUT_WR)


def _shut(end: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):  # it is shut already
        end.shutdown(how)

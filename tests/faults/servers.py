"""A server whose data lie on a disk that fails, with its sockets and its log elsewhere, as on a real one."""

from __future__ import annotations

import http.client
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import ParcelPost, ReplyPost
from offramp.server.check import problems
from offramp.server.layout import ServerFolder
from tests.board.made import pack, parcel_post, reply_post
from tests.harness.children import start_child, wait_for
from tests.server.running import (
    TestServer,
    another,
    ask,
    ended,
    is_alive,
    is_receipt,
    make_server,
    submit,
)

CLIENTS = 8
_LACKED = ("The last day of the calendar is", "There is no manifest")
ODD_SERVER = Path(__file__).with_name("odd_server.py")


@dataclass
class ServerOnDisk(TestServer):
    """A test's server with its sockets in another folder."""

    sockets: Path = field(kw_only=True)

    @property
    def folder(self) -> ServerFolder:
        return ServerFolder.at(self.path, self.sockets)

    def start(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """`offramp-server …` with a tick every fifth of a second, and this server's own clock."""
        part, *more = arguments
        child = start_child(
            [sys.executable, "-P", ODD_SERVER, part, self.path, "--sockets", self.sockets, *more],
            log=self.log,
            env={**os.environ, "ODD_TICKS": "0.2", "ODD_CLOCK": str(self._clock), **(env or {})},
        )
        self.children.append(child)
        return child

    def start_intake(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        return self._started(super().start_intake(*arguments, env=env))

    def start_couriers(self) -> subprocess.Popen[bytes]:
        return self._started(super().start_couriers())

    def _started(self, child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        assert not ended(child), self.said()
        return child

    @property
    def _clock(self) -> Path:
        return self.sockets / "clock"

    def step_clock(self, *, ahead: float) -> None:
        """Let all parts' clock be so many seconds ahead of the real one from now on."""
        with self._clock.open("r+b" if self._clock.exists() else "w+b") as file:
            file.write(struct.pack("d", ahead))

    def wait_until_said(self, words: str) -> None:
        """Until a part's log has these words."""
        wait_for(f"“{words}” in the log", lambda: words in self.said(), seconds=30)

    def said(self) -> str:
        """What its processes wrote to their log."""
        return self.log.read_text() if self.log.exists() else ""

    def check(self) -> str:
        """What `offramp server check` says now, without what a test's server always lacks."""
        return "\n".join(one for one in problems(self.folder) if not one.startswith(_LACKED))

    def signed(self, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        """A courier's request to the couriers' side, and what is answered."""
        path = self.folder.couriers_socket
        epoch = bytes.fromhex(ask(path, "GET", "/epoch")[1].decode())
        head = {
            "Host": self.couriers_address,
            "Authorization": self.courier.sign(epoch, self.couriers_address, method, target, body),
            "Content_Type": "application/octet-stream",
        }
        return ask(path, method, target, body, **head)

    def end_all(self) -> None:
        """kill -9 of everything that was started, in whatever state."""
        for child in self.children:
            end_with_workers(child)
        self.children.clear()


def server_on(disk: Path, folder: Path) -> ServerOnDisk:
    """A new server's folder in *disk*, with its sockets and log in *folder*."""
    made = make_server(disk)
    known = {one.name: getattr(made, one.name) for one in fields(made)}
    sockets = folder / "run"
    sockets.mkdir(mode=0o700)
    server = ServerOnDisk(**(known | {"log": folder / "log"}), sockets=sockets)
    server.step_clock(ahead=0)
    return server


def end_with_workers(master: subprocess.Popen[bytes]) -> None:
    """kill -9 of a gunicorn, and wait until its worker is gone too: PR_SET_PDEATHSIG asks it to end."""
    listed = Path(f"/proc/{master.pid}/task/{master.pid}/children")
    workers = [int(pid) for pid in listed.read_text().split()] if not ended(master) else []
    master.kill()
    master.wait()
    for worker in workers:
        wait_for("the worker's end", lambda worker=worker: not is_alive(worker), seconds=20)  # type: ignore[misc]


class Burst:
    """Clients that submit at once, until they are stopped or the server is gone."""

    def __init__(self, server: TestServer, pattern: bytes) -> None:
        self.server, self.pattern = server, pattern
        self.acknowledged: list[bytes] = []
        self.unsure: list[bytes] = []
        self._stop = threading.Event()

    def run(self, meanwhile: Callable[[], object], *, receipts: int) -> None:
        """Submit; once so many receipts have come, do something to the server."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in range(CLIENTS):
                pool.submit(self._client)
            try:
                wait_for("receipts", lambda: len(self.acknowledged) >= receipts, seconds=60, pause=0.0005)
                meanwhile()
            finally:
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


class Pushing:
    """A courier that pushes an answer and a file at a time, until the server is gone."""

    def __init__(self, server: ServerOnDisk) -> None:
        self.server = server
        self.acknowledged: list[ReplyPost | ParcelPost] = []

    def run(self, meanwhile: Callable[[], object], *, receipts: int) -> None:
        """Push; once so many receipts have come, do something to the server."""
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(self._push_on)
            wait_for("receipts", lambda: len(self.acknowledged) >= 2 * receipts, seconds=60, pause=0.0005)
            meanwhile()
            done.result(60)

    def _push_on(self) -> None:
        today = datetime.now(UTC).date()
        while True:
            posts: list[ReplyPost | ParcelPost] = [reply_post(today=today), parcel_post(today=today)]
            try:
                answer = self.server.signed("POST", "/push", pack(*posts))
            except (OSError, ValueError, http.client.HTTPException):
                return
            if answer != (200, b'{"kept":2}'):
                return
            self.acknowledged += posts

    def assert_all_there(self) -> None:
        """The couriers' side, started again, has all of it; and the files are whole."""
        names = [post.id for post in self.acknowledged]
        for start in range(0, len(names), 256):
            asked = self.server.signed("POST", "/missing", b"".join(names[start : start + 256]))
            assert asked == (200, b'{"missing":[]}')
        for post in self.acknowledged:
            if isinstance(post, ParcelPost):
                assert (self.server.folder.board / "parcels" / post.id.hex()).read_bytes() == post.parcel


def assert_all_there(server: TestServer, acknowledged: list[bytes]) -> None:
    """Every one of these envelopes is in the store, byte for byte."""
    with closing(server.open_store()) as store:
        kept = [store.read(envelope_id(envelope)) for envelope in acknowledged]
    assert kept.count(None) == 0
    assert kept == acknowledged

"""A server's folder, its real processes, and clients that speak to their sockets byte by byte."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from offramp.crypto.calendar import write_calendar
from offramp.crypto.envelope import envelope_id
from offramp.crypto.keyset import Keyset
from offramp.server.layout import ServerFolder
from offramp.server.setup import enroll_courier, make_folder
from offramp.server.signed.calendars import add_calendar
from offramp.store import Store, open_store
from tests.app.campaign import TestCampaign, TestCourier
from tests.harness.children import start_child, wait_for

BINARY = "application/octet-stream"
START_SECONDS = 60.0


@dataclass
class TestServer:
    """A folder that is ready to serve, and the processes that were started on it."""

    __test__ = False

    path: Path
    campaign: TestCampaign
    courier: TestCourier
    keyset: Keyset
    log: Path
    couriers_address: str
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> ServerFolder:
        return ServerFolder.at(self.path)

    def start(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """`python -m offramp.server …`, or `offramp serve …`, with all that it says in the log."""
        module = "offramp.cli" if arguments[0] == "serve" else "offramp.server"
        child = start_child(
            [sys.executable, "-P", "-m", module, arguments[0], str(self.path), *arguments[1:]],
            log=self.log,
            env={**os.environ, **(env or {})},
        )
        self.children.append(child)
        return child

    def start_intake(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """The intake's gunicorn, when it answers."""
        child = self.start("serve-intake", *arguments, env=env)
        wait_for(
            "the intake", lambda: ended(child) or answers(self.folder.intake_socket), seconds=START_SECONDS
        )
        return child

    def start_couriers(self) -> subprocess.Popen[bytes]:
        """The couriers' gunicorn, when it answers."""
        child = self.start("serve-couriers")
        path = self.folder.couriers_socket
        wait_for("the couriers' side", lambda: ended(child) or answers(path, "/epoch"), seconds=START_SECONDS)
        return child

    def open_store(self) -> Store:
        return open_store(self.folder.store_url)

    def stored(self) -> set[bytes]:
        """The ids of all that is kept."""
        with closing(self.open_store()) as store:
            return {one.id for one in store.waiting(bytes(32), limit=100_000)}

    def envelope(self) -> bytes:
        return self.campaign.seal(self.keyset)


def make_server(folder: Path, *, slot_count: int | None = None) -> TestServer:
    """A new server's folder, with a keyset, its card and a courier.

    As many slots as the campaign says, or `slot_count`.
    """
    inputs = folder / "inputs"
    inputs.mkdir()
    campaign, courier = TestCampaign(), TestCourier()
    campaign.slot_count = slot_count or campaign.slot_count
    toml, root = campaign.write_inputs(inputs)
    state = make_folder(folder / "server", campaign=toml, root=root)
    campaign.onion = state.intake_address
    keyset = campaign.keyset()
    (inputs / "calendar").write_bytes(write_calendar([keyset]))
    (inputs / "card").write_bytes(campaign.card().raw)
    add_calendar(state.folder, inputs / "calendar", inputs / "card")
    (inputs / "carol.toml").write_bytes(courier.public_file)
    enroll_courier(state.folder, inputs / "carol.toml")
    return TestServer(state.folder.path, campaign, courier, keyset, folder / "log", state.couriers_address)


def another(envelope: bytes) -> bytes:
    """An envelope that differs in its commitment, which the server cannot check: quicker than sealing."""
    return envelope[:52] + secrets.token_bytes(32) + envelope[84:]


def ended(child: subprocess.Popen[bytes]) -> bool:
    return child.poll() is not None


def worker_of(master: subprocess.Popen[bytes]) -> int:
    """The process id of gunicorn's one worker."""
    (pid,) = children_of(master.pid)
    return pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def kill_tree(master: subprocess.Popen[bytes]) -> None:
    """kill -9 of a gunicorn with its worker."""
    worker = worker_of(master)
    # Or it may be quick enough to start another worker, which we would not see.
    os.kill(master.pid, signal.SIGSTOP)
    os.kill(worker, signal.SIGKILL)
    master.kill()
    master.wait()
    wait_for("the worker's end", lambda: not is_alive(worker), seconds=10, pause=0.005)


class UnixHTTP(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path, timeout: float = 30) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def ask(path: Path, method: str, target: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """One request, and the status and the body of its answer."""
    with closing(UnixHTTP(path)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body or None, named)
        answer = connection.getresponse()
        return answer.status, answer.read()


def submit(path: Path, envelope: bytes) -> tuple[int, bytes]:
    """POST /sealed as the page does it."""
    return ask(path, "POST", "/sealed", envelope, Content_Type=BINARY, Sec_Fetch_Site="same-origin")


def is_receipt(answer: tuple[int, bytes], envelope: bytes) -> bool:
    """Whether this is a whole receipt of this envelope."""
    return answer == (
        201,
        json.dumps({"received": envelope_id(envelope).hex()}, separators=(",", ":")).encode(),
    )


def answers(path: Path, target: str = "/") -> bool:
    try:
        return ask(path, "HEAD", target)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def raw(path: Path, data: bytes, *, then_close: bool = True) -> bytes:
    """Send bytes as they are, and all that comes back until the server closes, within ten seconds.

    Without *then_close* the client could send more: then one whole answer is enough.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        try:
            client.sendall(data)
            if then_close:
                client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was all sent; the answer is there
        answer = b""
        try:
            while (then_close or not is_whole(answer)) and (piece := client.recv(65_536)):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def is_whole(answer: bytes) -> bool:
    """Whether all of the body is there that an answer announces."""
    head, end, body = answer.partition(b"\r\n\r\n")
    announced = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
    return bool(end) and announced is not None and len(body) >= int(announced[1])


def status_of(answer: bytes) -> int:
    """The status of the first answer; 0 where there is none."""
    words = answer.split(b"\r\n", 1)[0].split()
    return int(words[1]) if len(words) > 1 else 0

"""A week at a server, of which a test knows everything, and what is on its disk at the end."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from offramp.crypto.envelope import envelope_id
from tests.board.made import pack, reply_post
from tests.harness.children import end_child, start_child, wait_for
from tests.server.running import BINARY, TestServer, answers, ask, is_receipt, make_server, worker_of

HURRIED: Path = Path(__file__).with_name("hurried_server.py")
CANARY = "canary-in-a-letter-7a31"
FILE_CANARY = "canary-in-a-file-name-5b90.pdf"
HEADER_CANARY = "canary-in-a-header-31c9"
PATH_CANARY = "canary-in-a-path-88d1"
BODY_CANARY = "canary-in-a-body-5f02"
ADDRESS = "203.0.113.77"
CANARIES = (CANARY, FILE_CANARY, HEADER_CANARY, PATH_CANARY, BODY_CANARY, ADDRESS)

_DAY = 86_400.0
_BEGINS = -0.9 * _DAY  # the keyset of a test's server begins a day before now


@dataclass(frozen=True)
class Sent:
    """A real letter: when it came by the server's clock, and by the real one, in seconds since 1970."""

    envelope: bytes = field(repr=False)
    at: float
    really_at: float

    @property
    def id(self) -> bytes:
        return envelope_id(self.envelope)


@dataclass
class Week:
    """A server, its clock, and what really happened."""

    server: TestServer
    clock: Path
    broken: str = ""
    day: int = 0
    sent: list[Sent] = field(default_factory=list)
    fetched: list[bytes] = field(default_factory=list)
    events: list[float] = field(default_factory=list)
    _ahead: float = 0.0

    def begin(self) -> None:
        self._step(_BEGINS)
        self._start("serve-intake", self.server.folder.intake_socket, "/")
        self._start("serve-couriers", self.server.folder.couriers_socket, "/epoch")

    def _start(self, part: str, path: Path, target: str) -> None:
        child = start_child(
            [sys.executable, "-P", HURRIED, part, self.server.path],
            log=self.server.log,
            env={**os.environ, "HURRIED_CLOCK": str(self.clock), "HURRIED_BREAK": self.broken},
        )
        self.server.children.append(child)
        wait_for(part, lambda: answers(path, target), seconds=60)

    def _step(self, ahead: float) -> None:
        self._ahead = ahead
        with self.clock.open("r+b" if self.clock.exists() else "w+b") as file:
            file.write(struct.pack("d", ahead))

    @property
    def now(self) -> float:
        return time.time() + self._ahead

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()

    def next_day(self) -> None:
        """Let another day begin, at another hour, when what the server does on its clocks has been done."""
        self.rest()
        self.day += 1
        self._step(_BEGINS + self.day * _DAY + secrets.randbelow(3600))

    def rest(self) -> None:
        """Until the store's clock has come round after whatever was written last."""
        log = self.server.folder.store.with_name("store.db-wal")

        def is_empty() -> bool:
            if self.broken.startswith("log"):
                time.sleep(1)
                return True
            return not any(log.read_bytes()[:32])

        # The first time may be in the middle of a beat; what it writes by chance shows that the second is another.
        wait_for("a beat", is_empty, seconds=60, pause=0.005)
        wait_for("a write after it", lambda: bool(self.broken) or not is_empty(), seconds=60, pause=0.005)
        wait_for("the next beat", is_empty, seconds=60, pause=0.005)

    def send(self, text: str, attachment: int = 0) -> None:
        """A worker writes, with all that a browser might tell of them."""
        server = self.server
        envelope = server.campaign.seal(server.keyset, f"{CANARY} {text}", attachment)
        told = {"Cookie": HEADER_CANARY, "User_Agent": HEADER_CANARY, "X_Forwarded_For": ADDRESS}
        path = server.folder.intake_socket
        self.events.append(self.now)
        for target in ("/", f"/{PATH_CANARY}", f"/sealed?{PATH_CANARY}"):
            ask(path, "GET", target, b"", **told)
        ask(path, "POST", "/sealed", BODY_CANARY.encode(), Content_Type=BINARY, **told)
        at, really_at = self.now, time.time()
        assert is_receipt(ask(path, "POST", "/sealed", envelope, Content_Type=BINARY, **told), envelope)
        self.sent.append(Sent(envelope, at, really_at))

    def fetch(self) -> None:
        """A courier takes all that there is, and says so."""
        self.events.append(self.now)
        _, listed = self._signed("GET", "/envelopes?after=")
        names = [bytes.fromhex(name) for name, _, _ in json.loads(listed)["envelopes"]]
        for start in range(0, len(names), 256):
            some = b"".join(names[start : start + 256])
            assert self._signed("POST", "/fetch", some)[0] == 200
            assert self._signed("POST", "/acknowledge", some)[0] == 200
        self.fetched += names

    def push(self) -> None:
        """A courier brings an answer."""
        self.events.append(self.now)
        status, _ = self._signed("POST", "/push", pack(reply_post(today=self.today)))
        assert status == 200

    def _signed(self, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        server, path = self.server, self.server.folder.couriers_socket
        epoch = bytes.fromhex(ask(path, "GET", "/epoch")[1].decode())
        signed = server.courier.sign(epoch, server.couriers_address, method, target, body)
        more = {"Content_Type": BINARY} if body else {}
        return ask(path, method, target, body, Authorization=signed, User_Agent=HEADER_CANARY, **more)

    def covers(self) -> int:
        """How many letters are there that nobody sent."""
        with closing(sqlite3.connect(f"file:{self.server.folder.store}?mode=ro", uri=True)) as plain:
            names = {name for (name,) in plain.execute("SELECT id FROM ids")}
        return len(names - {one.id for one in self.sent})

    def seized(self) -> None:
        """The power is cut for good: nothing has the time to tidy up."""
        for child in self.server.children:
            worker = worker_of(child)
            subprocess.run(["kill", "-KILL", str(child.pid), str(worker)], check=True)
            end_child(child)


def week_at(folder: Path, place: Path, broken: str = "") -> Week:
    """A week that is to begin at a new server in a folder; *place* is for what is no part of it."""
    return Week(make_server(folder), place / "clock", broken)

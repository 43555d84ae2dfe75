"""Starting the parts of a server as child processes, waiting until they answer, and ending them together."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from offramp.server.errors import DidNotStart, PartEnded
from offramp.server.layout import ServerFolder

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
PUBLISH_SECONDS: Final = 360.0

_LOOK_EVERY: Final = 0.02  # seconds between two looks at a starting child


class Stopped(Exception):  # noqa: N818 - being stopped is no error
    """Somebody asked this program to end."""


class Child:
    """One part of the server, in a process of its own that ends when this process does."""

    def __init__(self, part: str, arguments: Sequence[str], *, announces: bool = False) -> None:
        """Start `offramp-server PART …`; with *announces*, it writes to a pipe once it is ready."""
        self.part = part
        self._ready, told = os.pipe() if announces else (-1, -1)
        command = [
            sys.executable,
            "-P",
            "-m",
            "offramp.server",
            part,
            *arguments,
            "--child-of",
            str(os.getpid()),
        ]
        if announces:
            command += ["--ready-fd", str(told)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, pass_fds=[told] if announces else []
        )
        if announces:
            os.close(told)

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def wait_until_answering(self, path: Path, target: str, until: float) -> None:
        """Wait for a proper HTTP answer on a unix socket.  Raises DidNotStart."""
        while not _answers(path, target):
            self._check_starting(until)
            time.sleep(_LOOK_EVERY)

    def wait_until_announced(self, until: float) -> None:
        """Wait until the child says that it is ready.  Raises DidNotStart."""
        while not select.select([self._ready], [], [], _LOOK_EVERY)[0]:
            self._check_starting(until)
        if not os.read(self._ready, 1):  # the pipe's end: it ended without a word
            self._process.wait()
            self._check_starting(until)

    def ask_to_end(self) -> None:
        if not self.has_ended():
            self._process.terminate()

    def wait_for_end(self, until: float) -> None:
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _check_starting(self, until: float) -> None:
        if self.has_ended():
            raise DidNotStart(f"`{self.part}` did not start; what it said stands above.")
        if time.monotonic() > until:
            raise DidNotStart(f"`{self.part}` did not answer in time.")


class Supervisor:
    """The children of one `offramp serve`.  Used with `with`: leaving ends them all."""

    def __init__(self) -> None:
        self._children: list[Child] = []

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough
        until = time.monotonic() + STOP_SECONDS
        for child in self._children:
            child.ask_to_end()
        for child in self._children:
            child.wait_for_end(until)

    def start(self, part: str, arguments: Sequence[str], *, announces: bool = False) -> Child:
        child = Child(part, arguments, announces=announces)
        self._children.append(child)
        return child

    def wait(self) -> NoReturn:
        """Wait for the end.  Raises PartEnded when a child ends by itself, Stopped when a signal comes."""
        while True:
            # Takes no time of the processor, and a child that ended says so at once.
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            for child in self._children:
                if child.has_ended():
                    raise PartEnded(f"`{child.part}` ended, so all of it was stopped.")


def start_web(supervisor: Supervisor, folder: ServerFolder, port: int | None) -> None:
    """Start both web processes, and wait until they answer.  Raises DidNotStart."""
    until = time.monotonic() + START_SECONDS
    common = [str(folder.path), "--sockets", str(folder.sockets)]
    intake = supervisor.start("serve-intake", [*common, *(["--port", str(port)] if port else [])])
    couriers = supervisor.start("serve-couriers", common)
    intake.wait_until_answering(folder.intake_socket, "/", until)
    couriers.wait_until_answering(folder.couriers_socket, "/epoch", until)


def start_publisher(supervisor: Supervisor, folder: ServerFolder, tor: Mapping[str, object]) -> None:
    """Start the publisher with these options, and wait until visitors can find the site.  Raises DidNotStart."""
    arguments = [str(folder.path), "--sockets", str(folder.sockets)]
    for option, value in tor.items():
        arguments += [option, str(value)] if value is not None else []
    publisher = supervisor.start("publish", arguments, announces=True)
    publisher.wait_until_announced(time.monotonic() + PUBLISH_SECONDS)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:*port*."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=2)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def get(path: Path, target: str, method: str = "GET") -> tuple[int, bytes] | None:
    """What is answered on a unix socket: the status and the body; None where nobody answers properly."""
    connection = _UnixConnection(path)
    try:
        connection.request(method, target, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _answers(path: Path, target: str) -> bool:
    answer = get(path, target, "HEAD")
    return answer is not None and answer[0] == 200


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped

"""One tor process of the tests, and a plain control connection to it.

`assert_private` looks at every configuration before it is used: no tor here may reach the public network.
"""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness.children import end_child, kill_child, start_child, tail, wait_for
from tests.harness.wire import connect

_START_SECONDS = 60.0
_ANSWER_SECONDS = 30.0
_COOKIE_BYTES = 32


class TorMissing(AssertionError):  # noqa: N818  # says what is wrong
    """There is no tor on this machine: install it with `apt-get install tor`."""


class WouldLeaveTheMachine(AssertionError):  # noqa: N818  # as above
    """This tor configuration could reach the public network."""


def assert_private(lines: Iterable[str]) -> None:
    """`WouldLeaveTheMachine`, unless tor has no network, or one whose only authority is on the loopback."""
    words = [line.split() for line in lines]
    options: dict[str, list[list[str]]] = {}
    for name, *rest in words:
        options.setdefault(name.lower(), []).append(rest)
    if options.get("disablenetwork") == [["1"]]:
        return
    authorities = options.get("dirauthority", [])
    local = all(any(word.startswith("127.0.0.1:") for word in authority) for authority in authorities)
    if options.get("testingtornetwork") != [["1"]] or not authorities or not local:
        raise WouldLeaveTheMachine(f"not a private network: {sorted(options)}")
    for forbidden in ("fallbackdir", "bridge", "alternatedirauthority", "%include"):
        if forbidden in options:
            raise WouldLeaveTheMachine(forbidden)


class ControlRefused(AssertionError):  # noqa: N818  # as above
    """tor answered a control command with an error."""


class TorControl:
    """A control connection that asks and gets answers, one at a time; for the tests' own questions."""

    def __init__(self, control_socket: Path, cookie: Path) -> None:
        self._socket = connect(control_socket)
        self._socket.settimeout(_ANSWER_SECONDS)
        self._reader = self._socket.makefile("rb")
        self.ask(f"AUTHENTICATE {cookie.read_bytes().hex()}")

    def ask(self, command: str) -> list[str]:
        """The lines of the answer without their codes; a data block's lines stand as they are."""
        self._socket.sendall(command.encode("ascii") + b"\r\n")
        lines = []
        while True:
            line = self._line()
            code, mark, rest = line[:3], line[3:4], line[4:]
            if not code.startswith("2"):
                raise ControlRefused(f"{command.split()[0]}: {line}")
            lines.append(rest)
            while mark == "+" and (more := self._line()) != ".":
                lines.append(more)
            if mark == " ":
                return lines

    def event(self) -> str:
        """The next event of those asked for with SETEVENTS, without its code."""
        while not (line := self._line()).startswith("650 "):
            pass
        return line.removeprefix("650 ")

    def info(self, key: str) -> str:
        """`GETINFO key`: its value, many lines as one text."""
        lines = self.ask(f"GETINFO {key}")
        if lines[0].startswith(f"{key}="):
            lines[0] = lines[0].removeprefix(f"{key}=")
        return "\n".join(lines[:-1]).strip()  # the last line is OK

    def _line(self) -> str:
        line = self._reader.readline()
        if not line:
            raise ConnectionError("tor closed the control connection")
        return line.decode("utf-8", "replace").rstrip("\r\n")

    def close(self) -> None:
        """End the connection; whatever it made without `Detach` goes with it."""
        self._reader.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class TorProcess:
    """A tor with its own folder. `lines` are its torrc beside what every tor of the tests has."""

    def __init__(self, name: str, folder: Path, lines: Iterable[str]) -> None:
        self.name = name
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.control_socket = folder / "control"
        self.control_port_file = folder / "control-port"
        self.cookie = self.data / "control_auth_cookie"
        self._lines = list(lines)
        self._child: subprocess.Popen[bytes] | None = None
        for needed in (folder, self.data):
            needed.mkdir(mode=0o700, exist_ok=True)

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._child is not None, f"{self.name} was not started"
        return self._child.pid

    @property
    def running(self) -> bool:
        """Was it started, and has it not ended?"""
        return self._child is not None and self._child.poll() is None

    def launch(self) -> None:
        """Start the process; `wait_ready` waits for it. It ends with the thread that calls this."""
        assert_private(self._lines)
        for told_before in (self.control_port_file, self.cookie):
            told_before.unlink(missing_ok=True)
        torrc = self.folder / "torrc"
        torrc.write_text("".join(f"{line}\n" for line in [*self._lines, *self._own_lines()]))
        nothing = self.folder / "no-defaults"
        nothing.touch()
        command: list[str | Path] = [tor_binary(), "--defaults-torrc", nothing, "-f", torrc]
        self._child = start_child(command, log=self.log, cwd=self.folder)

    def _own_lines(self) -> list[str]:
        return [
            f"DataDirectory {self.data}",
            "Log notice stdout",
            f"ControlSocket {self.control_socket}",
            "ControlPort auto",
            f"ControlPortWriteToFile {self.control_port_file}",
            "CookieAuthentication 1",
            "ShutdownWaitLength 0",
            "AvoidDiskWrites 1",
        ]

    def wait_ready(self) -> None:
        """Until its control connection answers."""
        wait_for(f"the control port of {self.name}", self._is_ready, seconds=_START_SECONDS)

    def _is_ready(self) -> bool:
        if not self.running:
            raise AssertionError(f"{self.name} ended:\n{tail(self.log)}")
        told = (self.control_port_file, self.cookie, self.control_socket)
        return all(path.exists() for path in told) and self.cookie.stat().st_size == _COOKIE_BYTES

    def control(self) -> TorControl:
        """A new control connection."""
        return TorControl(self.control_socket, self.cookie)

    @property
    def control_port(self) -> int:
        """The TCP control port that tor chose."""
        told = re.search(r"^PORT=127\.0\.0\.1:(\d+)$", self.control_port_file.read_text(), re.MULTILINE)
        assert told, f"{self.name} has no control port"
        return int(told[1])

    def info(self, key: str) -> str:
        """One `GETINFO` on a connection of its own."""
        with self.control() as control:
            return control.info(key)

    def ask(self, command: str) -> list[str]:
        """One command on a connection of its own."""
        with self.control() as control:
            return control.ask(command)

    @property
    def socks_port(self) -> int:
        """The SOCKS port that tor chose."""
        found = re.search(r'"127\.0\.0\.1:(\d+)"', self.info("net/listeners/socks"))
        assert found, f"{self.name} has no SOCKS port"
        return int(found[1])

    def kill(self) -> None:
        """SIGKILL: tor gets to say nothing to anybody."""
        if self._child is not None:
            kill_child(self._child)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL."""
        if self._child is not None:
            end_child(self._child)


def tor_binary(name: str = "tor") -> str:
    """The path of tor, or of a program that comes with it."""
    # Debian's packages put tor into a folder that not every user's PATH has
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    if found is None:
        raise TorMissing(TorMissing.__doc__)
    return found


def offline_tor(folder: Path, *lines: str) -> TorProcess:
    """A started tor without any network, for questions to its control connection; the caller stops it."""
    tor = TorProcess("offline", folder, ["DisableNetwork 1", "SocksPort 0", *lines])
    tor.launch()
    tor.wait_ready()
    return tor


def free_port() -> int:
    """A loopback port below those that the kernel gives to outgoing connections, so that none takes it."""
    # the system's randomness: pytest-randomly gives several workers the same seed
    for port in random.SystemRandom().sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")

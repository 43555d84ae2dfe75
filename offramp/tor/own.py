"""A tor of our own: the machine's tor program, run as this user, in a folder of ours, and ended with us.

For whoever may not control the tor that the system runs: it needs no root, no group and no cookie of another user.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.tor.control import Control
from offramp.tor.errors import OwnTorEnded, TorNotInstalled, TorOptionsMissing, TorTooSlow

BOOTSTRAP_SECONDS: Final = 180.0
_END_SECONDS: Final = 5.0
_LOOK_EVERY: Final = 0.1
_COOKIE_BYTES: Final = 32
_PORT: Final = re.compile(r"PORT=127\.0\.0\.1:(\d+)")
_PHASE: Final = re.compile(r'PROGRESS=(\d+).*SUMMARY="([^"]*)"')


@dataclass(frozen=True, slots=True)
class OwnTor:
    """A running tor; both ports are on 127.0.0.1."""

    control_port: int
    socks_port: int
    require_running: Callable[[], None]
    """Raises OwnTorEnded once tor has ended."""


@contextmanager
def own_tor(
    folder: Path, on_progress: Callable[[str], None], *, socks: bool = True, more_options: Path | None = None
) -> Iterator[OwnTor]:
    """Within the block a tor runs whose state, its guards among it, is kept in `folder` (0700).

    Without `socks` it has no SOCKS port, and its number is 0.
    `on_progress` gets a sentence for each step into the network. `more_options` is a torrc with what the
    network here needs, bridges for example.
    Raises TorNotInstalled, OwnTorEnded (with tor's own last words), TorTooSlow, and any error of connecting.
    """
    binary = shutil.which("tor")
    if binary is None:
        raise TorNotInstalled
    # tor itself would pass over a file that is not there, and connect without the bridges in it.
    if more_options is not None and not more_options.is_file():
        raise TorOptionsMissing(f"{more_options}: {TorOptionsMissing.__doc__}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told, cookie = folder / "control-port", _cookie(folder)
    for left in (told, cookie):
        left.unlink(missing_ok=True)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            _command(binary, folder, told, more_options, socks=socks),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        control_port = _control_port(process, told, folder)
        # stem makes this connection tor's owner, since tor names this process: tor ends as soon as it breaks.
        with Control(control_port) as owner:
            socks_port = _bootstrap(process, owner, folder, on_progress)
            yield OwnTor(control_port, socks_port, lambda: _require_running(process, folder))
    finally:
        _end(process)


def _command(binary: str, folder: Path, told: Path, more_options: Path | None, *, socks: bool) -> list[str]:
    torrc, log = folder / "torrc", folder / "log"
    torrc.write_text("# Options stand on the command line, and in the file that --tor-options names.\n")
    log.unlink(missing_ok=True)
    options = {
        "DataDirectory": str(folder / "data"),
        "SocksPort": "auto IsolateSOCKSAuth ExtendedErrors" if socks else "0",
        "ControlPort": "auto",
        "ControlPortWriteToFile": str(told),
        "CookieAuthentication": "1",
        "Log": f"notice file {log}",
        # tor would write down four times a day how many visitors our onions had.
        "HeartbeatPeriod": "0",
        # Until we are connected, tor looks for this process every few seconds, and ends when it is gone.
        "__OwningControllerProcess": str(os.getpid()),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [binary, "-f", str(torrc), "--defaults-torrc", str(more_options or torrc), *words]


def _cookie(folder: Path) -> Path:
    return folder / "data" / "control_auth_cookie"


def _control_port(process: subprocess.Popen[bytes], told: Path, folder: Path) -> int:
    """The port, as soon as tor has written it down, and the cookie, which it writes later."""
    until = time.monotonic() + BOOTSTRAP_SECONDS
    cookie = _cookie(folder)
    while time.monotonic() < until:
        there = told.exists() and cookie.exists() and cookie.stat().st_size == _COOKIE_BYTES
        if there and (found := _PORT.search(told.read_text())):
            return int(found[1])
        _require_running(process, folder)
        time.sleep(_LOOK_EVERY)
    raise TorTooSlow


def _bootstrap(
    process: subprocess.Popen[bytes], control: Control, folder: Path, on_progress: Callable[[str], None]
) -> int:
    """Wait until tor has a circuit; its SOCKS port."""
    until = time.monotonic() + BOOTSTRAP_SECONDS
    said = ""
    while time.monotonic() < until:
        phase = _PHASE.search(control.ask("GETINFO status/bootstrap-phase").lines[0])
        if phase and phase[2] != said:
            said = phase[2]
            on_progress(f"tor, {phase[1]} %: {said}")
        if phase and phase[1] == "100":
            return _socks_port(control)
        _require_running(process, folder)
        time.sleep(_LOOK_EVERY)
    raise TorTooSlow


def _socks_port(control: Control) -> int:
    """The number of the SOCKS port; 0 where there is none."""
    number = control.ask("GETINFO net/listeners/socks").lines[0].rpartition(":")[2].rstrip('"')
    return int(number) if number.isdecimal() else 0


def _require_running(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.poll() is not None:
        words = [line for line in _logged(folder) if "[err]" in line or "[warn]" in line]
        raise OwnTorEnded(" ".join([str(OwnTorEnded.__doc__), *words[-2:]]))


def _logged(folder: Path) -> list[str]:
    """What tor wrote; one that does not understand its options says so on its output, before any log."""
    written = [folder / "log", folder / "output"]
    return [
        line for path in written if path.exists() for line in path.read_text(errors="replace").splitlines()
    ]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

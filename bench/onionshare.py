"""OnionShare's receive mode: installed from its locked packages, run on loopback without tor, and spoken to."""

from __future__ import annotations

import hashlib
import http.client
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.results import BenchError
from tests.harness.children import end_child, start_child, wait_for

ROOT = Path(__file__).parent.parent
ENVIRONMENT = ROOT / ".venv" / "peers" / "onionshare"  # goes with `make clean`
LOCKS = (ROOT / "requirements" / "setuptools.txt", ROOT / "requirements" / "onionshare.txt")
BOUNDARY = "----offramp-bench"
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class OnionShare:
    """One that runs: its version, its process and its port on 127.0.0.1."""

    version: str
    pid: int
    port: int


class TextSubmitter:
    """A client that keeps its connection and sends a text over and over, as the page's script does."""

    def __init__(self, peer: OnionShare, text: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=30)
        self._headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        self._body = _form(text)

    def __call__(self) -> None:
        """One submission, until it says that the text is there.  Raises BenchError when it does not."""
        self._connection.request("POST", "/upload-ajax", self._body, self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200 or b"Message submitted" not in said:
            raise BenchError(f"OnionShare took nothing: {answer.status} {said[:80]!r}")

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


@contextmanager
def onionshare(folder: Path) -> Iterator[OnionShare]:
    """Run it with its settings and what it receives in *folder*.  Raises BenchError when it cannot be installed."""
    program = install() / "bin" / "onionshare-cli"
    log, received = folder / "onionshare.log", folder / "received"
    received.mkdir()
    command: list[str | Path] = [program, "--receive", "--local-only", "--public", "--data-dir", received]
    environment = {"HOME": str(folder), "PATH": f"{program.parent}:/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
    child = start_child(command, log=log, env=environment)
    try:
        wait_for("OnionShare", lambda: child.poll() is not None or _port(log), seconds=START_SECONDS)
        port = _port(log)
        if port is None:
            raise BenchError(f"OnionShare did not start: {log.read_text()[-300:]}")
        wait_for("its page", lambda: _answers(port), seconds=START_SECONDS)
        yield OnionShare(_version(program.parent), child.pid, port)
    finally:
        end_child(child)


def _form(text: str) -> bytes:
    """What a browser sends for the form: no file, and the text."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file[]"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n",
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="text"\r\n\r\n{text}\r\n',
        f"--{BOUNDARY}--\r\n",
    )
    return "".join(parts).encode()


def install() -> Path:
    """Its environment, made anew where the lock files have changed; nothing without a hash gets into it."""
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    mark = ENVIRONMENT / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        _done(sys.executable, "-m", "venv", ENVIRONMENT)
        for lock in LOCKS:
            pip = (
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "--no-deps",
            )
            _done(ENVIRONMENT / "bin" / "python", "-m", *pip, "--no-build-isolation", "-r", lock)
        mark.write_text(wanted)
    return ENVIRONMENT


def _done(*command: str | Path) -> str:
    """What it prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise BenchError(f"OnionShare could not be installed: {done.stderr[-300:]}")
    return done.stdout


def _version(programs: Path) -> str:
    asked = "from importlib.metadata import version; print(version('onionshare-cli'))"
    return _done(programs / "python", "-c", asked).strip()


def _port(log: Path) -> int | None:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())
    return int(found[1]) if found else None


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()

"""A PostgreSQL of our own in a temporary folder: on a unix socket only, durable, and gone with the test run.

    with PrivatePostgres() as server:
        open_store(server.new_database())

It never touches a cluster of the system's, and ends with the process that started it.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from tests.harness.children import tail, wait_for
from tests.server.running import children_of, is_alive

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_START_SECONDS = 60.0
_OTHER_USERS = ("postgres", "nobody")  # for root, whom PostgreSQL does not work for

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # in its folder: nothing stays behind
    "autovacuum_naptime": "1h",  # no test waits for it
    "fsync": "on",
}


class NoPostgres(Exception):  # noqa: N818  # says what is missing
    """There is no PostgreSQL server on this machine; Debian's package is called postgresql."""

    def __str__(self) -> str:
        return str(type(self).__doc__)


def programs() -> Path:
    """The folder of initdb and postgres, the newest where there are several.  Raises NoPostgres."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        raise NoPostgres
    return max(found, key=lambda path: float(path.parent.name))


class PrivatePostgres:
    """One cluster.  *settings* go above those of every test; *standby_of* makes it follow another.

    *folder* is where it lies, and *log_folder* where its logs do, apart from the rest.  What the
    folder holds is removed at the end.
    """

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        folder: Path | None = None,
        log_folder: Path | None = None,
        standby_of: PrivatePostgres | None = None,
    ) -> None:
        self._settings = {**_SETTINGS, **(settings or {})}
        self._standby_of, self._log_folder = standby_of, log_folder
        self.folder = folder or Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self.log = (log_folder or self.folder) / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()

    def __enter__(self) -> Self:
        _OPEN.append(self)
        self._own(self.folder)
        if self._standby_of is None:
            how = ["--no-sync", "--auth=trust", "--username=offramp"]
            if self._log_folder is not None:
                self._own(self._log_folder)
                how.append(f"--waldir={self._log_folder / 'wal'}")
            self._run("initdb", "--pgdata", self.data, *how)
        else:
            source = f"--dbname={self._standby_of.url()}"
            self._run("pg_basebackup", source, "--pgdata", self.data, "--write-recovery-conf", "--no-sync")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _OPEN.remove(self)
        self._remove()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        return f"postgresql:///{database}?host={self.folder}&user=offramp"

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"offramp_{os.getpid()}_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, statement: str, url: str | None = None) -> list[Any]:
        """The rows of a statement's answer, where it has one."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start the server, and wait until it answers; *settings* are added to its own."""
        self._settings |= settings or {}
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, "-k", self.folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=functools.partial(_die_with, os.getpid()),
                **_owner(),
            )
        wait_for("PostgreSQL", self._answers, seconds=_START_SECONDS)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server at once, as a crash does; with SIGINT in good order.  `start` begins where it was."""
        process, self._process = self._process, None
        if process is None:
            return
        children = children_of(process.pid) if process.poll() is None else []
        process.send_signal(how)
        process.wait()
        # After SIGKILL they notice by and by, and until then nothing can start in their place.
        wait_for("PostgreSQL's end", lambda: not any(map(is_alive, children)), seconds=60)

    def reset(self, name: str) -> None:
        """Have the running server go by its own setting again."""
        self.sql(f"ALTER SYSTEM RESET {name}")
        self.sql("SELECT pg_reload_conf()")

    def reload(self, settings: Mapping[str, str]) -> None:
        """Have the running server go by these settings."""
        for name, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")

    def run(self, program: str, *arguments: str | Path) -> str:
        """What one of PostgreSQL's own programs prints, run as the server's user."""
        return self._run(program, *arguments)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"PostgreSQL ended:\n{tail(self.log)}")
        try:
            self.sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _own(self, path: Path) -> None:
        owner = _owner()
        if owner:
            os.chown(path, owner["user"], owner["group"])
        path.chmod(0o711 if owner else 0o700)

    def _run(self, program: str, *arguments: str | Path) -> str:
        done = subprocess.run(
            [programs() / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            **_owner(),
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return str(done.stdout)

    def _remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


_OPEN: list[PrivatePostgres] = []


def pytest_sessionfinish() -> None:
    """End those whose `with` nobody leaves.  pytest's workers end without what `atexit` was told."""
    while _OPEN:
        _OPEN.pop()._remove()


def _owner() -> dict[str, Any]:
    """As whom the server runs: arguments for subprocess.  Raises NoPostgres."""
    if os.getuid() != 0:
        return {}
    for name in _OTHER_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgres


def _die_with(parent: int) -> None:
    # Not SIGKILL: then it would leave a piece of shared memory behind.
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
    if os.getppid() != parent:
        os._exit(1)

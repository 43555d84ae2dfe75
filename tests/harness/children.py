"""Child processes that never outlive the tests.

A test run may end by a timeout, by Ctrl-C or by SIGKILL.
The kernel's parent-death signal ends the children in all three cases; no clean-up code has to run.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class GaveUpWaiting(AssertionError):  # noqa: N818  # says what happened, as the project's own errors do
    """A condition did not come true in time."""


def wait_for(what: str, condition: Callable[[], object], *, seconds: float, pause: float = 0.05) -> object:
    """Call `condition` until it gives something true, and return that; `GaveUpWaiting` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > deadline:
            raise GaveUpWaiting(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)


def start_child(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` with its output in `log`; it gets SIGKILL as soon as the calling thread ends.

    The kernel watches the thread that started the child, not the whole process: call this from the main
    thread, or from one that lives as long as the child is wanted.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died between fork and prctl, so no signal will come
            os._exit(1)

    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            preexec_fn=die_with_parent,  # two system calls, no lock that another thread could hold
        )


def end_child(child: subprocess.Popen[bytes], *, patience: float = 5.0) -> None:
    """SIGTERM, then SIGKILL after `patience` seconds; returns when the process is gone."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    kill_child(child)


def kill_child(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL, with nothing saved; returns when the process is gone."""
    if child.poll() is None:
        child.kill()
    child.wait()


def tail(log: Path, lines: int = 25) -> str:
    """The last lines of a log, for the message of a failure."""
    if not log.exists():
        return f"({log.name}: no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

"""Nothing of a server's memory gets into a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.server.running import TestServer, worker_of


def test_a_running_server_cannot_be_dumped(server: TestServer) -> None:
    for master in (server.start_intake(), server.start_couriers()):
        proc = Path(f"/proc/{worker_of(master)}")
        (limit,) = [line for line in (proc / "limits").read_text().splitlines() if "core file" in line]
        assert limit.split()[4:6] == ["0", "0"]
        assert int((proc / "coredump_filter").read_text(), 16) == 0


def _locked(memlock: str) -> tuple[bool, int]:
    """What comes of it under a limit for locked memory, and how many KiB are locked then."""
    program = f"""
import resource
from offramp.server.traces.memory import keep_in_memory
soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
resource.setrlimit(resource.RLIMIT_MEMLOCK, ({memlock}, hard))
locked = keep_in_memory()
more = bytes(50_000_000)
print(int(locked), *[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmLck")])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    locked, size = done.stdout.split()
    return locked == "1", int(size)


def test_with_the_right_to_it_memory_is_locked() -> None:
    locked, size = _locked("hard")
    assert (size > 0) == locked


def test_under_a_limit_nothing_is_locked_and_memory_still_comes() -> None:
    assert _locked("65536") == (False, 0)

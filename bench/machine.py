"""What the numbers were taken on: enough to judge them by, and nothing that names a machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import apsw


def describe() -> dict[str, Any]:
    """Cores, memory in GiB, versions; and how busy the machine was before anything was measured."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "processor": _processor(),
        "linux": platform.release().split("-", 1)[0],
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()

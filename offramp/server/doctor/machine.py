"""Checks of the machine: versions, clock, and what could bring memory onto a disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import apsw

from offramp.board.days import day_of
from offramp.server.backup.taking import mark_of_backup
from offramp.server.doctor.findings import Trouble, warning, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.files import read_text
from offramp.server.words import on_day

OLDEST_SQLITE: Final = (3, 51, 3)
"""Those before it lose writes when two processes empty the log at once."""

UNTRIED_PYTHON: Final = (3, 14)
_IN_MEMORY: Final = "zram"


def versions(_: Patient) -> Iterator[Trouble]:
    """Python and SQLite: an installation may be old, or made in another way than ours."""
    if sys.version_info >= UNTRIED_PYTHON:
        yield warning(
            f"This is Python {sys.version.split()[0]}, with which nobody has tried stem.",
            "Install Offramp with the Python of Debian 12 or 13, as deploy/README.md tells.",
        )
    found = apsw.sqlite_lib_version()
    if tuple(map(int, found.split("."))) < OLDEST_SQLITE:
        yield wrong(
            f"SQLite {found} can damage the store when two processes use it.",
            "Install Offramp with the packages that come with it, as deploy/README.md tells.",
        )


def clock(patient: Patient) -> Iterator[Trouble]:
    """A clock that is behind something that has happened is wrong; the calendar and tor see more (other checks)."""
    today = day_of(patient.clock)
    mark = mark_of_backup(patient.folder)
    if mark.exists():
        last = date.fromisoformat(read_text(mark))
        if today < last - timedelta(days=1):
            yield wrong(
                f"The clock says {on_day(today)}, and a backup was taken on {on_day(last)}.",
                "Set the clock right, and let `systemd-timesyncd` keep it: `timedatectl set-ntp true`.",
            )


def swap(patient: Patient) -> Iterator[Trouble]:
    """Swap keeps letters on the disk that were only ever in memory."""
    text = patient.text("/proc/swaps")
    for line in (text or "").splitlines()[1:]:
        place = line.split()[0]
        if not (_is_in_memory(place) or is_encrypted(patient, Path(place).name)):
            yield wrong(
                f"There is swap on {place}, and it is not encrypted: what was in memory can be read from the disk.",
                f"`swapoff {place}`, and take its line out of /etc/fstab.",
            )


def core_dumps(patient: Patient) -> Iterator[Trouble]:
    """Our processes ask for none, but a program that takes dumps is given them all the same."""
    pattern = (patient.text("/proc/sys/kernel/core_pattern") or "").strip()
    if pattern.startswith("|"):
        yield warning(
            f"When a program crashes, {pattern[1:].split()[0]} gets all that it had in memory, and may keep it.",
            "`echo kernel.core_pattern=core > /etc/sysctl.d/99-offramp.conf && sysctl --system`: then a dump is a "
            "file, and Offramp makes none.",
        )


def is_encrypted(patient: Patient, device: str) -> bool:
    """Whether a block device is dm-crypt, or lies on one (LVM)."""
    block = (patient.system / "sys/class/block" / device).resolve()
    uuid = block / "dm/uuid"
    if uuid.exists() and uuid.read_text().startswith("CRYPT-"):
        return True
    below = block / "slaves"
    names = [one.name for one in below.iterdir()] if below.is_dir() else []
    return bool(names) and all(is_encrypted(patient, name) for name in names)


def _is_in_memory(place: str) -> bool:
    return Path(place).name.startswith(_IN_MEMORY)

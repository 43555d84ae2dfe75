"""Checks of what the server's folder lies on: does it last, is it encrypted, is there room."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.server.capacity.limits import read_limits
from offramp.server.doctor.findings import Trouble, unseen, warning, wrong
from offramp.server.doctor.machine import is_encrypted
from offramp.server.doctor.patient import Patient
from offramp.store.connection import RESERVE_BYTES, free_bytes

_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_OVER_A_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs"})
_COPY_ON_WRITE: Final = frozenset({"btrfs", "zfs", "bcachefs", "overlay", "f2fs"})
_WITHOUT_ORDER: Final = ("data=writeback", "nobarrier", "barrier=0")
_FEW_INODES: Final = 10_000
_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mount:
    """Where something is mounted, what kind of file system it is, on which device, with which options."""

    point: Path
    kind: str
    device: str  # major:minor
    source: str
    options: tuple[str, ...]


def mount_of(patient: Patient, path: Path) -> Mount | None:
    """The mount in which a path lies, by /proc/self/mountinfo (proc(5)); None where that is not there."""
    text = patient.text("/proc/self/mountinfo")
    found = None
    for line in (text or "").splitlines():
        mount = _read(line)
        if path.is_relative_to(mount.point) and (found is None or mount.point.is_relative_to(found.point)):
            found = mount  # a later one of the same place hides the one before it
    return found


def _read(line: str) -> Mount:
    before, _, after = line.partition(" - ")
    _, _, device, _, point, options, *_ = before.split(" ")
    kind, source, more = after.split(" ")[:3]
    return Mount(
        Path(point.replace("\\040", " ")), kind, device, source, (*options.split(","), *more.split(","))
    )


def file_system(patient: Patient) -> Iterator[Trouble]:
    """Received is said once the bytes are on the disk: so there must be a disk, and it must obey."""
    folder = patient.folder.path
    mount = mount_of(patient, folder)
    if mount is None:
        yield unseen("Nobody here can tell what file system the folder lies on.")
        return
    elsewhere = f"Move {folder} to a disk with ext4 or xfs."
    if mount.kind in _IN_MEMORY:
        yield wrong(
            f"{folder} lies in memory ({mount.kind}): all of it is gone at the next start.", elsewhere
        )
    if mount.kind in _OVER_A_NETWORK:
        yield wrong(
            f"{folder} lies on another machine ({mount.kind}), where locks and syncs may not mean much.",
            elsewhere,
        )
    if mount.kind in _COPY_ON_WRITE:
        yield warning(
            f"{mount.kind} writes into other places than before: letters that were deleted stay on the disk until it "
            "needs the room.",
            elsewhere,
        )
    for option in _WITHOUT_ORDER:
        if option in mount.options:
            yield wrong(
                f"{mount.point} is mounted with {option}: a power cut can take away what was acknowledged.",
                f"Take {option} out of /etc/fstab, and mount it anew.",
            )
    if "ro" in mount.options:
        yield wrong(
            f"{mount.point} is mounted read-only, so nothing can be kept. A disk with errors is made so.",
            "`dmesg` says why. Take a backup of what is there (`offramp server backup`), and get another disk.",
        )


def encryption(patient: Patient) -> Iterator[Trouble]:
    """The device keeps copies of its own of what was overwritten: only LUKS takes their worth away."""
    mount = mount_of(patient, patient.folder.path)
    device = patient.system / "sys/dev/block" / (mount.device if mount else "none")
    if mount is None or not device.exists():
        yield unseen("Nobody here can tell whether the disk is encrypted.")
    elif not is_encrypted(patient, device.resolve().name):
        yield warning(
            f"The disk with {patient.folder.path} is not encrypted: whoever takes it reads days, sizes and the onion's "
            "keys, and perhaps letters that were deleted, all of them sealed.",
            "Install the server with an encrypted disk (LUKS). A rented one may be encrypted by its owner; that keeps "
            "nothing from its owner.",
        )


def room(patient: Patient) -> Iterator[Trouble]:
    """Below the reserve, nothing is taken; and the quota must fit."""
    store = patient.folder.store
    free = free_bytes(store) if store.parent.exists() else free_bytes(patient.folder.path / "x")
    if free < RESERVE_BYTES:
        yield wrong(
            f"There are {free // _MEBIBYTE} MB left on the disk; below {RESERVE_BYTES // _MEBIBYTE} nothing is taken.",
            "Make room: old logs (`journalctl --vacuum-size=50M`), packages (`apt clean`).",
        )
    quota = read_limits(patient.folder.limits).disk_megabytes * 1_000_000
    used = store.stat().st_size if store.exists() else 0
    fits = free + used - RESERVE_BYTES
    if fits < quota:
        yield warning(
            f"Letters may take {quota // 1_000_000} MB, and there is room for {max(0, fits) // 1_000_000}.",
            f"`offramp server limits {patient.folder.path} --disk {max(64, fits // 1_000_000)}`, or a larger disk.",
        )
    inodes = os.statvfs(patient.folder.path)
    if inodes.f_files and inodes.f_favail < _FEW_INODES:  # some file systems do not count them
        yield warning(
            f"The disk has room for {inodes.f_favail} more files only.",
            "Find what has so many: `du --inodes -x / | sort -n | tail`.",
        )

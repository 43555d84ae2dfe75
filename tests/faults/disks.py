"""A small disk of a test's own: a real ext4 in a file, which can be full, fail, be torn out or lose its power.

It needs root and a loop device; without them the tests that use it are skipped.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.harness.children import wait_for

MIB: Final = 1024 * 1024

# ext4.h: stop at once, and let nothing more out of memory, not even the journal. xfstests cut the power with it.
_EXT4_IOC_SHUTDOWN: Final = 0x8004_587D
_NO_LOG_FLUSH: Final = 2


def why_not() -> str:
    """Why no such disk can be made here; empty where it can."""
    if os.geteuid() != 0:
        return "only root can mount a disk"
    if not Path("/dev/loop-control").exists():
        return "there are no loop devices here"
    missing = [name for name in ("mkfs.ext4", "losetup", "mount", "umount") if shutil.which(name) is None]
    return f"{missing[0]} is not installed" if missing else ""


class SmallDisk:
    """An ext4 of some MiB, mounted at `path`.  As on a usual server, an error makes it read-only."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.image, self.path = folder / "image", folder / "disk"
        self.path.mkdir(parents=True)
        with self.image.open("wb") as image:
            image.truncate(megabytes * MIB)
        _run("mkfs.ext4", "-q", "-m", "0", "-J", "size=4", self.image)
        self.mount()

    def mount(self) -> None:
        """Put the disk in."""
        # A loop device of its own each time: another container may still hold the one before, with its lost power.
        device = _run("losetup", "--find", "--show", self.image).strip()
        try:
            _run("mount", "-o", "errors=remount-ro", device, self.path)
        finally:
            _run("losetup", "--detach", device)  # once it is not in use any more

    def unmount(self) -> None:
        """Take the disk out; whatever runs on it must have ended."""
        # A process that was killed lets go of its files a moment after it is gone from /proc.
        wait_for("the end of all use of the disk", self._try_to_unmount, seconds=20)

    def _try_to_unmount(self) -> bool:
        return subprocess.run(["umount", self.path], capture_output=True, check=False).returncode == 0

    def cut_power(self) -> None:
        """From this moment on nothing reaches the disk, and what was not flushed is lost; all calls fail (EIO).

        That is also what ext4 does by itself when its disk is pulled.
        """
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(folder, _EXT4_IOC_SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(folder)

    def find_an_error(self) -> None:
        """Have the file system find itself damaged: it goes read-only under whoever writes to it."""
        device = Path(f"/sys/dev/block/{_numbers(self.path)}").resolve().name
        Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("x")

    def fill(self, leave: int = 0) -> Path:
        """A file of somebody else's that leaves about so many bytes on the disk."""
        filler = self.path / "filler"
        with filler.open("ab", buffering=0) as file:
            with suppress(OSError):  # full: then not one block is left
                while self.free() > leave:
                    file.write(bytes(min(MIB, max(4096, self.free() - leave))))
            os.fsync(file.fileno())
        return filler

    def free(self) -> int:
        """Bytes that may still be written."""
        room = os.statvfs(self.path)
        return room.f_bavail * room.f_frsize

    def close(self) -> None:
        """Take it out, whatever happened, and leave nothing."""
        if self.path.is_mount():
            try:
                self.unmount()
            finally:
                subprocess.run(["umount", "--lazy", self.path], capture_output=True, check=False)
        self.image.unlink(missing_ok=True)


def _numbers(path: Path) -> str:
    """Major and minor of the device that a folder lies on."""
    device = path.stat().st_dev
    return f"{os.major(device)}:{os.minor(device)}"


def _run(*command: str | Path) -> str:
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout

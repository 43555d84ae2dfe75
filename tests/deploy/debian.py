"""A Debian of its own in a folder, made by debootstrap from where this machine's own packages come from.

What happens in it happens in a copy that costs nothing (an overlay), with no network and no process of ours beside
it, and is gone with the test.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.harness.children import kill_child, start_child, tail, wait_for

_NEEDED: Final = ("debootstrap", "unshare", "nsenter", "apt-get")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MINUTES: Final = 10
_QUIET: Final = ("proc", "dev", "tmp", "run/lock", "var/log", "var/cache", "ready")
"""What any system writes."""

_ENTER: Final = """
set -eu
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
cd "$2/root"
mount -t proc proc proc
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mkdir -p old
pivot_root . old
umount -l /old
rmdir /old
touch /ready
exec sleep infinity
"""


def why_not() -> str:
    """Why there can be no such Debian here; nothing where there can."""
    if os.geteuid() != 0:
        return "only root can make a Debian in a folder"
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} is not installed"
    return "" if _mirror() else "apt has no source of packages for this Debian"


def bootstrap(folder: Path, *packages: str) -> None:
    """Make a small Debian of this machine's release in *folder*, with *packages* in apt's cache, not installed."""
    mirror, log = _mirror(), folder.with_name("debootstrap.log")
    command = ["debootstrap", "--variant=minbase", "--include=systemd", _codename(), str(folder), mirror]
    _run(command, log)
    for name in ("sources.list.d", "auth.conf.d", "apt.conf.d", "trusted.gpg.d", "keyrings"):
        if (found := Path("/etc/apt") / name).is_dir():
            shutil.copytree(found, folder / "etc/apt" / name, dirs_exist_ok=True)
    if Path("/etc/apt/sources.list").exists():
        shutil.copy("/etc/apt/sources.list", folder / "etc/apt")
    # Ours too, whatever the installation does: no tor may start here.
    guard = folder / "usr/sbin/policy-rc.d"
    guard.write_text("#!/bin/sh\nexit 101\n")
    guard.chmod(0o755)
    # This machine's own apt may throw away what it downloaded.
    for careless in (folder / "etc/apt/apt.conf.d").glob("docker-*"):
        careless.unlink()
    _run(["chroot", str(folder), "apt-get", "-qq", "update"], log)
    fetch = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "--download-only", *packages]
    _run(["chroot", str(folder), *fetch], log)


class Debian:
    """A running copy of a Debian."""

    def __init__(self, holder: int) -> None:
        self._holder = holder
        self.root = Path(f"/proc/{holder}/root")

    def run(self, *command: str, said: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as root in there.  Its output is in what is returned, and in the error."""
        done = subprocess.run(
            self.command(*command),
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_MINUTES * 60,
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
        return done

    def command(self, *command: str) -> list[str]:
        """The command line by which this machine runs a command as root in there."""
        enter = ["nsenter", "--target", str(self._holder), "--mount", "--net", "--pid", "--root", "--wd"]
        return [*enter, "env", "-i", f"PATH={_PATH}", "HOME=/root", *command]

    def start(self, *command: str, log: Path) -> subprocess.Popen[bytes]:
        """Start a command as root in there; it ends with this copy at the latest."""
        return start_child(self.command(*command), log=log)

    def path(self, path: str) -> Path:
        """A path in there, as this machine sees it."""
        return self.root / path.lstrip("/")

    def may(self, user: str, what: str, path: str) -> bool:
        """Whether a user may read (-r) or write (-w) something: the kernel is asked, as that user."""
        return self.run(*_as(user), "test", what, path, check=False).returncode == 0

    def may_connect(self, user: str, path: str) -> bool:
        """Whether a user may connect to a socket that is listened at."""
        script = f"import socket; socket.socket(socket.AF_UNIX).connect({path!r})"
        return self.run(*_as(user), "python3", "-c", script, check=False).returncode == 0

    def everything(self) -> dict[str, tuple[int, ...]]:
        """All files and folders with whose they are and their modes, and which of them were written since."""
        found: dict[str, tuple[int, ...]] = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if not f"{name}/".startswith(tuple(f"{quiet}/" for quiet in _QUIET)):
                told = path.lstat()
                whose = (told.st_mode, told.st_uid, told.st_gid)
                found[name] = whose if path.is_dir() else (*whose, told.st_ino, told.st_mtime_ns)
        return found


def _as(user: str) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups")


@contextlib.contextmanager
def debian(layers: Sequence[Path], scratch: Path, *, keep: bool = False) -> Iterator[Debian]:
    """A copy of the first of *layers*, laid over the others, to change.

    Its processes and mounts end with the block, or with this process; with *keep*, what was changed stays in
    *scratch*/upper, to be a layer of other copies.
    """
    for name in ("upper", "work", "root"):
        (scratch / name).mkdir(parents=True)
    log = scratch / "log"
    # --kill-child: whoever is in there ends with unshare, and unshare with us.
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", _ENTER, "-"]
    child = start_child([*command, ":".join(str(layer) for layer in layers), scratch], log=log)
    ready = scratch / "upper/ready"
    try:
        wait_for("the Debian", lambda: child.poll() is not None or ready.exists(), seconds=30)
        assert child.poll() is None, tail(log)
        yield Debian(_only_child(child.pid))
    finally:
        kill_child(child)
        ready.unlink(missing_ok=True)
        shutil.rmtree(scratch / "work" if keep else scratch, ignore_errors=True)


def stop(child: subprocess.Popen[bytes]) -> None:
    """End what was started in a copy, and wait until it has; nsenter passes no signals on."""
    if child.poll() is None:
        os.kill(_only_child(child.pid), signal.SIGTERM)
    child.wait(30)


def _only_child(pid: int) -> int:
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def _codename() -> str:
    told = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    return told.get("VERSION_CODENAME", "").strip('"')


def _mirror() -> str:
    """Where this machine's apt has its Debian from."""
    asked = [
        "apt-get",
        "indextargets",
        "--format",
        "$(REPO_URI) $(CODENAME) $(COMPONENT)",
        "Created-By: Packages",
    ]
    told = subprocess.run(asked, capture_output=True, text=True).stdout
    found = (line.split() for line in told.splitlines())
    return next((words[0] for words in found if words[1:] == [_codename(), "main"]), "")


def _run(command: list[str], log: Path) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=_MINUTES * 60,
            env={**os.environ, "PATH": _PATH, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
        )
    assert done.returncode == 0, tail(log)

"""Runs one of our units as systemd would, where no systemd runs: `python3 as_systemd.py UNIT [COMMAND…]`.

Several files, joined by commas, are a unit and what was dropped in for it.

It is copied into a Debian root and run there by root, with that Debian's Python alone.
Carried out are the user and the groups, what is writable, readable and out of reach, the network, the capabilities,
the user namespace, some limits, and the filters on system calls.  Not carried out: /proc without other processes, the
private /dev, namespaces for IPC, and limits by control groups.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import grp
import os
import pwd
import resource
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 4, 24, 38
_WRITE, _EXECUTE = 2, 4
_SET_ID_BITS = 0o6000
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EQUAL, _MASKED_EQUAL = 4, 7

_libc = ctypes.CDLL(None, use_errno=True)


class Unit(dict[str, list[str]]):
    """What stands in [Service], every line of it: the value of a line that is there several times is all of them."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__()
        section = ""
        for line in [line for path in paths for line in path.read_text().splitlines()]:
            if line.startswith("["):
                section = line
            elif "=" in line and not line.startswith("#") and section == "[Service]":
                name, _, value = line.partition("=")
                self.setdefault(name, []).append(value)

    def words(self, name: str) -> list[str]:
        return [word for line in self.get(name, []) for word in line.split()]

    def is_on(self, name: str) -> bool:
        return self.get(name) == ["yes"]


def main() -> None:
    """Become what the unit says, and run its command."""
    unit = Unit([Path(path) for path in sys.argv[1].split(",")])
    command = sys.argv[2:] or shlex.split(unit["ExecStart"][0])
    allowed = _system_calls(unit.words("SystemCallFilter"))  # while programs can still be run
    _unshare(_CLONE_NEWNS | (_CLONE_NEWNET if unit.is_on("PrivateNetwork") else 0))
    if unit.get("ProtectSystem") == ["strict"]:
        _mount(unit)
    _limit(unit)
    os.umask(int(unit.get("UMask", ["0022"])[0], 8))
    if "User" in unit:
        _become_user(unit)
    assert unit.is_on("NoNewPrivileges")
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if unit.is_on("PrivateUsers"):
        _private_users()
    _filter(allowed, unit)
    os.execv(command[0], command)  # noqa: S606 - a command of our units


def _limit(unit: Unit) -> None:
    """Where even root here may not raise a limit, as in some containers, it stays as it is."""
    for name in ("CORE", "MEMLOCK", "NOFILE"):
        if words := unit.words(f"Limit{name}"):
            kind, most = getattr(resource, f"RLIMIT_{name}"), words[0]
            number = resource.RLIM_INFINITY if most == "infinity" else int(most)
            with contextlib.suppress(ValueError):
                resource.setrlimit(kind, (number, number))


def _mount(unit: Unit) -> None:
    """The whole root read-only, but for what the unit may write, and /dev, /proc and a /tmp of its own."""
    run, hidden = ["mount", "--bind"], Path("/run/inaccessible")
    (hidden / "folder").mkdir(mode=0, parents=True, exist_ok=True)
    (hidden / "file").touch(mode=0)
    writable = [path for path in unit.words("ReadWritePaths") if _is_wanted(path)]
    for path in writable:
        subprocess.run([*run, path, path], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", "/"], check=True)
    for path in unit.words("InaccessiblePaths"):
        if _is_wanted(path):
            place = Path(path.removeprefix("-"))
            subprocess.run([*run, hidden / ("folder" if place.is_dir() else "file"), place], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/tmp"], check=True)  # noqa: S108 - of its own


def _is_wanted(path: str) -> bool:
    return not path.startswith("-") or Path(path[1:]).exists()


def _become_user(unit: Unit) -> None:
    """Without any capability, now or later."""
    user = pwd.getpwnam(unit["User"][0])
    group = grp.getgrnam(unit["Group"][0]).gr_gid
    os.setgroups(sorted({group, *(grp.getgrnam(name).gr_gid for name in unit.words("SupplementaryGroups"))}))
    assert unit["CapabilityBoundingSet"] == [""]
    for capability in range(64):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setresgid(group, group, group)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)


def _private_users() -> None:
    """Only ourselves have a number in there; to whom files belong and who may read them stays as it is."""
    user, group = os.getuid(), os.getgid()
    _unshare(_CLONE_NEWUSER)
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # or these files would be root's, since we were
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _system_calls(words: list[str]) -> set[str]:
    """systemd's own lists; a line that begins with ~ takes away."""
    allowed: set[str] = set(_expanded("@default"))
    taking = False
    for word in words:
        taking = word.startswith("~") or (taking and word != "@system-service")
        names = set(_expanded(word.removeprefix("~")))
        allowed = allowed - names if taking else allowed | names
    return allowed


def _expanded(name: str) -> Iterator[str]:
    if not name.startswith("@"):
        yield name
        return
    asked = ["systemd-analyze", "--no-pager", "syscall-filter", name]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    for line in told.splitlines():
        word = line.strip()
        if line.startswith(" ") and not word.startswith("#"):
            yield from _expanded(word)


class _Compared(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def _filter(allowed: set[str], unit: Unit) -> None:
    """Everything that is not allowed fails with EPERM, as the units say.  By libseccomp, which systemd uses too."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(_ERRNO | errno.EPERM))
    conditions = _conditions(unit)
    for name in allowed:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            continue  # of another processor
        for condition in conditions.get(name, [()]):
            compared = (_Compared * len(condition))(*condition)
            done = seccomp.seccomp_rule_add_array(context, _ALLOW, number, len(condition), compared)
            assert done == 0, (name, done)
    assert seccomp.seccomp_load(context) == 0


def _conditions(unit: Unit) -> dict[str, list[tuple[_Compared, ...]]]:
    """Under which arguments a call is allowed; each of the alternatives is enough."""
    found: dict[str, list[tuple[_Compared, ...]]] = {}
    families = [int(getattr(socket, name)) for name in unit.words("RestrictAddressFamilies")]
    found["socket"] = [(_Compared(0, _EQUAL, family, 0),) for family in families]
    if unit.is_on("MemoryDenyWriteExecute"):
        both = _WRITE | _EXECUTE
        found["mmap"] = [(_Compared(2, _MASKED_EQUAL, both, one),) for one in (0, _WRITE, _EXECUTE)]
        found["mprotect"] = found["pkey_mprotect"] = [(_Compared(2, _MASKED_EQUAL, _EXECUTE, 0),)]
    if unit.is_on("RestrictSUIDSGID"):
        for name, place in {"chmod": 1, "fchmod": 1, "mkdir": 1, "fchmodat": 2, "mkdirat": 2}.items():
            found[name] = [(_Compared(place, _MASKED_EQUAL, _SET_ID_BITS, 0),)]
    return found


def _unshare(flags: int) -> None:
    if _libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()

"""Checks of tor, as far as its control connection tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from offramp.server.doctor.findings import Trouble, unseen, warning, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.publishing import require_reach
from offramp.tor.control import OLDEST_TOR_WITH_POW, Control

PROFILE: Final = "etc/apparmor.d/system_tor"
LOCAL: Final = "etc/apparmor.d/local/system_tor"
_HIDDEN: Final = ("/tmp", "/var/tmp", "/home", "/root", "/run/user")  # noqa: S108 - from which Debian keeps its tor
_SKEW: Final = timedelta(hours=3)
_SILENT: Final = unseen("tor does not answer, so it could not be asked.")
"""Another check says why."""
_PHASE: Final = re.compile(r'PROGRESS=(\d+).*SUMMARY="([^"]*)"')


def apparmor(patient: Patient) -> Iterator[Trouble]:
    """Debian's profile lets tor connect to no socket of ours, unless we say so."""
    is_on = (patient.text("/sys/module/apparmor/parameters/enabled") or "").strip() == "Y"
    if not is_on or not (patient.system / PROFILE).exists():
        return
    rules = list(_rules(patient.text(LOCAL) or ""))
    for path in (patient.folder.intake_socket, patient.folder.couriers_socket):
        if not any(rule.fullmatch(str(path)) for rule in rules):
            yield wrong(
                f"AppArmor keeps tor from {path}.",
                f"Put the line `{path} rw,` into /{LOCAL}, then `systemctl reload apparmor`.",
            )


def _rules(text: str) -> Iterator[re.Pattern[str]]:
    """The paths which a profile lets its program write, as AppArmor means its patterns."""
    for line in text.splitlines():
        path, _, may = line.strip().rstrip(",").rpartition(" ")
        if path.startswith("/") and "w" in may:
            parts = re.split(r"(\*\*|\*|\?)", path.strip())
            wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
            yield re.compile("".join(wild.get(part, re.escape(part)) for part in parts))


def sockets(patient: Patient) -> Iterator[Trouble]:
    """Whether tor's user may connect to the sockets, and sees the folder in which they are."""
    folder = patient.folder.sockets
    user = _user(patient)
    if user is None:
        yield _SILENT
        return
    if user == "debian-tor" and any(folder.is_relative_to(hidden) for hidden in _HIDDEN):
        yield wrong(
            f"Debian's tor cannot see {folder}.",
            "Have the sockets in /run/offramp: `--sockets /run/offramp`.",
        )
    require_reach(patient.folder, user)


def _user(patient: Patient) -> str | None:
    if not patient.has_tor():
        return None
    reply = patient.tor().ask("GETINFO process/user")
    return reply.lines[0].partition("=")[2] if reply.ok else None


def control(patient: Patient) -> Iterator[Trouble]:
    """Whether tor lets itself be controlled; what it raises says what is in the way, and the cure."""
    patient.tor()
    yield from ()


def version(patient: Patient) -> Iterator[Trouble]:
    """Old versions know no client authorization, or no proof of work."""
    if not patient.has_tor():
        yield _SILENT
        return
    found = patient.tor().check_tor()
    if found < OLDEST_TOR_WITH_POW:
        shown, oldest = (".".join(map(str, numbers)) for numbers in (found, OLDEST_TOR_WITH_POW))
        yield warning(
            f"tor {shown} knows no proof of work for us, so a flood can keep people out.",
            f"Install tor {oldest} or later: Debian's backports, or the Tor Project's own repository.",
        )


def log(patient: Patient) -> Iterator[Trouble]:
    """tor must not count visitors in its log."""
    if not patient.has_tor():
        yield _SILENT
    elif patient.tor().setting("HeartbeatPeriod") not in ("", "0"):
        yield wrong(
            "This tor writes into its log how many visitors came, four times a day.",
            "Put `HeartbeatPeriod 0` into /etc/tor/torrc, then `systemctl reload tor`.",
        )


def network(patient: Patient) -> Iterator[Trouble]:
    """Whether tor has found its way into the Tor network."""
    if not patient.has_tor():
        yield _SILENT
        return
    if patient.tor().setting("DisableNetwork") == "1":
        yield wrong(
            "tor is told to stay off the network.", "Take `DisableNetwork` out of its torrc, and restart it."
        )
        return
    phase = _PHASE.search(patient.tor().ask("GETINFO status/bootstrap-phase").lines[0])
    if phase is None or phase[1] != "100":
        said = f"{phase[2]}, {phase[1]} %" if phase else "nothing"
        yield wrong(
            f"tor has not found its way into the Tor network: it says {said}.",
            "Look at the internet connection and the clock; where Tor is blocked, tor needs bridges.",
        )


def its_clock(patient: Patient) -> Iterator[Trouble]:
    """What the Tor network agrees on has a time of its own, which a clock must be near."""
    if not patient.has_tor():
        yield _SILENT
        return
    since, until = (_moment(patient.tor(), name) for name in ("valid-after", "valid-until"))
    if since is None or until is None:
        yield unseen("tor has nothing from the Tor network yet to compare the clock with.")
        return
    now = datetime.fromtimestamp(patient.clock(), UTC)
    if not since - _SKEW <= now <= until + _SKEW:
        yield wrong(
            f"The clock says {now:%Y-%m-%d %H:%M} UTC, and for the Tor network it is about {since:%Y-%m-%d %H:%M}.",
            "Set the clock right, and let `systemd-timesyncd` keep it: `timedatectl set-ntp true`.",
        )


def _moment(control: Control, name: str) -> datetime | None:
    reply = control.ask(f"GETINFO consensus/{name}")
    try:
        return datetime.fromisoformat(reply.lines[0].partition("=")[2].strip()).replace(tzinfo=UTC)
    except ValueError:
        return None


def socks_port(control: Control) -> str | None:
    """Where this tor takes visitors, `address:port`; None where it takes none."""
    reply = control.ask("GETINFO net/listeners/socks")
    for listener in re.findall(r'"([^"]+)"', reply.lines[0]) if reply.ok else []:
        if not listener.startswith("unix:") and not Path(listener).is_absolute():
            return str(listener)
    return None

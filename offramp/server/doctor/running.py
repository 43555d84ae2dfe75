"""Checks of what runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from offramp.server.capacity.report import State as Intake
from offramp.server.capacity.report import read_report
from offramp.server.doctor.findings import Trouble, unseen, warning, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.errors import ServerMoved
from offramp.server.layout import ServerFolder
from offramp.server.processes import get
from offramp.server.upkeep.moved import require_not_moved
from offramp.server.upkeep.units import Served, in_units, served

_PUBLISHES: Final = frozenset({"publish", "serve"})


def moved(patient: Patient) -> Iterator[Trouble]:
    """Whether this is what a move has left behind."""
    try:
        require_not_moved(patient.folder)
    except ServerMoved as error:
        yield wrong(str(error))


def sides(patient: Patient) -> Iterator[Trouble]:
    """Whether both sides answer on their sockets."""
    for part, path, target in (
        ("intake", patient.folder.intake_socket, "/"),
        ("couriers", patient.folder.couriers_socket, "/epoch"),
    ):
        answer = get(path, target)
        if answer is None:
            yield wrong(f"Nobody answers at {path}, so this side is down.", _start(patient, part))
        elif answer[0] != 200:
            yield wrong(f"What answers at {path} has trouble: it says {answer[0]}.", _restart(patient, part))


def intake(patient: Patient) -> Iterator[Trouble]:
    """What the intake says of itself, once a minute."""
    if get(patient.folder.intake_socket, "/") is None:
        return  # another check says so
    state = read_report(patient.folder.health, now=time.monotonic()).state
    if state is Intake.BROKEN:
        yield wrong(
            "The intake cannot use its store, and takes nothing.",
            f"`offramp server check {patient.folder.path}`.",
        )
    elif state is Intake.DOWN:
        yield warning(
            f"The intake answers, but has not written into {patient.folder.health} for minutes. So couriers are told "
            "that it is down.",
            _restart(patient, "intake"),
        )


def publisher(patient: Patient) -> Iterator[Trouble]:
    """Whether somebody keeps the addresses published."""
    running = list(_running(patient))
    if not any(True for _ in patient.commands()):
        yield unseen("Nobody here can tell which programs run.")
    elif not any(one.folder == patient.folder.path and one.part in _PUBLISHES for one in running):
        yield wrong(
            "The publisher does not run, so nobody can reach either address.",
            _start(patient, "publisher"),
        )


def two_folders(patient: Patient) -> Iterator[Trouble]:
    """A copy of the folder that is served too, or served instead of the one that somebody looks at."""
    ours = patient.folder.path
    for other in sorted({one.folder for one in _running(patient)} - {ours}):
        if _address(ServerFolder.at(other)) == _address(patient.folder) != "":
            yield wrong(
                f"Another server runs with the same address, on {other}: each gets some of the letters.",
                f"Stop both; bring the letters of one into the other (`offramp server backup {other} FILE`, "
                f"`offramp server restore FILE {ours}`), and remove {other}.",
            )
    in_systemd = {one.folder for one in in_units(patient.system)}
    if in_systemd and ours not in in_systemd:
        listed = ", ".join(map(str, sorted(in_systemd)))
        yield warning(
            f"systemd's units serve {listed}, and this is {ours}.",
            f"Look at the right one: `offramp doctor {listed}`.",
        )


def _running(patient: Patient) -> Iterator[Served]:
    found = (served(words, working_folder) for working_folder, words in patient.commands())
    return (one for one in found if one is not None)


def words_of(part: str) -> str:
    """The command that shows what a part said: the units have a log of their own."""
    return f"`journalctl --namespace=offramp -u offramp-{part} -n 20`"


def _start(patient: Patient, part: str) -> str:
    if _is_installed(patient):
        return f"`systemctl start offramp.target`; {words_of(part)} says why it ended."
    command = "publish" if part == "publisher" else f"serve-{part}"
    return f"`offramp {command} {patient.folder.path}` starts it, and says what is in its way."


def _restart(patient: Patient, part: str) -> str:
    if _is_installed(patient):
        return f"`systemctl restart offramp-{part}`; {words_of(part)} says what is in its way."
    return f"End it, and start it anew: `offramp serve-{part} {patient.folder.path}`."


def _is_installed(patient: Patient) -> bool:
    """Whether systemd's units serve this folder, under users of their own: root's own process would be in their way."""
    return any(one.folder == patient.folder.path.absolute() for one in in_units(patient.system))


def _address(folder: ServerFolder) -> str:
    return folder.intake_address.read_text("ascii").strip() if folder.intake_address.exists() else ""

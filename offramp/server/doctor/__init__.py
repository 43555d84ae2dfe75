"""`offramp doctor`: names each thing that is wrong with a server, its machine and its tor, and the cure.

It changes nothing, needs no init system and no network, and says what it could not look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from offramp.crypto.errors import OfframpError
from offramp.server.doctor import contents, disk, files, machine, reach, running, tor
from offramp.server.doctor.findings import Finding, State, Trouble
from offramp.server.doctor.patient import Patient
from offramp.store.errors import StoreError

__all__ = ["CHECKS", "Finding", "Patient", "State", "examine", "look"]

Check = Callable[[Patient], Iterator[Trouble]]

CHECKS: Final[dict[str, Check]] = {
    "versions": machine.versions,
    "clock": machine.clock,
    "swap": machine.swap,
    "core-dumps": machine.core_dumps,
    "file-system": disk.file_system,
    "encryption": disk.encryption,
    "room": disk.room,
    "files": files.modes_and_owners,
    "folder": contents.folder,
    "calendar": contents.calendar,
    "backup": contents.backup,
    "moved": running.moved,
    "running": running.sides,
    "intake": running.intake,
    "publisher": running.publisher,
    "two-folders": running.two_folders,
    "apparmor": tor.apparmor,
    "sockets": tor.sockets,
    "tor": tor.control,
    "tor-version": tor.version,
    "tor-log": tor.log,
    "tor-network": tor.network,
    "tor-clock": tor.its_clock,
    "workers-address": reach.workers_address,
    "couriers-address": reach.couriers_address,
}


def examine(patient: Patient) -> list[Finding]:
    """What each check found, in the order of CHECKS: at least one finding of each."""
    return [finding for name in CHECKS for finding in look(name, patient)]


def look(name: str, patient: Patient) -> list[Finding]:
    """What one check found."""
    found, check = [], CHECKS[name]
    try:
        for trouble in check(patient):
            found.append(Finding(name, *trouble))  # one by one: what was found before an error counts
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        found.append(Finding(name, State.UNSEEN, f"{where}{error.strerror}.", "Look again as root."))
    except (OfframpError, StoreError) as error:
        found.append(Finding(name, State.WRONG, str(error)))
    return found or [Finding(name, State.FINE)]

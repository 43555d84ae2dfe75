"""Checks of the folder's files: whose they are, and who else may read them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from offramp.disk import is_shared
from offramp.server.doctor.findings import Trouble, wrong
from offramp.server.doctor.patient import Patient
from offramp.server.upkeep.ownership import owned

_NAMED: Final = 5


def modes_and_owners(patient: Patient) -> Iterator[Trouble]:
    """Nobody reads what they need not; and what a command of root's has left can be read by who needs it."""
    folder = patient.folder.path
    if not folder.is_dir():
        return
    if is_shared(folder):
        found = [one.path for one in owned(patient.folder) if not one.is_so()]
        cure = f"`offramp server settle {folder}` sets all of them right, as often as it is run."
    else:
        found = sorted(_not_ours_alone(folder, folder.stat().st_uid))
        cure = f"`chown -R {folder.owner()} {folder}` and `chmod -R go= {folder}`."
    if found:
        yield wrong(
            f"Of these, the owner or the mode is not as it should be: {_listed(folder, found)}.", cure
        )


def _not_ours_alone(folder: Path, owner: int) -> Iterator[Path]:
    for path in (folder, *folder.rglob("*")):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # a server that runs makes files and removes them
        is_open = stat.S_IMODE(status.st_mode) & 0o077 and not stat.S_ISLNK(status.st_mode)
        if is_open or status.st_uid != owner:
            yield path


def _listed(folder: Path, paths: list[Path]) -> str:
    names = [str(path.relative_to(folder)) if path != folder else str(folder) for path in paths[:_NAMED]]
    rest = len(paths) - _NAMED
    return ", ".join(names) + (f" and {rest} more" if rest > 0 else "")

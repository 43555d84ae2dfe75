"""What keeps a vault for years: looking whether it is whole, backups, and another passphrase."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from offramp.desk.errors import MissingFile
from offramp.desk.files import PRIVATE, durable, move_into_place, refuse_existing
from offramp.desk.vault.database import RESERVE, beside, free_bytes, open_database, without_log
from offramp.desk.vault.errors import BackupDamaged, VaultDamaged, VaultError, VaultFull, VaultInUse
from offramp.desk.vault.record import HOUSE, Record
from offramp.desk.vault.vault import Vault, new_part
from offramp.disk import sync_folder

BACKED_UP: Final = "backed_up"
"""The house's record, without a name, of the day on which the last backup was made."""

_ZEROS: Final = bytes(1024 * 1024)


class Checked(NamedTuple):
    """How many there are, all of them whole."""

    rooms: int
    records: int


def check(vault: Vault) -> Checked:
    """Open everything that is in the vault. Raises VaultDamaged, VaultDiskFailed."""
    vault.check_tables()
    records = sum(1 for _ in vault.records()) + sum(1 for _ in vault.large_records())
    return Checked(vault.room_count, records)


def last_backup(vault: Vault) -> date | None:
    """The day of the last backup; None where there was none."""
    day = vault.get(HOUSE, BACKED_UP, b"")
    return date.fromisoformat(day.decode()) if day else None


def back_up(vault: Vault, target: Path, day: date) -> Checked:
    """Write the vault, as it is now and sealed as it is, to one new file; whole, or not there.

    Raises FileInTheWay, BackupNotMade, VaultDamaged, OSError.
    """
    refuse_existing(target, *beside(target))
    found = check(vault)  # a backup that cannot be restored is worse than none
    with new_part(target) as part:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE))
        vault.write_copy(part)
        with part.open("r+b") as written:
            os.fsync(written.fileno())
        move_into_place(part, target)
    sync_folder(target.parent)
    with contextlib.suppress(VaultError), vault.writing() as writing:  # the backup is there, noted or not
        writing.put(Record(HOUSE, BACKED_UP, b"", day.isoformat().encode()))
    return found


def restore(backup: Path, path: Path, passphrase: str) -> Path | None:
    """Put a copy of a backup in the vault's place, if it opens and is whole; where the old vault lies from now on.

    Raises MissingFile, NotAVault, WrongVaultPassphrase, BackupDamaged, VaultInUse, OSError. Then all is as it was.
    """
    if not backup.is_file():
        raise MissingFile(f"{backup} is not there.")
    with new_part(path) as part:
        with backup.open("rb") as source, durable(part, PRIVATE) as copy:
            shutil.copyfileobj(source, copy)
        try:
            with contextlib.closing(Vault.open(part, passphrase)) as copied:
                check(copied)
        except VaultDamaged:
            raise BackupDamaged from None
        kept = _put_aside(path)
        move_into_place(part, path)
    sync_folder(path.parent)
    return kept


def change_passphrase(path: Path, old: str, new: str) -> None:
    """Write the vault anew, under the new passphrase and with new keys; then write over what it was.

    A copy of the vault from before, such as a backup, still opens with the old passphrase, and shows nothing of
    what comes later. Raises what Vault.open does, VaultFull and OSError; then all is as it was.
    """
    with contextlib.closing(Vault.open(path, old)) as vault, new_part(path) as part:
        if free_bytes(path) < RESERVE + 2 * path.stat().st_size:  # SQLite writes it to its log first
            raise VaultFull
        with contextlib.closing(Vault.create(part, new, vault.records())) as renewed:
            for record in vault.large_records():
                with renewed.writing() as writing:
                    writing.put(record, large=True)
            if check(renewed) != check(vault):
                raise VaultDamaged
        vault.give_up_log()
        with path.open("r+b") as before:
            part.replace(path)
            sync_folder(path.parent)
            _write_over(before.fileno())


def _put_aside(path: Path) -> Path | None:
    """Give the old vault, whole or damaged, another name, and what belongs to it. Raises VaultInUse."""
    aside, there = _free_name(path), path.exists()
    with contextlib.ExitStack() as held:
        if there:
            _hold(path, held)
            path.rename(aside)
    # A log that stayed behind would be taken for one of the file that comes to have this name.
    for old, new in zip(beside(path), beside(aside), strict=True):
        if old.exists():
            old.rename(new)
    return aside if there else None


def _hold(path: Path, held: contextlib.ExitStack) -> None:
    """Keep others from it, with its log emptied, until the stack is left. Raises VaultInUse."""
    try:
        without_log(held.enter_context(contextlib.closing(open_database(path))))
    except VaultInUse:
        raise
    except VaultError:  # damaged, or no vault at all: it goes aside as it lies, and its log with it
        return


def _free_name(path: Path) -> Path:
    number = 1
    while (name := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    return name


def _write_over(descriptor: int) -> None:
    left = os.fstat(descriptor).st_size
    while left > 0:
        left -= os.write(descriptor, _ZEROS[:left])
    os.fsync(descriptor)

"""Taking a backup while the server runs: whatever was acknowledged before it began is in it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from offramp.board.days import Clock, day_of
from offramp.disk import sync_folder
from offramp.server.backup.board_part import write_board
from offramp.server.backup.contents import About, Writing
from offramp.server.backup.sealing import SealingWriter
from offramp.server.backup.small_files import read_small_files
from offramp.server.errors import BackupExists, BackupTooLarge
from offramp.server.files import write_over
from offramp.server.layout import ServerFolder, load
from offramp.server.upkeep.moved import for_good
from offramp.site.signed_files import release
from offramp.store import Store, Stored, all_in, open_store
from offramp.store.connection import RESERVE_BYTES, free_bytes

_PAGE: Final = 1000
_LOOK_EVERY: Final = 16 * 1024 * 1024  # bytes between two looks at the disk's room


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds."""

    letters: int
    bytes: int


def mark_of_backup(folder: ServerFolder) -> Path:
    """The file with the day of the last backup, for `offramp doctor`."""
    return folder.path / "last-backup"


def take_backup(
    folder: ServerFolder,
    file: Path,
    passphrase: str,
    *,
    last: bool = False,
    letters: bool = True,
    clock: Clock = time.time,
) -> Taken:
    """Write a new file; it is there whole, and on the disk, or not at all.

    Without *letters* it has neither those nor the board, and outlives nothing that the server destroys.
    With *last* the server is ended before it begins, and stays off: so nothing is acknowledged that is not in it.
    Raises BackupExists, BackupTooLarge, StillRunning, ChangedMeanwhile, NotEnoughMemory, StoreError, OSError.
    """
    if file.exists():
        raise BackupExists(f"{file} is there already; nothing was changed.")
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        ended = for_good(folder, day_of(clock)) if last else contextlib.nullcontext()
        with os.fdopen(descriptor, "wb") as opened, ended:
            taken = write_backup(
                folder, opened, passphrase, last=last, letters=letters, clock=clock, path=file
            )
            os.fsync(descriptor)
            os.link(partial, file)
            sync_folder(file.absolute().parent)
    finally:
        partial.unlink(missing_ok=True)
    note_backup(folder, clock=clock)
    return taken


def note_backup(folder: ServerFolder, *, clock: Clock = time.time) -> None:
    """Write down that a backup was taken today.  Raises OSError."""
    write_over(mark_of_backup(folder), f"{day_of(clock).isoformat()}\n".encode("ascii"))


def write_backup(
    folder: ServerFolder,
    file: BinaryIO,
    passphrase: str,
    *,
    last: bool = False,
    letters: bool = True,
    clock: Clock = time.time,
    path: Path | None = None,
) -> Taken:
    """Write a backup into an open file, which may be a pipe; *path* is where it lies on a disk.

    Raises as `take_backup` does.
    """
    state = load(folder)
    about = About(
        day=day_of(clock).isoformat(),
        onion=state.intake_address,
        campaign=state.campaign.id,
        root=state.root.hex(),
        release=release(),
        last=last,
    )
    counted = _Counted(file, path)
    sealing = SealingWriter(counted, passphrase)  # type: ignore[arg-type]  # all that it does is write
    tar = Writing(sealing)
    tar.add("about", about.as_json())
    for name, data in read_small_files(folder).items():
        tar.add(f"files/{name}", data)
    count = 0
    if letters:
        count = _write_letters(tar, folder, [courier.ed25519 for courier in state.couriers])
        write_board(tar, folder, clock)
    tar.close()
    sealing.finish()
    file.flush()
    return Taken(count, counted.length)


def _write_letters(tar: Writing, folder: ServerFolder, couriers: Sequence[bytes]) -> int:
    if folder.store_url == folder.store_file_url and not folder.store.exists():
        return 0  # the server makes it at its first start
    count = 0
    with contextlib.closing(open_store(folder.store_url)) as store:
        for page in all_in(store):
            count += sum(_write_letter(tar, store, one) for one in page)
            ids = {one.id for one in page}
            for courier in couriers:
                # Asked for after the letters: one that came in between is not among them, and waits for everybody.
                has = sorted(ids - _waiting_until(store, courier, page))
                if has:
                    tar.add(f"acknowledged/{courier.hex()}/{has[0].hex()}", b"".join(has))
    return count


def _waiting_until(store: Store, courier: bytes, page: Sequence[Stored]) -> set[bytes]:
    """What a courier has not got of a page, and perhaps some more."""
    found: set[bytes] = set()
    after = _before(page[0].id)
    while listed := store.waiting(courier, after=after, limit=_PAGE):
        found.update(one.id for one in listed)
        after = listed[-1].id
        if after >= page[-1].id:
            break
    return found


def _before(name: bytes) -> bytes:
    """The id [16] just below one."""
    number = int.from_bytes(name, "big")
    return (number - 1).to_bytes(len(name), "big") if number else b""


def _write_letter(tar: Writing, store: Store, one: Stored) -> bool:
    envelope = store.read(one.id)
    if envelope is None:  # everybody has it by now, and it was destroyed
        return False
    tar.add(f"envelopes/{one.day.isoformat()}/{one.size_class}/{one.id.hex()}", envelope)
    return True


class _Counted:
    """A file that counts, and leaves the disk the room without which the server takes nothing."""

    def __init__(self, file: BinaryIO, path: Path | None) -> None:
        self._file, self._path = file, path
        self.length, self._next_look = 0, 0

    def write(self, data: bytes) -> int:
        if self._path and self.length >= self._next_look:
            self._next_look = self.length + _LOOK_EVERY
            if free_bytes(self._path) < RESERVE_BYTES + _LOOK_EVERY:
                raise BackupTooLarge
        self.length += len(data)
        return self._file.write(data)

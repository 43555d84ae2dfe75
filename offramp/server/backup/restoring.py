"""Putting a backup back: a new folder is made of it, or a folder of the same server gets what it does not have."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from offramp.board.days import Clock, day_of
from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_id
from offramp.disk import make_folder
from offramp.server.backup.board_part import BoardRestoring
from offramp.server.backup.contents import SMALL_FILE, About, members_of, read_about
from offramp.server.backup.sealing import SealedReader
from offramp.server.backup.small_files import Merged, merge, write_all
from offramp.server.couriers import Courier
from offramp.server.errors import AnotherServer, BackupDamaged, FolderExists, MayStillRun
from offramp.server.layout import ServerFolder, load_couriers
from offramp.server.locks import require_stopped
from offramp.server.upkeep.moved import mark_of, stay
from offramp.server.upkeep.older import move_older
from offramp.server.upkeep.ownership import settle
from offramp.store import Store, open_store

_TOGETHER: Final = 256
_BYTES_TOGETHER: Final = 16 * 1024 * 1024
_THREADS: Final = 16
"""The store commits together what comes in together."""

_SYSTEM_FILES: Final = frozenset({"lost+found"})


@dataclass
class Restored:
    """What was put where: *letters* that were not there before, *answers* and parcels that are there now.

    *couriers* are those that came back with a new folder.
    """

    about: About
    is_new: bool
    letters: int = 0
    answers: int = 0
    couriers: tuple[Courier, ...] = ()
    merged: Merged = field(default_factory=Merged)


def restore(
    file: Path, folder: ServerFolder, passphrase: str, *, old_is_gone: bool = False, clock: Clock = time.time
) -> Restored:
    """Put a backup into a folder; the same again changes nothing.

    *old_is_gone*: somebody knows that the server which the backup was taken of does not run, and never will.
    All of the file is looked at before anything is written.
    Raises NotABackup, BackupDamaged, UnsupportedVersion, WrongPassphrase, NotEnoughMemory, AnotherServer,
    MayStillRun, FolderExists, AlreadyRunning, StoreError, ShardFull, OSError.
    """
    about, files = _look_through(file, passphrase)
    is_new = _is_new(folder)
    _require_same(folder, about, is_new=is_new)
    if is_new or mark_of(folder).exists():
        _require_only_one(about, old_is_gone=old_is_gone)
    else:
        require_stopped(folder)
    _make_folders(folder)
    restored = Restored(about, is_new)
    _put(file, passphrase, folder, restored, clock)
    if is_new:
        write_all(folder, files)
        restored.couriers = load_couriers(folder)
    else:
        restored.merged = merge(folder, files)
    stay(folder)
    settle(folder)
    return restored


def _look_through(file: Path, passphrase: str) -> tuple[About, dict[str, bytes]]:
    """What it is of, and the small files in it, once all of it was proven."""
    about, files = None, {}
    for name, data in _members(file, passphrase):
        if name == "about":
            about = read_about(data)
        elif about is None:
            raise BackupDamaged
        elif name.startswith("files/"):
            files[name.removeprefix("files/")] = data
    if about is None or not all(map(SMALL_FILE.fullmatch, files)):
        raise BackupDamaged
    return about, files


def _members(file: Path, passphrase: str) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as opened:
        reader = SealedReader(opened, passphrase)
        yield from members_of(reader)
        reader.finish()


def _is_new(folder: ServerFolder) -> bool:
    """Whether this is to become a server's folder.  Raises FolderExists where it is something else."""
    if folder.root.exists():
        return False
    here = {one.name for one in folder.path.iterdir()} if folder.path.exists() else set()
    ours = {one.name for one in _parts(folder)} | _SYSTEM_FILES | {mark_of(folder).name}
    ours |= {one for one in here if one.startswith("campaign.")}
    if here - ours:
        raise FolderExists(f"There is something else in {folder.path} already; nothing was changed.")
    return True


def _parts(folder: ServerFolder) -> list[Path]:
    return [
        folder.keysets,
        folder.cards,
        folder.couriers,
        folder.onion,
        folder.state,
        folder.store.parent,
        folder.builder,
        folder.board,
        folder.path / "run",
        folder.manifest,
        folder.store_address,
    ]


def _require_same(folder: ServerFolder, about: About, *, is_new: bool) -> None:
    if not is_new and folder.intake_address.read_text("ascii").strip() != about.onion:
        raise AnotherServer(
            f"This backup is of the server {about.onion}, and {folder.path} is another one; nothing was changed."
        )


def _require_only_one(about: About, *, old_is_gone: bool) -> None:
    if not about.last and not old_is_gone:
        raise MayStillRun(
            f"The server {about.onion} went on after this backup, so it may still run, and two servers at one address "
            "would take letters from each other. If it runs: `offramp server backup --last` there ends it and makes a "
            "backup with all it has. If it is gone for good: say so with --old-is-gone. Nothing was changed."
        )


def _make_folders(folder: ServerFolder) -> None:
    """The folders in which a server's parts lie."""
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    move_older(folder)
    for part in _parts(folder)[:8]:
        make_folder(part)


def _put(file: Path, passphrase: str, folder: ServerFolder, restored: Restored, clock: Clock) -> None:
    today = day_of(clock)
    with (
        closing(open_store(folder.store_url)) as store,
        closing(BoardRestoring(folder, is_new=restored.is_new, clock=clock)) as board,
        closing(_Letters(store)) as letters,
    ):
        for name, data in _members(file, passphrase):
            kind, _, rest = name.partition("/")
            if kind == "envelopes":
                letters.put(rest, data)
            elif kind == "acknowledged":
                letters.flush()
                _acknowledge(store, rest.partition("/")[0], data, today)
            elif kind == "board":
                restored.answers += board.put(name, data)
        letters.flush()
        restored.letters = letters.new


def _acknowledge(store: Store, courier: str, ids: bytes, today: date) -> None:
    names = [ids[start : start + 16] for start in range(0, len(ids), 16)]
    store.acknowledge(bytes.fromhex(courier), names, day=today)


class _Letters:
    """Puts envelopes into a store, many at once."""

    def __init__(self, store: Store) -> None:
        self._store, self.new = store, 0
        self._pool = ThreadPoolExecutor(_THREADS)
        self._jobs: list[Callable[[], bool]] = []
        self._size = 0

    def put(self, name: str, envelope: bytes) -> None:
        """`<day>/<size class>/<id>`.  Raises BackupDamaged, StoreError."""
        day, size_class, hex_id = name.split("/")
        id_ = bytes.fromhex(hex_id)
        if len(envelope) not in ENVELOPE_LENGTHS or envelope_id(envelope) != id_:
            return  # the old disk had damaged it, and no desk could open it
        kept = {"envelope_id": id_, "size_class": int(size_class), "day": date.fromisoformat(day)}
        self._jobs.append(lambda: self._store.add(envelope, **kept))  # type: ignore[arg-type]  # as add wants them
        self._size += len(envelope)
        if len(self._jobs) >= _TOGETHER or self._size >= _BYTES_TOGETHER:
            self.flush()

    def flush(self) -> None:
        """They are on the disk when this returns.  Raises StoreError."""
        self.new += sum(self._pool.map(_call, self._jobs))
        self._jobs, self._size = [], 0

    def close(self) -> None:
        self._pool.shutdown()


def _call(job: Callable[[], bool]) -> bool:
    return job()

"""An unlocked vault: records in rooms, each room under a key of its own that can be destroyed with it.

A *room* is a case, or the house, for what concerns no single case. A record has a room, a kind and a name,
and is found by these; the file shows none of them. Large records (files) are opened only when asked for.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import apsw

from offramp.desk.errors import MissingFile
from offramp.desk.files import move_into_place, part_of, refuse_existing
from offramp.desk.vault.database import beside, connect, make_database, open_database, translated, without_log
from offramp.desk.vault.errors import BackupNotMade, VaultDamaged
from offramp.desk.vault.memory import keep_memory_private
from offramp.desk.vault.record import HOUSE as HOUSE
from offramp.desk.vault.record import Record as Record
from offramp.desk.vault.rooms import Rooms
from offramp.desk.vault.sealing import KEY_LENGTH, open_vault_key, seal_rooms_key, seal_vault_key
from offramp.desk.vault.writing import Writing as Writing
from offramp.disk import sync_folder

test_only_cost: dict[str, int] = {}
"""Tests put a cheap `ops` and `mem` of Argon2id here; empty means what FORMAT.md says."""


class Vault:
    """An unlocked vault that nobody else has open."""

    def __init__(self, path: Path, connection: apsw.Connection, vault_key: bytes) -> None:
        """Raises VaultDamaged. Use `create` or `open`."""
        self.path = path
        self._connection = connection
        self._writing: Writing | None = None
        self._leaves_traces = False
        self._rooms = Rooms(vault_key, _only(connection, "rooms_key"))
        with translated():
            self._rooms.take(connection.execute("SELECT place, sealed FROM rooms"))

    @classmethod
    def create(cls, path: Path, passphrase: str, first: Iterable[Record] = ()) -> Self:
        """A new vault with these records in it; whole, or not there.

        Raises FileInTheWay, NotEnoughMemory, VaultFull, VaultDiskFailed, OSError.
        """
        refuse_existing(path, *beside(path))
        keep_memory_private()
        vault_key = secrets.token_bytes(KEY_LENGTH)
        with new_part(path) as part:
            header = seal_vault_key(vault_key, passphrase, **test_only_cost)
            make_database(part, header, seal_rooms_key(vault_key, secrets.token_bytes(KEY_LENGTH)))
            with contextlib.closing(cls(part, connect(part), vault_key)) as vault, vault.writing() as writing:
                for record in first:
                    writing.put(record)
            move_into_place(part, path)
        sync_folder(path.parent)
        return cls(path, connect(path), vault_key)

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Self:
        """Unlock.

        Raises MissingFile, NotAVault, VaultInUse, VaultReadOnly, VaultDamaged, WrongVaultPassphrase and
        NotEnoughMemory.
        """
        if not path.is_file():
            raise MissingFile(f"{path} is not there.")
        keep_memory_private()
        crashed = any(one.exists() and one.stat().st_size for one in beside(path))
        connection = open_database(path)
        try:
            vault = cls(path, connection, open_vault_key(_only(connection, "header"), passphrase))
        except BaseException:
            connection.close()
            raise
        if crashed:
            # What was destroyed right before a crash may be in the file still, and only its end in the log.
            vault._empty_log()
        # A new passphrase whose change was killed left a second vault, whose keys nothing would destroy.
        with contextlib.suppress(OSError):
            _remove(part_of(path))
        return vault

    def records(self) -> Iterator[Record]:
        """All records but the large ones, in no order. Raises VaultDamaged."""
        return self._all("records")

    def large_records(self) -> Iterator[Record]:
        """The large ones, each opened when it is its turn. Raises VaultDamaged."""
        return self._all("large")

    def get(self, room: bytes, kind: str, name: bytes) -> bytes | None:
        """The value of a record, large or not; None where there is none. Raises VaultDamaged."""
        where = self._rooms.place_of(room, kind, name)
        for table in ("records", "large"):
            query = f"SELECT room, sealed FROM {table} WHERE place = ?"  # noqa: S608  # one of two names
            with translated():
                row: tuple[Any, ...] | None = self._connection.execute(query, (where,)).fetchone()
            if row:
                return self._rooms.open(where, *row).value
        return None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writing]:
        """All that is put and deleted in the block is on the disk when it ends, or nothing of it is.

        Within another such block, the outer one's end counts. Raises VaultFull, VaultReadOnly, VaultDiskFailed.
        """
        outer = self._writing
        writing = outer or Writing(self.path, self._connection, self._rooms)
        mark, rooms_key = self._rooms.mark, None
        try:
            with translated(), self._connection:
                self._writing = writing
                yield writing
                if outer is None and writing.destroys:
                    rooms_key = writing.renew_rooms_key()
        except BaseException:
            self._rooms.take_back(mark)
            raise
        finally:
            self._writing = outer
        if outer is None:
            self._settle(writing, rooms_key)

    def _settle(self, writing: Writing, rooms_key: bytes | None) -> None:
        self._rooms.settle()
        if rooms_key:
            self._rooms.renew(rooms_key)
        self._leaves_traces |= writing.deletes
        if self._leaves_traces:
            self._empty_log()

    def _empty_log(self) -> None:
        """Move the log, which still has what was deleted, into the file.

        If the disk has no room for that now, the next writing does it, or locking; what was committed stays so.
        """
        self._leaves_traces = True
        with contextlib.suppress(apsw.Error):
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            self._leaves_traces = False

    @property
    def room_count(self) -> int:
        return len(self._rooms)

    def check_tables(self) -> None:
        """Whether every row is where SQLite looks for it. Raises VaultDamaged, VaultDiskFailed."""
        with translated():
            if self._connection.pragma("integrity_check") != "ok":
                raise VaultDamaged

    def write_copy(self, empty: Path) -> None:
        """Write what is committed, sealed as it is, into an empty file. Raises BackupNotMade, VaultDamaged."""
        try:
            # SQLite's own way to copy: no log, no free pages, and rows in the order of their places.
            self._connection.execute("VACUUM INTO ?", (str(empty),))
        except apsw.CorruptError:
            raise VaultDamaged from None
        except apsw.Error:
            raise BackupNotMade from None

    def give_up_log(self) -> None:
        """Have everything in the one file, and keep it locked, for a file that takes its name."""
        without_log(self._connection)

    def close(self) -> None:
        """Lock: forget the keys, and let others open the file."""
        self._rooms.clear()
        self._connection.close()  # which empties the log

    def _all(self, table: str) -> Iterator[Record]:
        with translated():
            for row in self._connection.execute(f"SELECT place, room, sealed FROM {table}"):  # noqa: S608
                yield self._rooms.open(*row)


@contextlib.contextmanager
def new_part(path: Path) -> Iterator[Path]:
    """Where a vault is made that gets its name when it is whole; what is still there after the block goes."""
    part = part_of(path)
    _remove(part)  # what an earlier, killed run left
    try:
        yield part
    finally:
        _remove(part)


def _remove(part: Path) -> None:
    for leftover in (part, *beside(part)):
        leftover.unlink(missing_ok=True)


def _only(connection: apsw.Connection, column: str) -> bytes:
    """What stands in the one row of the table `vault`. Raises VaultDamaged."""
    with translated():
        value = connection.execute(f"SELECT {column} FROM vault").get  # noqa: S608  # one of two names
    if not isinstance(value, bytes):
        raise VaultDamaged
    return value

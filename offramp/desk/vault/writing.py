"""Changes to a vault within one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import apsw

from offramp.desk.vault.database import RESERVE, free_bytes
from offramp.desk.vault.errors import VaultFull
from offramp.desk.vault.record import Record
from offramp.desk.vault.rooms import Rooms


class Writing:
    """What `Vault.writing` gives: puts, deletes and destroys, which are on the disk when its block has ended."""

    def __init__(self, path: Path, connection: apsw.Connection, rooms: Rooms) -> None:
        self._path, self._connection, self._rooms = path, connection, rooms
        self.deletes = self.destroys = False

    def put(self, record: Record, *, large: bool = False) -> None:
        """Keep a record, in place of the one with the same room, kind and name.

        A kind is always large or never. Raises VaultFull.
        """
        made = self._rooms.make(record.room)
        if made:
            self._connection.execute("INSERT INTO rooms VALUES (?, ?)", made)
        row = self._rooms.seal(record)
        if free_bytes(self._path) < RESERVE + len(row[-1]):
            raise VaultFull
        table = "large" if large else "records"
        self._connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", row)  # noqa: S608

    def delete(self, room: bytes, kind: str, name: bytes) -> None:
        """Destroy a record, if it is there."""
        where = (self._rooms.place_of(room, kind, name),)
        self._connection.execute("DELETE FROM records WHERE place = ?", where)
        self._connection.execute("DELETE FROM large WHERE place = ?", where)
        self.deletes = True

    def destroy(self, rooms: Iterable[bytes]) -> None:
        """Destroy rooms: their keys, and all that is in them."""
        for room in rooms:
            where = self._rooms.drop(room)
            for table, column in (("records", "room"), ("large", "room"), ("rooms", "place")):
                self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (where,))  # noqa: S608
        self.deletes = self.destroys = True

    def renew_rooms_key(self) -> bytes:
        """Seal the keys of all rooms that are left under a new key [32], which is given back (12.6).

        SQLite moves rows about in the file, and a copy of a deleted one may stay behind in some page. The rooms
        key lies in a row that never moves: once that is written over, no copy of a room's key opens any more.
        """
        rooms_key, sealed = self._rooms.renewed()
        rows = self._rooms.rows_under(rooms_key)
        self._connection.executemany("UPDATE rooms SET sealed = ? WHERE place = ?", rows)
        self._connection.execute("UPDATE vault SET rooms_key = ?", (sealed,))
        return rooms_key

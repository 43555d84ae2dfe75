"""The keys of an unlocked vault: its own, and one for each room; what a failed transaction changed is undone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.record import Record
from offramp.desk.vault.sealing import (
    KEY_LENGTH,
    open_record,
    open_rooms_key,
    place,
    seal_record,
    seal_rooms_key,
)


class _Room(NamedTuple):
    room: bytes  # [16]
    key: bytes  # [32]


class Rooms:
    """Seals and opens records. The table of rooms in memory is that of the file, also when writing failed."""

    def __init__(self, vault_key: bytes, sealed_rooms_key: bytes) -> None:
        """Raises VaultDamaged."""
        self._vault_key = vault_key
        self._rooms_key = open_rooms_key(vault_key, sealed_rooms_key)
        self._table: dict[bytes, _Room] = {}  # by place
        self._undone: list[tuple[bytes, _Room | None]] = []  # what changes replaced, in their order

    def take(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Open the rooms that lie in the file: places [16] and sealed rooms. Raises VaultDamaged."""
        for where, sealed in rows:
            opened = open_record(self._rooms_key, sealed)
            room = _Room(opened[:16], opened[16:])
            if where != self.place_of_room(room.room) or len(room.key) != KEY_LENGTH:
                raise VaultDamaged
            self._table[where] = room

    def __len__(self) -> int:
        return len(self._table)

    def place_of_room(self, room: bytes) -> bytes:
        return place(self._vault_key, b"room", room)

    def place_of(self, room: bytes, kind: str, name: bytes) -> bytes:
        """Where a record lies [16]."""
        return place(self._vault_key, room, kind.encode(), name)

    def make(self, room: bytes) -> tuple[bytes, bytes] | None:
        """The row of a room that had none yet."""
        where = self.place_of_room(room)
        if where in self._table:
            return None
        made = _Room(room, secrets.token_bytes(KEY_LENGTH))
        self._change(where, made)
        return where, self._sealed(made)

    def drop(self, room: bytes) -> bytes:
        """Forget a room's key; its place."""
        where = self.place_of_room(room)
        self._change(where, None)
        return where

    def seal(self, record: Record) -> tuple[bytes, bytes, bytes]:
        """The row of a record whose room is there: its place, its room's, and the sealed content."""
        where = self.place_of_room(record.room)
        sealed = seal_record(self._table[where].key, record.to_bytes())
        return self.place_of(record.room, record.kind, record.name), where, sealed

    def open(self, where: bytes, room_place: bytes, sealed: bytes) -> Record:
        """The record of a row. Raises VaultDamaged."""
        if room_place not in self._table:
            raise VaultDamaged
        room, key = self._table[room_place]
        record = Record.from_bytes(room, open_record(key, sealed))
        if where != self.place_of(room, record.kind, record.name):  # nobody moved it to another's place
            raise VaultDamaged
        return record

    def renewed(self) -> tuple[bytes, bytes]:
        """A new rooms key [32], and how it lies in the file. Rooms are under it after `renew`."""
        rooms_key = secrets.token_bytes(KEY_LENGTH)
        return rooms_key, seal_rooms_key(self._vault_key, rooms_key)

    def rows_under(self, rooms_key: bytes) -> Iterator[tuple[bytes, bytes]]:
        """All rooms, sealed under this key: (sealed room, place)."""
        for where, room in self._table.items():
            yield seal_record(rooms_key, b"".join(room)), where

    def renew(self, rooms_key: bytes) -> None:
        """From now on rooms are sealed under this key, for the file says so."""
        self._rooms_key = rooms_key

    @property
    def mark(self) -> int:
        """Where `take_back` gets back to."""
        return len(self._undone)

    def take_back(self, mark: int) -> None:
        """Undo the changes since then."""
        while len(self._undone) > mark:
            self._set(*self._undone.pop())

    def settle(self) -> None:
        """What was changed is in the file."""
        self._undone.clear()

    def clear(self) -> None:
        """Forget all keys."""
        self._vault_key = self._rooms_key = b""
        self._table.clear()

    def _sealed(self, room: _Room) -> bytes:
        return seal_record(self._rooms_key, b"".join(room))

    def _change(self, where: bytes, room: _Room | None) -> None:
        self._undone.append((where, self._table.get(where)))
        self._set(where, room)

    def _set(self, where: bytes, room: _Room | None) -> None:
        if room is None:
            self._table.pop(where, None)
        else:
            self._table[where] = room

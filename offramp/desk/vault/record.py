"""A record: whatever a desk keeps, and how it is spelt before it is sealed (FORMAT.md, 12.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from offramp.desk.vault.errors import VaultDamaged

HOUSE: Final = bytes(16)
"""The room of what concerns no single case."""


@dataclass(frozen=True, slots=True)
class Record:
    """Something in the vault: its room [16], a kind, a name of up to 64 bytes, and any bytes."""

    room: bytes
    kind: str
    name: bytes
    value: bytes

    def to_bytes(self) -> bytes:
        """What is sealed under the room's key."""
        kind = self.kind.encode()
        return bytes((len(kind),)) + kind + bytes((len(self.name),)) + self.name + self.value

    @classmethod
    def from_bytes(cls, room: bytes, content: bytes) -> Record:
        """Raises VaultDamaged."""
        try:
            kind_end = 1 + content[0]
            name_end = kind_end + 1 + content[kind_end]
            kind = content[1:kind_end].decode()
        except (IndexError, UnicodeDecodeError):
            raise VaultDamaged from None
        return cls(room, kind, content[kind_end + 1 : name_end], content[name_end:])

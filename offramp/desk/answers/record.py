"""What this desk answered, as it lies in the vault: enough to make the very posts again that go to the server.

It is a large record in the case's room, of kind "sent", under the reply's id. In it stand the length of a
JSON object as u32, the object, the reply, and the files one after another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from offramp.crypto.board import REPLY_LENGTH, reply_id, shard_number
from offramp.crypto.letter import Attachment
from offramp.crypto.pack import ParcelPost, Post, ReplyPost
from offramp.crypto.parcel_sealing import seal_data
from offramp.desk.vault.errors import VaultDamaged

SENT: Final = "sent"
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer that was written. Its parcels are the text, where that is too long for a reply, and the files."""

    thread: bytes  # [16]
    number: int
    day: date
    last_day: date
    text: str
    reply: bytes = field(repr=False)  # [4096]
    parcel_ids: tuple[bytes, ...] = ()  # [16]
    parcel_keys: tuple[bytes, ...] = field(default=(), repr=False)  # [32]
    files: tuple[Attachment, ...] = ()

    @property
    def id(self) -> bytes:
        """The reply's id [16]."""
        return reply_id(self.reply)

    def posts(self) -> Iterator[Post]:
        """What goes to the server; the reply last, for it points to the parcels."""
        text_too = len(self.parcel_keys) > len(self.files)
        contents = [self.text.encode()] if text_too else []
        contents.extend(file.data for file in self.files)
        for key, content in zip(self.parcel_keys, contents, strict=True):
            yield ParcelPost(self.last_day, seal_data(content, key))
        yield ReplyPost(self.last_day, shard_number(self.thread), self.reply)

    def to_bytes(self) -> bytes:
        """How it lies in the vault."""
        head = json.dumps(
            {
                "thread": self.thread.hex(),
                "number": self.number,
                "day": self.day.isoformat(),
                "last_day": self.last_day.isoformat(),
                "text": self.text,
                "parcels": [one.hex() for one in self.parcel_ids],
                "keys": [one.hex() for one in self.parcel_keys],
                "files": [(one.name, len(one.data)) for one in self.files],
            },
            ensure_ascii=False,
        ).encode()
        return b"".join(
            (len(head).to_bytes(_LENGTH, "big"), head, self.reply, *(one.data for one in self.files))
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> AnswerRecord:
        """Raises VaultDamaged."""
        end = _LENGTH + int.from_bytes(raw[:_LENGTH], "big")
        try:
            found = json.loads(raw[_LENGTH:end])
            return cls(
                bytes.fromhex(found["thread"]),
                found["number"],
                date.fromisoformat(found["day"]),
                date.fromisoformat(found["last_day"]),
                found["text"],
                raw[end : end + REPLY_LENGTH],
                tuple(map(bytes.fromhex, found["parcels"])),
                tuple(map(bytes.fromhex, found["keys"])),
                tuple(_files(found["files"], raw, end + REPLY_LENGTH)),
            )
        except (ValueError, KeyError, TypeError):
            raise VaultDamaged from None


def _files(named: list[tuple[str, int]], raw: bytes, start: int) -> Iterator[Attachment]:
    for name, size in named:
        yield Attachment(name, raw[start : start + size])
        start += size
    if start != len(raw):
        raise VaultDamaged

"""A case: the letters of one person, as they lie in the vault."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from offramp.crypto.letter import Attachment, Letter
from offramp.desk.vault.errors import VaultDamaged

LETTER: Final = "letter"
FILE: Final = "file"
"""Kinds of records. A file's name is its letter's id [16] and its number as u16; it is a large record."""

PASTED_KEY: Final = "adviser_key"
"""The field of the offer form into which an adviser pastes the public half of their key: no words to read."""

Kind = Literal["request", "offer"]
_KINDS: Final[dict[str, Kind]] = {"help": "request", "follow-up": "request", "offer": "offer"}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came with a letter; its bytes are a record of their own."""

    name: str  # a stranger's: never a path
    size: int
    digest: str = ""
    """The beginning of a hash of its bytes, in hexadecimal: a retry brings the same file again."""

    @classmethod
    def of(cls, one: Attachment) -> KeptFile:
        return cls(one.name, len(one.data), hashlib.blake2b(one.data, digest_size=16).hexdigest())


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter in the vault: what it says, without the bytes of its files."""

    id: bytes  # the envelope's [16]
    purpose: str  # help, offer or follow-up
    keyset_id: bytes  # [32]
    thread: bytes | None  # [16]
    reply_key: bytes | None = field(repr=False)  # [32]
    fields: tuple[tuple[str, ...], ...]
    files: tuple[KeptFile, ...]
    arrived: date
    """The day on which this desk took it in; letters themselves carry none."""
    sketch: bytes = field(default=b"", repr=False)
    """By which similar texts are found, see offramp.desk.cases.sketch."""

    @classmethod
    def of(cls, name: bytes, letter: Letter, arrived: date, sketch: bytes = b"") -> KeptLetter:
        files = tuple(KeptFile.of(one) for one in letter.attachments)
        return cls(
            name,
            letter.purpose,
            letter.keyset_id,
            letter.thread,
            letter.reply_key,
            letter.fields,
            files,
            arrived,
            sketch,
        )

    @property
    def case_id(self) -> bytes:
        """The id [16] of the case that it belongs to: its thread, or its own where it has none."""
        return self.thread or self.id

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a field; none where it was left empty."""
        return next((tuple(values) for one, *values in self.fields if one == name), ())

    def value(self, name: str) -> str:
        """The first value of a field, or ""."""
        return next(iter(self.values(name)), "")

    def to_bytes(self) -> bytes:
        """How it lies in the vault."""
        return json.dumps(
            {
                "purpose": self.purpose,
                "keyset": self.keyset_id.hex(),
                "thread": self.thread.hex() if self.thread else None,
                "reply_key": self.reply_key.hex() if self.reply_key else None,
                "fields": self.fields,
                "files": [(one.name, one.size, one.digest) for one in self.files],
                "arrived": self.arrived.isoformat(),
                "sketch": b64encode(self.sketch).decode(),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()

    @classmethod
    def from_bytes(cls, name: bytes, raw: bytes) -> KeptLetter:
        """Raises VaultDamaged."""
        try:
            found = json.loads(raw)
            return cls(
                name,
                found["purpose"],
                bytes.fromhex(found["keyset"]),
                bytes.fromhex(found["thread"]) if found["thread"] else None,
                bytes.fromhex(found["reply_key"]) if found["reply_key"] else None,
                tuple(map(tuple, found["fields"])),
                tuple(KeptFile(*one) for one in found["files"]),
                date.fromisoformat(found["arrived"]),
                b64decode(found["sketch"]),
            )
        except (ValueError, KeyError, TypeError):
            raise VaultDamaged from None


def file_name(letter: bytes, number: int) -> bytes:
    """The name of the record that holds a file's bytes."""
    return letter + number.to_bytes(2, "big")


@dataclass(slots=True)
class Case:
    """One person's letters. What the team decided about it stands in the State, under its id."""

    id: bytes  # [16]
    letters: list[KeptLetter] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What they want; a follow-up whose first letter is not here is a request."""
        return next((_KINDS[one.purpose] for one in self.letters if one.purpose == "offer"), "request")

    @property
    def arrived(self) -> date:
        """The day on which the first of its letters was taken in."""
        return min(one.arrived for one in self.letters)

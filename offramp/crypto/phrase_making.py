"""A new phrase (FORMAT.md, 7.1 and 7.3): twelve words, and what comes of them. For `offramp seal` alone.

The page has its own, and reads phrases too, which no laptop ever does.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from mnemonic import Mnemonic

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash

_ENTROPY: Final = 16  # bytes


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """`entropy` [16] is in no file and no letter, and neither are the words."""

    entropy: bytes = field(repr=False)

    @classmethod
    def draw(cls) -> NewPhrase:
        """From the system's generator (7.1, step 1)."""
        return cls(secrets.token_bytes(_ENTROPY))

    @property
    def words(self) -> list[str]:
        """The twelve words (7.1, steps 2 and 3)."""
        spelt: str = Mnemonic("english").to_mnemonic(self.entropy)
        return spelt.split()

    @property
    def reply_key(self) -> bytes:
        """32 bytes, which open the answers (7.3)."""
        return labelled_hash(labels.REPLY_KEY, self.entropy)

    @property
    def thread(self) -> bytes:
        """16 bytes, which join a person's letters (7.3)."""
        return labelled_hash(labels.THREAD, self.entropy)[:16]

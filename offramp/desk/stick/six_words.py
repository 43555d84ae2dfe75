"""A passphrase that two people can agree on over a call."""

from __future__ import annotations

import secrets
from typing import Final

from offramp.crypto.words import english_words

COUNT: Final = 6
"""Words out of 2048, so 66 random bits; each guess costs as much as a passphrase of a key file (FORMAT.md, 19.1)."""

ADVICE: Final = (
    "Nobody guesses six words that were drawn by lot. Read them to the other person over a call, and\n"
    "write them down only where the stick is not."
)


def six_words() -> str:
    """New ones, with single spaces."""
    return " ".join(secrets.choice(english_words()) for _ in range(COUNT))

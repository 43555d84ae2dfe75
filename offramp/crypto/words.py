"""A public key's fingerprint in words (FORMAT.md, 14.1): ten words that two people read to each other.

For laptops: no server reads words.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from mnemonic import Mnemonic

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import Recipient

COUNT: Final = 10
_BITS: Final = 11  # the list has 2^11 words


def fingerprint_words(name: str, recipient: Recipient, ed25519: bytes) -> str:
    """Ten words of BIP39's English list (110 bits), over a name of up to 255 bytes and all public keys."""
    spelt = name.encode()
    whole = bytes((len(spelt),)) + spelt + ed25519 + recipient.x25519 + recipient.mlkem
    number = int.from_bytes(labelled_hash(labels.WORDS, whole), "big") >> (256 - COUNT * _BITS)
    places = [number >> (_BITS * place) & (1 << _BITS) - 1 for place in reversed(range(COUNT))]
    return " ".join(_english()[place] for place in places)


@cache
def _english() -> list[str]:
    words: list[str] = Mnemonic("english").wordlist
    return words

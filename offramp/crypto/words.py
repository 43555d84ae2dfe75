"""Ten words that two people compare: of a key (FORMAT.md, 4.1), a week's keyset (3.3), a whole campaign (17.1)."""

from __future__ import annotations

import base64
from functools import cache
from typing import Final

from mnemonic import Mnemonic

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash

COUNT: Final = 10
_BITS: Final = 11  # the list has 2^11 words
_CODE_BYTES: Final = 15


def fingerprint_words(name: str, *keys: bytes) -> str:
    """Ten words of BIP39's English list (110 bits), over a name of up to 255 bytes and public keys (4.1).

    An organizer's key is the Ed25519 key that signs; an adviser's are that, the X25519 and the ML-KEM key; a
    courier's are the Ed25519 key and the X25519 key for the onion.
    """
    spelt = name.encode()
    return _words(labelled_hash(labels.WORDS, bytes((len(spelt),)) + spelt + b"".join(keys)))


def campaign_words(onion: str, root: bytes) -> str:
    """The ten words of an onion address and the root key [32] behind it (17.1)."""
    return _words(_campaign(onion, root))


def campaign_code(onion: str, root: bytes) -> str:
    """The same in 24 letters and digits (120 bits): six groups of four (17.1)."""
    code = base64.b32encode(_campaign(onion, root)[:_CODE_BYTES]).decode()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def keyset_words(keyset_id: bytes) -> str:
    """The ten words of a keyset, of its id [32] (3.3)."""
    return _words(keyset_id)


def _campaign(onion: str, root: bytes) -> bytes:
    return labelled_hash(labels.CAMPAIGN_WORDS, root + onion.encode())


def _words(digest: bytes) -> str:
    number = int.from_bytes(digest, "big") >> (256 - COUNT * _BITS)
    places = [number >> (_BITS * place) & (1 << _BITS) - 1 for place in reversed(range(COUNT))]
    return " ".join(english_words()[place] for place in places)


@cache
def english_words() -> list[str]:
    """BIP39's list, 2048 words."""
    words: list[str] = Mnemonic("english").wordlist
    return words

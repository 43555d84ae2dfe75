"""The fingerprint of somebody's public key (FORMAT.md, 4.1): digits that two people read to each other."""

from __future__ import annotations

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash


def fingerprint(name: str, *keys: bytes) -> str:
    """30 digits (almost 100 bits) in groups of five, over a name of up to 255 bytes and all public keys."""
    spelt = name.encode()
    whole = bytes((len(spelt),)) + spelt + b"".join(keys)
    digits = f"{int.from_bytes(labelled_hash(labels.FINGERPRINT, whole), 'big') % 10**30:030d}"
    return " ".join(digits[start : start + 5] for start in range(0, 30, 5))

"""An organizer's or adviser's signing key (FORMAT.md, 4.2), which follows from the key that opens."""

from __future__ import annotations

from nacl.signing import SigningKey

from offramp.crypto import labels
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.opening import OpeningKey


def signing_seed(key: OpeningKey) -> bytes:
    """The Ed25519 seed [32]: whoever kept one file under one passphrase has both."""
    return labelled_hash(labels.SIGNING, key.x25519 + key.mlkem_seed)


def signing_public(key: OpeningKey) -> bytes:
    """The Ed25519 public key [32] that others know the person by."""
    return bytes(SigningKey(signing_seed(key)).verify_key)

"""Making and signing a keyset (FORMAT.md, 3.2), on the laptop that holds the campaign's root key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from nacl.bindings import (
    crypto_box_seal,
    crypto_core_ed25519_is_valid_point,
    crypto_scalarmult_base,
)
from nacl.signing import SigningKey

from offramp.crypto import labels
from offramp.crypto.envelope import MAX_SLOTS, MIN_SLOTS
from offramp.crypto.errors import BadRecipient, NotAKeyset
from offramp.crypto.keyset import FIXED_STATEMENT, VERSION, Recipient, read_keyset


def sign_keyset(
    root_seed: bytes,
    *,
    campaign: str,
    onion: str,
    sequence: int,
    previous: bytes,
    valid_from: int,
    valid_until: int,
    card_key: bytes,
    organizers: Sequence[Recipient],
    slot_count: int,
) -> bytes:
    """A signed keyset for these organizers, filled up with dummies and shuffled.

    `root_seed` is the root's Ed25519 seed [32]; `previous` is the id [32] of the keyset before, or zeros for
    sequence 1; the times are in seconds since 1970-01-01 UTC; `card_key` is the Ed25519 public key [32] that
    signs cards (section 16).
    Raises BadRecipient for a key that cannot be used, for one that is there twice, and for more
    organizers than slots; NotAKeyset for a value out of the ranges of 3.1.
    """
    if not MIN_SLOTS <= slot_count <= MAX_SLOTS:
        raise NotAKeyset
    if not 1 <= len(organizers) <= slot_count:
        raise BadRecipient
    if len(card_key) != 32 or not crypto_core_ed25519_is_valid_point(card_key):
        raise BadRecipient
    for organizer in organizers:
        check_usable(organizer)
    recipients = [*organizers, *(_dummy() for _ in range(slot_count - len(organizers)))]
    secrets.SystemRandom().shuffle(recipients)
    statement = _statement(campaign, onion, sequence, previous, valid_from, valid_until, card_key, recipients)
    root = SigningKey(root_seed)
    raw = statement + root.sign(statement).signature
    read_keyset(raw, root=bytes(root.verify_key), campaign=campaign)  # every other check of 3.1 and 3.4
    return raw


def _statement(
    campaign: str,
    onion: str,
    sequence: int,
    previous: bytes,
    valid_from: int,
    valid_until: int,
    card_key: bytes,
    recipients: Sequence[Recipient],
) -> bytes:
    """The bytes of 3.1 before the signature."""
    name = campaign.encode()
    numbers_fit = 0 <= sequence < 2**32 and 0 <= valid_from < 2**64 and 0 <= valid_until < 2**64
    if not numbers_fit or len(previous) != 32 or len(onion.encode()) != 62 or len(name) > 255:
        raise NotAKeyset
    fixed = FIXED_STATEMENT.pack(
        labels.KEYSET,
        VERSION,
        len(recipients),
        sequence,
        previous,
        valid_from,
        valid_until,
        card_key,
        onion.encode(),
        len(name),
    )
    return fixed + name + b"".join(one.x25519 + one.mlkem for one in recipients)


def _dummy() -> Recipient:
    """A recipient whose private halves are dropped at once (3.2)."""
    x25519 = crypto_scalarmult_base(secrets.token_bytes(32))
    return Recipient(x25519, MLKEM768PrivateKey.generate().public_key().public_bytes_raw())


def check_usable(recipient: Recipient) -> None:
    """One trial of each lock: a page must never be the first to find a bad key. Raises BadRecipient."""
    try:
        crypto_box_seal(b"", recipient.x25519)
        MLKEM768PublicKey.from_public_bytes(recipient.mlkem).encapsulate()
    except (ValueError, nacl.exceptions.CryptoError):
        raise BadRecipient from None

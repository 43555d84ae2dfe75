"""Sealing a letter to all recipients of a keyset (FORMAT.md, 2.2).

For laptops and tests; the page has its own, and no server imports this.
"""

from __future__ import annotations

import secrets

import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from nacl.bindings import crypto_box_seal, crypto_secretbox_easy

from offramp.crypto import labels
from offramp.crypto.body import pad, seal_chunks
from offramp.crypto.envelope import FIXED_HEADER, SLOT_LENGTH, VERSION
from offramp.crypto.errors import BadRecipient, ContentMalformed, TooLarge
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import Keyset, Recipient
from offramp.crypto.letter import Letter, write_content


def seal(letter: Letter, keyset: Keyset) -> bytes:
    """The envelope of `letter` for a keyset that was verified before.

    Raises TooLarge, ContentMalformed, or BadRecipient where a key of the keyset cannot be sealed to.
    """
    if letter.campaign != keyset.campaign or letter.keyset_id != keyset.id:  # 2.4: no reader would take it
        raise ContentMalformed
    return seal_content(write_content(letter), keyset)


def seal_content(content: bytes, keyset: Keyset) -> bytes:
    """The envelope of content (2.4) that was written before."""
    padded = pad(content, TooLarge)  # 2.2, steps 1 and 2
    content_key = secrets.token_bytes(32)  # 2.2, step 3
    commitment = labelled_hash(labels.COMMIT, keyset.id, content_key)  # 2.2, step 4
    fixed = FIXED_HEADER.pack(labels.ENVELOPE, VERSION, keyset.slot_count, SLOT_LENGTH, keyset.id, commitment)
    slots = (seal_slot(index, keyset, content_key) for index in range(keyset.slot_count))
    header = b"".join((fixed, *slots))
    body_key = labelled_hash(labels.BODY_KEY, header, content_key)  # 2.2, step 6
    return b"".join((header, *seal_chunks(body_key, padded)))  # 2.2, step 7


def seal_slot(index: int, keyset: Keyset, content_key: bytes) -> bytes:
    """The slot [1184] of recipient `index` (2.2, step 5)."""
    bound = keyset.id + bytes((index,))
    return lock_slot(keyset.recipients[index], content_key, labels.SLOT_KEY, bound)


def lock_slot(recipient: Recipient, content_key: bytes, label: bytes, bound: bytes) -> bytes:
    """A slot [1184]: a content key [32] behind both locks, its slot key bound to what `bound` says.

    Raises BadRecipient.
    """
    ciphertext, shared = _encapsulate(recipient)  # 2.2, step 5.1
    slot_key = labelled_hash(label, bound + recipient.x25519 + ciphertext, shared)  # 2.2, step 5.2
    wrapped = crypto_secretbox_easy(content_key, bytes(24), slot_key)  # 2.2, step 5.3
    try:
        return ciphertext + crypto_box_seal(wrapped, recipient.x25519)  # 2.2, step 5.4
    except nacl.exceptions.RuntimeError:  # a point of low order
        raise BadRecipient from None


def _encapsulate(recipient: Recipient) -> tuple[bytes, bytes]:
    """The ciphertext [1088] and the shared secret [32]."""
    try:
        shared, ciphertext = MLKEM768PublicKey.from_public_bytes(recipient.mlkem).encapsulate()
    except ValueError:  # coefficients out of range
        raise BadRecipient from None
    return ciphertext, shared

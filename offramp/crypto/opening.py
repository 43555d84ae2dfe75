"""Opening envelopes (FORMAT.md, 2.3) with an organizer's private halves. No server imports this."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hmac import compare_digest

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from nacl.bindings import crypto_box_seal_open, crypto_scalarmult_base, crypto_secretbox_open_easy
from nacl.exceptions import CryptoError

from offramp.crypto import labels
from offramp.crypto.body import open_chunks, unpad
from offramp.crypto.envelope import MLKEM_CIPHERTEXT_LENGTH, SLOT_LENGTH, header_length, read_header
from offramp.crypto.errors import (
    BodyDamaged,
    CommitmentMismatch,
    ContentMalformed,
    NotForThisKey,
    OfframpError,
    SlotDamaged,
    UnknownKeyset,
    WrongSlots,
)
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import Keyset, Recipient
from offramp.crypto.letter import Letter, read_content


@dataclass(frozen=True, slots=True)
class OpeningKey:
    """An organizer's private halves."""

    x25519: bytes = field(repr=False)  # [32]
    mlkem_seed: bytes = field(repr=False)  # [64]

    @classmethod
    def generate(cls) -> OpeningKey:
        """A new key from the system's generator."""
        return cls(secrets.token_bytes(32), secrets.token_bytes(64))

    @property
    def public(self) -> Recipient:
        """The public halves, as they stand in a keyset."""
        private = MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed)
        return Recipient(crypto_scalarmult_base(self.x25519), private.public_key().public_bytes_raw())


class Locks:
    """Both locks of a slot with the private halves that open them; made once for thousands of slots."""

    def __init__(self, key: OpeningKey) -> None:
        self.public = key.public
        self._x25519 = key.x25519
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(key.mlkem_seed)

    def open(self, slot: bytes, label: bytes, bound: bytes, damaged: type[OfframpError]) -> bytes:
        """The content key [32] in a slot [1184] (2.2, step 5, backwards). Raises `damaged`."""
        ciphertext, box = slot[:MLKEM_CIPHERTEXT_LENGTH], slot[MLKEM_CIPHERTEXT_LENGTH:]
        try:
            wrapped = crypto_box_seal_open(box, self.public.x25519, self._x25519)
            # ML-KEM has no failure of its own: a changed ciphertext gives another secret.
            shared = self._mlkem.decapsulate(ciphertext)
            slot_key = labelled_hash(label, bound + self.public.x25519 + ciphertext, shared)
            return crypto_secretbox_open_easy(wrapped, bytes(24), slot_key)
        except CryptoError:
            raise damaged from None


class Opener:
    """Opens the envelopes of one keyset with one key; make it once and open thousands."""

    def __init__(self, keyset: Keyset, key: OpeningKey) -> None:
        """Finds the key's place in the keyset. Raises NotForThisKey where it has none."""
        self._locks = Locks(key)
        if self._locks.public not in keyset.recipients:
            raise NotForThisKey
        index = keyset.recipients.index(self._locks.public)
        self._keyset = keyset
        self._slot_start = header_length(0) + SLOT_LENGTH * index
        self._bound = keyset.id + bytes((index,))

    def open(self, envelope: bytes) -> Letter:
        """The letter in `envelope`. Raises UnsupportedVersion or an EnvelopeError."""
        content = self.open_content(envelope)
        letter = read_content(content)  # 2.3, step 7
        # 2.4: an envelope cannot be moved under another header.
        if letter.campaign != self._keyset.campaign or letter.keyset_id != self._keyset.id:
            raise ContentMalformed
        return letter

    def open_content(self, envelope: bytes) -> bytes:
        """The content (2.4) in `envelope`, proven but not read. Raises as `open` does."""
        header = read_header(envelope)  # 2.3, step 1
        if header.keyset_id != self._keyset.id:  # 2.3, step 2
            raise UnknownKeyset
        if header.slot_count != self._keyset.slot_count:
            raise WrongSlots
        content_key = self._open_slot(envelope)
        commitment = labelled_hash(labels.COMMIT, header.keyset_id, content_key)  # 2.3, step 4
        if not compare_digest(commitment, header.commitment):
            raise CommitmentMismatch
        start = header_length(header.slot_count)
        body_key = labelled_hash(labels.BODY_KEY, envelope[:start], content_key)
        padded = open_chunks(body_key, envelope, BodyDamaged, start=start)  # 2.3, step 5
        return unpad(padded, ContentMalformed)  # 2.3, step 6

    def _open_slot(self, envelope: bytes) -> bytes:
        """The content key [32] from this key's slot (2.3, step 3)."""
        slot = envelope[self._slot_start : self._slot_start + SLOT_LENGTH]
        return self._locks.open(slot, labels.SLOT_KEY, self._bound, SlotDamaged)

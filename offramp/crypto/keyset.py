"""The keyset (FORMAT.md, 3.1, 3.3 and 3.4): whom to seal to, signed by the campaign's root key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from offramp.crypto import labels
from offramp.crypto.envelope import MAX_SLOTS, MIN_SLOTS
from offramp.crypto.errors import (
    BadRecipient,
    BadSignature,
    KeysetExpired,
    KeysetNotYetValid,
    NotAKeyset,
    SequenceWentBack,
    UnsupportedVersion,
    WrongCampaign,
    WrongOnion,
)
from offramp.crypto.hashing import labelled_hash

VERSION: Final = 2
X25519_LENGTH: Final = 32
MLKEM_LENGTH: Final = 1184
RECIPIENT_LENGTH: Final = X25519_LENGTH + MLKEM_LENGTH
SIGNATURE_LENGTH: Final = 64
LONGEST_VALIDITY: Final = 366 * 86_400  # seconds
TOLERANCE: Final = 2 * 86_400
"""Seconds by which the clocks of a server and of a reader may be wrong together (3.4, step 5)."""

# 3.1: magic, version, slot count, sequence, predecessor, valid from, valid until, card key, onion, length of id
FIXED_STATEMENT: Final = Struct(">16sBBI32sQQ32s62sB")

CAMPAIGN_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_ONION: Final = re.compile(rb"[a-z2-7]{56}\.onion")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The public halves of an organizer's opening key, or of a dummy: nobody can tell which."""

    x25519: bytes  # [32]
    mlkem: bytes  # [1184]


@dataclass(frozen=True, slots=True)
class Keyset:
    """A keyset whose signature was checked."""

    campaign: str
    onion: str
    sequence: int
    previous: bytes  # [32]
    valid_from: int  # seconds since 1970-01-01 UTC
    valid_until: int
    card_key: bytes  # Ed25519 public key [32]
    recipients: tuple[Recipient, ...]
    id: bytes  # [32]
    raw: bytes

    @property
    def slot_count(self) -> int:
        """How many slots an envelope to this keyset has."""
        return len(self.recipients)


def verify_keyset(
    raw: bytes, *, root: bytes, campaign: str, now: int, onion: str | None = None, minimum_sequence: int = 1
) -> Keyset:
    """The keyset that may be sealed to at the time `now`, after all checks of 3.4.

    `root` is the campaign's Ed25519 public key [32]; `now` is in seconds since 1970-01-01 UTC, by a clock that
    may be wrong by a day on either side.
    Raises UnsupportedVersion or a KeysetError.
    """
    keyset = _signed(raw, root)
    if keyset.campaign != campaign:  # 3.4, step 3
        raise WrongCampaign
    if onion is not None and keyset.onion != onion:
        raise WrongOnion
    if keyset.sequence < minimum_sequence:  # 3.4, step 4
        raise SequenceWentBack
    if now < keyset.valid_from - TOLERANCE:  # 3.4, step 5
        raise KeysetNotYetValid
    if now >= keyset.valid_until + TOLERANCE:
        raise KeysetExpired
    _check_recipients(keyset)
    return keyset


def read_keyset(raw: bytes, *, root: bytes, campaign: str) -> Keyset:
    """A keyset of any date, as a desk needs it for envelopes from earlier weeks.

    These are the checks of 3.4 without onion address, sequence and dates.
    Raises UnsupportedVersion or a KeysetError.
    """
    keyset = _signed(raw, root)
    if keyset.campaign != campaign:  # 3.4, step 3
        raise WrongCampaign
    _check_recipients(keyset)
    return keyset


def keyset_id(statement: bytes) -> bytes:
    """The 32 bytes by which an envelope and the next keyset name this one (3.3)."""
    return labelled_hash(labels.KEYSET_ID, statement)


def _signed(raw: bytes, root: bytes) -> Keyset:
    """3.4, steps 1 and 2. Nothing of the keyset that this returns was looked at for its meaning."""
    keyset = _parse(raw)
    try:
        # libsodium refuses keys and points of low order and every signature with a second spelling.
        VerifyKey(root).verify(raw[:-SIGNATURE_LENGTH], raw[-SIGNATURE_LENGTH:])
    except BadSignatureError:
        raise BadSignature from None
    return keyset


def _parse(raw: bytes) -> Keyset:
    """3.4, step 1."""
    if len(raw) < FIXED_STATEMENT.size:
        raise NotAKeyset
    magic, version, slots, sequence, previous, valid_from, valid_until, card_key, onion, id_length = (
        FIXED_STATEMENT.unpack_from(raw)
    )
    if magic != labels.KEYSET:
        raise NotAKeyset
    if version != VERSION:
        raise UnsupportedVersion
    recipients_start = FIXED_STATEMENT.size + id_length
    campaign = raw[FIXED_STATEMENT.size : recipients_start].decode("latin-1")
    if (
        not MIN_SLOTS <= slots <= MAX_SLOTS
        or len(raw) != recipients_start + RECIPIENT_LENGTH * slots + SIGNATURE_LENGTH
        or sequence < 1
        or (sequence == 1) != (previous == bytes(32))
        or valid_from >= 2**40
        or not valid_from < valid_until <= valid_from + LONGEST_VALIDITY
        or not _ONION.fullmatch(onion)
        or not CAMPAIGN_ID.fullmatch(campaign)
    ):
        raise NotAKeyset
    recipients = tuple(_recipients(raw[recipients_start:-SIGNATURE_LENGTH]))
    name = keyset_id(raw[:-SIGNATURE_LENGTH])
    return Keyset(
        campaign,
        onion.decode(),
        sequence,
        previous,
        valid_from,
        valid_until,
        card_key,
        recipients,
        name,
        raw,
    )


def _recipients(raw: bytes) -> Iterator[Recipient]:
    for start in range(0, len(raw), RECIPIENT_LENGTH):
        middle, end = start + X25519_LENGTH, start + RECIPIENT_LENGTH
        yield Recipient(raw[start:middle], raw[middle:end])


def _check_recipients(keyset: Keyset) -> None:
    """3.4, step 6."""
    x25519 = {one.x25519 for one in keyset.recipients}
    mlkem = {one.mlkem for one in keyset.recipients}
    if len(x25519) != keyset.slot_count or len(mlkem) != keyset.slot_count or bytes(32) in x25519:
        raise BadRecipient

"""The hand-off (FORMAT.md, 14.2 to 14.4): chosen parts of a case, sealed to one adviser, signed by an organizer.

No server imports this.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.body import open_chunks, pad, seal_chunks, unpad
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.envelope import CHUNK_LENGTH, SIZE_CLASSES, SLOT_LENGTH, TAG_LENGTH
from offramp.crypto.errors import (
    HandOffDamaged,
    HandOffForged,
    HandOffForSomebodyElse,
    HandOffMalformed,
    NotAHandOff,
    TooLarge,
    UnsupportedVersion,
)
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import CAMPAIGN_ID, Recipient
from offramp.crypto.letter import Attachment
from offramp.crypto.opening import Locks, OpeningKey
from offramp.crypto.sealing import lock_slot

VERSION: Final = 1
PREFIX: Final = labels.HAND_OFF + bytes((VERSION,))
HEADER_LENGTH: Final = len(PREFIX) + SLOT_LENGTH
LONGEST: Final = timedelta(days=366)
SIGNATURE_LENGTH: Final = 64
_MAX_NAME: Final = 255
_LENGTHS: Final = frozenset(
    HEADER_LENGTH + size_class + TAG_LENGTH * -(-size_class // CHUNK_LENGTH) for size_class in SIZE_CLASSES
)
LONGEST_FILE: Final = max(_LENGTHS)


@dataclass(frozen=True, slots=True)
class Statement:
    """What an organizer hands over. It says nothing of the case that it does not say in its parts."""

    campaign: str
    id: bytes  # [16], random
    author: bytes  # the organizer's Ed25519 public key [32]
    adviser: bytes  # the adviser's [32]: nobody can pass it on to another as if it had been meant for them
    day: date
    last_day: date
    parts: tuple[tuple[str, str], ...] = field(repr=False)  # a title, and a text
    files: tuple[Attachment, ...] = field(default=(), repr=False)
    keysets: tuple[bytes, ...] = field(default=(), repr=False)  # to which drafts may be sealed


def sign_statement(statement: Statement, seed: bytes) -> bytes:
    """The signed statement (14.3), with the author's Ed25519 seed [32]. Raises HandOffMalformed."""
    _check(statement)
    try:
        said = _canonical(statement).encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise HandOffMalformed from None
    whole = b"".join(
        (len(said).to_bytes(4, "big"), said, *(one.data for one in statement.files), *statement.keysets)
    )
    return whole + SigningKey(seed).sign(PREFIX + whole).signature


def read_statement(signed: bytes) -> Statement:
    """The statement that was signed. Raises HandOffMalformed, HandOffForged.

    Who the author is, and whether they are of the team, is for the caller to find out.
    """
    whole, signature = signed[:-SIGNATURE_LENGTH], signed[-SIGNATURE_LENGTH:]
    end = 4 + int.from_bytes(whole[:4], "big")
    if not 4 < end <= len(whole):
        raise HandOffMalformed
    text, parsed = parse_json(whole[4:end], HandOffMalformed)
    statement = _statement_of(parsed, whole, end)
    _check(statement)
    if _canonical(statement) != text:
        raise HandOffMalformed
    try:
        VerifyKey(statement.author).verify(PREFIX + whole, signature)
    except (BadSignatureError, ValueError):
        raise HandOffForged from None
    return statement


def seal_hand_off(signed: bytes, recipient: Recipient) -> bytes:
    """The file (14.2) for the adviser with these public halves. Raises TooLarge, BadRecipient."""
    padded = pad(signed, TooLarge)
    content_key = secrets.token_bytes(32)
    header = PREFIX + lock_slot(recipient, content_key, labels.HAND_OFF_SLOT, PREFIX)
    body_key = labelled_hash(labels.HAND_OFF_BODY, header, content_key)
    return b"".join((header, *seal_chunks(body_key, padded)))


def open_hand_off(file: bytes, key: OpeningKey) -> bytes:
    """The signed statement in a file (14.4).

    Raises NotAHandOff, UnsupportedVersion, HandOffForSomebodyElse, HandOffDamaged, HandOffMalformed.
    """
    if not file.startswith(labels.HAND_OFF):
        raise NotAHandOff
    if file[len(labels.HAND_OFF) : len(PREFIX)] not in (b"", PREFIX[-1:]):
        raise UnsupportedVersion
    if len(file) not in _LENGTHS:
        raise HandOffDamaged
    header = file[:HEADER_LENGTH]
    slot = header[len(PREFIX) :]
    content_key = Locks(key).open(slot, labels.HAND_OFF_SLOT, PREFIX, HandOffForSomebodyElse)
    body_key = labelled_hash(labels.HAND_OFF_BODY, header, content_key)
    return unpad(open_chunks(body_key, file, HandOffDamaged, start=HEADER_LENGTH), HandOffMalformed)


def _statement_of(parsed: object, whole: bytes, start: int) -> Statement:
    match parsed:
        case {
            "campaign": str(campaign),
            "id": str(name),
            "author": str(author),
            "adviser": str(adviser),
            "day": str(day),
            "last_day": str(last_day),
            "parts": list(parts),
            "files": list(files),
            "keysets": list(keysets),
        }:
            blobs = list(_blobs([*files, *(["keyset", size] for size in keysets)], whole, start))
            return Statement(
                campaign,
                bytes_of_hex(name, HandOffMalformed),
                bytes_of_hex(author, HandOffMalformed),
                bytes_of_hex(adviser, HandOffMalformed),
                _day(day),
                _day(last_day),
                tuple(_part_of(part) for part in parts),
                tuple(blobs[: len(files)]),
                tuple(one.data for one in blobs[len(files) :]),
            )
    raise HandOffMalformed


def _part_of(part: object) -> tuple[str, str]:
    match part:
        case [str(title), str(text)]:
            return title, text
    raise HandOffMalformed


def _blobs(entries: list[object], whole: bytes, start: int) -> Iterator[Attachment]:
    """What stands behind the text, to the byte."""
    for entry in entries:
        match entry:
            case [str(name), int(size)] if 0 <= size <= len(whole) - start:
                yield Attachment(name, whole[start : start + size])
                start += size
            case _:
                raise HandOffMalformed
    if start != len(whole):
        raise HandOffMalformed


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HandOffMalformed from None


def _check(statement: Statement) -> None:
    if (
        not CAMPAIGN_ID.fullmatch(statement.campaign)
        or len(statement.id) != 16
        or len(statement.author) != 32
        or len(statement.adviser) != 32
        or not timedelta(0) <= statement.last_day - statement.day <= LONGEST
        or not (statement.parts or statement.files)
        or not all(_is_name(one.name) for one in statement.files)
    ):
        raise HandOffMalformed


def _is_name(name: str) -> bool:
    return 1 <= len(name.encode(errors="replace")) <= _MAX_NAME


def _canonical(statement: Statement) -> str:
    """The one spelling: compact JSON, the members in the order of 14.3."""
    return to_json(
        {
            "campaign": statement.campaign,
            "id": statement.id.hex(),
            "author": statement.author.hex(),
            "adviser": statement.adviser.hex(),
            "day": statement.day.isoformat(),
            "last_day": statement.last_day.isoformat(),
            "parts": statement.parts,
            "files": [(one.name, len(one.data)) for one in statement.files],
            "keysets": [len(one) for one in statement.keysets],
        }
    )

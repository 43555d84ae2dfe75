"""The content of an envelope (FORMAT.md, 2.4): a letter in canonical JSON, and its attachments.

All of it is a stranger's words: show texts as text, and never use a name as a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.errors import ContentMalformed
from offramp.crypto.keyset import CAMPAIGN_ID

COVER: Final = "cover"
"""The purpose of a letter that says nothing (2.6): a server made it, and readers drop it."""

PURPOSES: Final = ("help", "offer", "follow-up", "team", COVER)
MAX_ATTACHMENT: Final = 8_388_608

_FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MAX_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a letter."""

    name: str  # 1 to 255 bytes of UTF-8, any characters
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person wrote, in the members of 2.4."""

    purpose: str
    campaign: str
    keyset_id: bytes  # [32]
    thread: bytes | None = None  # [16]
    reply_key: bytes | None = None  # [32]
    fields: tuple[tuple[str, ...], ...] = ()  # a field's name, then its values
    attachments: tuple[Attachment, ...] = ()


def write_content(letter: Letter) -> bytes:
    """The content (2.4) that says `letter`; any length, for sealing finds out whether it fits.

    Raises ContentMalformed for a letter that no reader would take.
    """
    _check(letter)
    try:
        text = _canonical(letter).encode()
        _check_names(letter)
    except UnicodeEncodeError:  # a lone surrogate
        raise ContentMalformed from None
    return b"".join((len(text).to_bytes(4, "big"), text, *(one.data for one in letter.attachments)))


def read_content(content: bytes) -> Letter:
    """The letter that `content` says (2.4). Raises ContentMalformed for all but the one spelling of it."""
    end = 4 + int.from_bytes(content[:4], "big")
    if not 4 < end <= len(content):
        raise ContentMalformed
    text, parsed = parse_json(content[4:end], ContentMalformed)
    letter = _letter_of(parsed, content, end)
    _check(letter)
    if _canonical(letter) != text:
        raise ContentMalformed
    _check_names(letter)
    return letter


def _letter_of(parsed: object, content: bytes, end: int) -> Letter:
    """The letter of parsed JSON, its attachments taken from `content` from `end` on."""
    match parsed:
        case {
            "purpose": str(purpose),
            "campaign": str(campaign),
            "keyset": str(keyset),
            "thread": str() | None as thread,
            "reply_key": str() | None as reply_key,
            "fields": list(fields),
            "attachments": list(attachments),
        }:
            return Letter(
                purpose,
                campaign,
                bytes_of_hex(keyset, ContentMalformed),
                None if thread is None else bytes_of_hex(thread, ContentMalformed),
                None if reply_key is None else bytes_of_hex(reply_key, ContentMalformed),
                tuple(_field_of(field) for field in fields),
                tuple(_attachments_of(attachments, content, end)),
            )
    raise ContentMalformed


def _field_of(field: object) -> tuple[str, ...]:
    if not isinstance(field, list) or not all(isinstance(text, str) for text in field):
        raise ContentMalformed
    return tuple(field)


def _attachments_of(entries: list[object], content: bytes, start: int) -> Iterator[Attachment]:
    for entry in entries:
        match entry:
            case [str(name), int(size)] if 0 <= size <= min(MAX_ATTACHMENT, len(content) - start):
                yield Attachment(name, content[start : start + size])
                start += size
            case _:
                raise ContentMalformed
    if start != len(content):
        raise ContentMalformed


def _check(letter: Letter) -> None:
    """The ranges of 2.4 that have nothing to do with how the letter is spelt."""
    names = [field[0] for field in letter.fields if len(field) > 1]
    if (
        letter.purpose not in PURPOSES
        or not CAMPAIGN_ID.fullmatch(letter.campaign)
        or len(letter.keyset_id) != 32
        or (letter.thread is not None and len(letter.thread) != 16)
        or (letter.reply_key is not None and len(letter.reply_key) != 32)
        or len(names) != len(letter.fields)
        or len(set(names)) != len(names)
        or not all(_FIELD_NAME.fullmatch(name) for name in names)
        or any(len(one.data) > MAX_ATTACHMENT for one in letter.attachments)
    ):
        raise ContentMalformed


def _check_names(letter: Letter) -> None:
    if not all(1 <= len(one.name.encode()) <= _MAX_NAME for one in letter.attachments):
        raise ContentMalformed


def _canonical(letter: Letter) -> str:
    """The one spelling of a letter: compact JSON, the members in the order of 2.4."""
    return to_json(
        {
            "purpose": letter.purpose,
            "campaign": letter.campaign,
            "keyset": letter.keyset_id.hex(),
            "thread": None if letter.thread is None else letter.thread.hex(),
            "reply_key": None if letter.reply_key is None else letter.reply_key.hex(),
            "fields": letter.fields,
            "attachments": [(one.name, len(one.data)) for one in letter.attachments],
        }
    )

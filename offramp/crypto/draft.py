"""The draft (FORMAT.md, 14.5): an adviser's answer to what was handed to them, signed, on its way back.

It travels in a letter of purpose `team` to all organizers. No server imports this.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from struct import Struct
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.canonical import bytes_of_hex, parse_json, to_json
from offramp.crypto.errors import DraftForged, DraftMalformed, UnsupportedVersion
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.keyset import CAMPAIGN_ID
from offramp.crypto.letter import Attachment, Letter

VERSION: Final = 1
FIELD: Final = ("kind", "draft")
"""What a letter says that carries a draft."""
_NAME: Final = "draft"
_MAX_NAME: Final = 255
# magic, version, author, length of the text
_HEADER: Final = Struct(">16sB32sI")
_SIGNATURE: Final = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What an adviser would answer."""

    campaign: str
    author: bytes  # the adviser's Ed25519 public key [32]
    hand_off: bytes  # the hand-off's id [16]
    day: date
    text: str = field(repr=False)
    files: tuple[Attachment, ...] = field(default=(), repr=False)
    raw: bytes = field(repr=False, compare=False, default=b"")
    """The signed bytes."""

    @property
    def id(self) -> bytes:
        """16 bytes: the same draft has the same id, in however many envelopes it comes."""
        return labelled_hash(labels.DRAFT_ID, self.raw[:-_SIGNATURE])[:16]


def sign_draft(
    seed: bytes, *, campaign: str, hand_off: bytes, day: date, text: str, files: tuple[Attachment, ...] = ()
) -> Draft:
    """A draft, signed with the adviser's Ed25519 seed [32]. Raises DraftMalformed."""
    key = SigningKey(seed)
    draft = Draft(campaign, bytes(key.verify_key), hand_off, day, text, files)
    _check(draft)
    try:
        said = _canonical(draft).encode()
    except UnicodeEncodeError:  # a lone surrogate
        raise DraftMalformed from None
    header = _HEADER.pack(labels.DRAFT, VERSION, draft.author, len(said))
    signed = b"".join((header, said, *(one.data for one in files)))
    return read_draft(signed + key.sign(signed).signature)


def read_draft(raw: bytes) -> Draft:
    """The draft that `raw` says, its signature checked. Raises UnsupportedVersion, DraftMalformed, DraftForged.

    Whether the author may answer this hand-off is for the caller to find out.
    """
    if len(raw) <= _HEADER.size + _SIGNATURE or raw[:16] != labels.DRAFT:
        raise DraftMalformed
    _, version, author, length = _HEADER.unpack_from(raw)
    if version != VERSION:
        raise UnsupportedVersion
    signed, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    end = _HEADER.size + length
    if end > len(signed):
        raise DraftMalformed
    try:
        VerifyKey(author).verify(signed, signature)
    except (BadSignatureError, ValueError):
        raise DraftForged from None
    text, parsed = parse_json(signed[_HEADER.size : end], DraftMalformed)
    draft = _draft_of(parsed, author, raw, end)
    _check(draft)
    if _canonical(draft) != text:
        raise DraftMalformed
    return draft


def letter_of(draft: Draft, keyset_id: bytes) -> Letter:
    """The letter that carries a draft to the recipients of the keyset with this id [32]."""
    return Letter(
        "team", draft.campaign, keyset_id, fields=(FIELD,), attachments=(Attachment(_NAME, draft.raw),)
    )


def carries_draft(letter: Letter) -> bool:
    """Whether this is a letter of 14.5; what it carries was not looked at."""
    return letter.purpose == "team" and FIELD in letter.fields


def draft_in(letter: Letter) -> Draft:
    """The draft in a letter. Raises what `read_draft` does, and DraftMalformed where it is another letter."""
    if not carries_draft(letter) or [one.name for one in letter.attachments] != [_NAME]:
        raise DraftMalformed
    return read_draft(letter.attachments[0].data)


def _draft_of(parsed: object, author: bytes, raw: bytes, start: int) -> Draft:
    match parsed:
        case {
            "campaign": str(campaign),
            "hand_off": str(hand_off),
            "day": str(day),
            "text": str(text),
            "files": list(entries),
        }:
            files = tuple(_files(entries, raw[:-_SIGNATURE], start))
            name = bytes_of_hex(hand_off, DraftMalformed)
            return Draft(campaign, author, name, _day(day), text, files, raw)
    raise DraftMalformed


def _files(entries: list[object], signed: bytes, start: int) -> Iterator[Attachment]:
    for entry in entries:
        match entry:
            case [str(name), int(size)] if 0 <= size <= len(signed) - start:
                yield Attachment(name, signed[start : start + size])
                start += size
            case _:
                raise DraftMalformed
    if start != len(signed):
        raise DraftMalformed


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DraftMalformed from None


def _check(draft: Draft) -> None:
    names = [one.name.encode(errors="replace") for one in draft.files]
    if (
        not CAMPAIGN_ID.fullmatch(draft.campaign)
        or len(draft.hand_off) != 16
        or not (draft.text.strip() or draft.files)
        or not all(1 <= len(name) <= _MAX_NAME for name in names)
    ):
        raise DraftMalformed


def _canonical(draft: Draft) -> str:
    """The one spelling: compact JSON, the members in the order of 14.5."""
    return to_json(
        {
            "campaign": draft.campaign,
            "hand_off": draft.hand_off.hex(),
            "day": draft.day.isoformat(),
            "text": draft.text,
            "files": [(one.name, len(one.data)) for one in draft.files],
        }
    )

"""The root keys that a campaign had before (FORMAT.md, 17.2), as the newest one vouches for them."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.errors import FormerRootForged, NotAFormerRoot, UnsupportedVersion

VERSION: Final = 1
LENGTH: Final = 117

_STATEMENT: Final = Struct(">16sB32sI")  # magic, version, the former root's public key, its last sequence


@dataclass(frozen=True, slots=True)
class FormerRoot:
    """A root key [32] that counts for keysets and team lists up to `last_sequence`, and for nothing later."""

    root: bytes
    last_sequence: int
    raw: bytes


def sign_former_root(root_seed: bytes, *, campaign: str, former: bytes, last_sequence: int) -> FormerRoot:
    """The statement of the new root, whose Ed25519 seed [32] is given, about the one before it. NotAFormerRoot."""
    if len(former) != 32 or not 0 <= last_sequence < 2**32:
        raise NotAFormerRoot
    said = _STATEMENT.pack(labels.FORMER_ROOT, VERSION, former, last_sequence)
    key = SigningKey(root_seed)
    raw = said + key.sign(said + campaign.encode()).signature
    return read_former_root(raw, root=bytes(key.verify_key), campaign=campaign)


def read_former_root(raw: bytes, *, root: bytes, campaign: str) -> FormerRoot:
    """What `raw` says, after all checks of 17.2; `root` [32] is the campaign's now.

    Raises UnsupportedVersion, NotAFormerRoot, FormerRootForged.
    """
    if len(raw) != LENGTH or raw[:16] != labels.FORMER_ROOT:
        raise NotAFormerRoot
    _, version, former, last_sequence = _STATEMENT.unpack_from(raw)
    if version != VERSION:
        raise UnsupportedVersion
    try:
        VerifyKey(root).verify(raw[: _STATEMENT.size] + campaign.encode(), raw[_STATEMENT.size :])
    except BadSignatureError:
        raise FormerRootForged from None
    if former == root:
        raise NotAFormerRoot
    return FormerRoot(former, last_sequence, raw)

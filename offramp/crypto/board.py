"""The board from outside (FORMAT.md, 9): shards, their number, and the descriptor.

Nothing here can open a reply, so the server may import it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

from offramp.crypto import labels
from offramp.crypto.errors import (
    NotABoard,
    ShardDamaged,
    ShardFull,
    UnsupportedVersion,
    WrongReplyLength,
    WrongShardLength,
)
from offramp.crypto.hashing import labelled_hash

VERSION: Final = 1
REPLY_LENGTH: Final = 4_096
REPLIES_IN_SHARD: Final = 64
CHECKSUM_LENGTH: Final = 16
SHARD_LENGTH: Final = REPLY_LENGTH * REPLIES_IN_SHARD + CHECKSUM_LENGTH
MAX_DOUBLINGS: Final = 16
MAX_SHARD_NUMBER: Final = 2**MAX_DOUBLINGS - 1
MAX_BUILD: Final = 2**53 - 1  # what JavaScript counts to without loss

# 9.2: magic, version, doublings, build
_DESCRIPTOR: Final = Struct(">16sBBQ")
DESCRIPTOR_LENGTH: Final = _DESCRIPTOR.size


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a board says of itself (9.2); nobody signed it."""

    doublings: int  # there are 2 ** doublings shards; 0 to MAX_DOUBLINGS
    build: int  # 1 to MAX_BUILD, greater with each build

    @property
    def shard_count(self) -> int:
        """How many shards the board has."""
        return 1 << self.doublings

    def shard_of(self, shard_number: int) -> int:
        """The index of the shard (9.1) that holds the replies with this shard number."""
        return shard_number % self.shard_count


def shard_number(thread: bytes) -> int:
    """The shard number of a thread id [16] (7.3): 0 to 65 535."""
    return int.from_bytes(labelled_hash(labels.SHARD, thread)[:2], "big")


def write_descriptor(descriptor: Descriptor) -> bytes:
    """The descriptor's bytes (9.2). Raises NotABoard where a number is out of its range."""
    if not _is_in_range(descriptor):
        raise NotABoard
    return _DESCRIPTOR.pack(labels.BOARD, VERSION, descriptor.doublings, descriptor.build)


def read_descriptor(raw: bytes) -> Descriptor:
    """What the descriptor says (9.2). Raises NotABoard or UnsupportedVersion."""
    if not raw.startswith(labels.BOARD) or len(raw) == len(labels.BOARD):
        raise NotABoard
    if raw[len(labels.BOARD)] != VERSION:  # before the length, which another version may change
        raise UnsupportedVersion
    if len(raw) != DESCRIPTOR_LENGTH:
        raise NotABoard
    _, _, doublings, build = _DESCRIPTOR.unpack(raw)
    descriptor = Descriptor(doublings, build)
    if not _is_in_range(descriptor):
        raise NotABoard
    return descriptor


def _is_in_range(descriptor: Descriptor) -> bool:
    return 0 <= descriptor.doublings <= MAX_DOUBLINGS and 1 <= descriptor.build <= MAX_BUILD


def reply_id(reply: bytes) -> bytes:
    """The 16 bytes by which server, courier and desk name this reply (9.1)."""
    return labelled_hash(labels.REPLY_ID, reply)[:16]


def make_dummy() -> bytes:
    """4096 bytes that nobody can tell from a reply without its key (9.1)."""
    return secrets.token_bytes(REPLY_LENGTH)


def make_shard(replies: Sequence[bytes]) -> bytes:
    """A shard of these replies and as many dummies as are missing (9.1).

    The order is that of the bytes themselves, which begin at random: no place tells when a reply came,
    and the same replies and dummies give the same shard.
    Raises ShardFull, or WrongReplyLength where one of them is no reply.
    """
    if len(replies) > REPLIES_IN_SHARD:
        raise ShardFull
    if any(len(reply) != REPLY_LENGTH for reply in replies):
        raise WrongReplyLength
    dummies = [make_dummy() for _ in range(REPLIES_IN_SHARD - len(replies))]
    body = b"".join(sorted([*replies, *dummies]))
    return body + _checksum(body)


def replies_of(shard: bytes) -> list[bytes]:
    """The 64 replies of a shard, dummies among them (9.3). Raises WrongShardLength or ShardDamaged."""
    if len(shard) != SHARD_LENGTH:  # 9.3, step 1
        raise WrongShardLength
    body = shard[:-CHECKSUM_LENGTH]
    if shard[-CHECKSUM_LENGTH:] != _checksum(body):  # 9.3, step 2
        raise ShardDamaged
    return [body[start : start + REPLY_LENGTH] for start in range(0, len(body), REPLY_LENGTH)]


def _checksum(body: bytes) -> bytes:
    """What a shard ends with (9.1): it finds accidents, and proves nothing."""
    return hashlib.sha256(body).digest()[:CHECKSUM_LENGTH]

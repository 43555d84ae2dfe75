"""Replies (FORMAT.md, 8): sealing an answer for the board, and finding the answers in a shard.

For laptops and tests; the page has its own, and no server imports this.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from nacl.bindings import crypto_secretbox_easy, crypto_secretbox_open_easy
from nacl.exceptions import CryptoError

from offramp.crypto.answer import Answer, read_answer, write_answer
from offramp.crypto.board import REPLY_LENGTH, replies_of
from offramp.crypto.errors import AnswerMalformed, AnswerTooLong, WrongReplyLength

NONCE_LENGTH: Final = 24
PADDED_LENGTH: Final = REPLY_LENGTH - NONCE_LENGTH - 16
MAX_ANSWER_LENGTH: Final = PADDED_LENGTH - 2


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply key found in a shard."""

    answers: tuple[Answer, ...]  # by number; each once
    malformed: int  # how many replies opened and were no answer


def seal_reply(answer: Answer, reply_key: bytes) -> bytes:
    """The reply [4096] that says `answer` to whoever has the reply key [32] (8.2).

    Raises AnswerMalformed, or AnswerTooLong where the answer needs a parcel.
    """
    said = write_answer(answer)
    if len(said) > MAX_ANSWER_LENGTH:  # 8.2, step 1
        raise AnswerTooLong
    padded = (len(said).to_bytes(2, "big") + said).ljust(PADDED_LENGTH, b"\0")  # 8.2, step 2
    nonce = secrets.token_bytes(NONCE_LENGTH)  # 8.2, step 3
    return nonce + crypto_secretbox_easy(padded, nonce, reply_key)  # 8.2, step 4


def open_reply(reply: bytes, reply_key: bytes) -> Answer | None:
    """The answer in a reply, or None where the key does not open it (8.3).

    Raises WrongReplyLength or AnswerMalformed.
    """
    if len(reply) != REPLY_LENGTH:  # 8.3, step 1
        raise WrongReplyLength
    try:
        padded = crypto_secretbox_open_easy(reply[NONCE_LENGTH:], reply[:NONCE_LENGTH], reply_key)
    except CryptoError:  # 8.3, step 2: another's, a dummy, or damaged
        return None
    end = 2 + int.from_bytes(padded[:2], "big")  # 8.3, step 3
    if end > PADDED_LENGTH or any(padded[end:]):
        raise AnswerMalformed
    return read_answer(padded[2:end])  # 8.3, step 4


def open_shard(shard: bytes, reply_key: bytes) -> Reading:
    """All answers in a shard that the reply key [32] opens (9.3). Raises WrongShardLength or ShardDamaged."""
    answers: set[Answer] = set()
    malformed = 0
    for reply in replies_of(shard):
        try:
            answer = open_reply(reply, reply_key)
        except AnswerMalformed:
            malformed += 1  # it must not hide the others
            continue
        if answer is not None:
            answers.add(answer)
    in_order = sorted(answers, key=lambda answer: (answer.number, write_answer(answer)))
    return Reading(tuple(in_order), malformed)

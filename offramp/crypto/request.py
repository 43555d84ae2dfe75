"""Signed requests from couriers to the server (FORMAT.md, section 6), both sides."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from threading import Lock
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.errors import RequestRefused
from offramp.crypto.hashing import labelled_hash

EPOCH_LENGTH: Final = 32

_HEADER: Final = re.compile(
    r'Offramp courier="([0-9a-f]{64})", counter="(0|[1-9][0-9]{0,19})", signature="([0-9a-f]{128})"'
)


def sign_request(
    seed: bytes, *, epoch: bytes, counter: int, host: str, method: str, target: str, body: bytes
) -> str:
    """The value of the `Authorization` header for a request.

    `seed` is the courier's Ed25519 seed [32]; `epoch` [32] is what the server told; `counter` is greater
    than that of every request before; `target` is the request line's, with its query.
    Raises RequestRefused where something of it has no place in the format.
    """
    key = SigningKey(seed)
    signature = key.sign(_statement(epoch, counter, host, method, target, body)).signature
    courier = bytes(key.verify_key).hex()
    return f'Offramp courier="{courier}", counter="{counter}", signature="{signature.hex()}"'


class Verifier:
    """The server's side of one epoch, which begins when it is made; safe to use from many threads."""

    def __init__(self, host: str, couriers: Iterable[bytes]) -> None:
        """`host` is the server's own onion address; `couriers` are Ed25519 public keys [32]."""
        self.epoch = secrets.token_bytes(EPOCH_LENGTH)
        self._host = host
        self._last = dict.fromkeys(couriers, -1)
        self._lock = Lock()

    def verify(self, authorization: str, *, method: str, target: str, body: bytes) -> bytes:
        """The public key [32] of the courier whose new request this is; else raises RequestRefused."""
        match = _HEADER.fullmatch(authorization)
        if match is None:
            raise RequestRefused
        courier, counter, signature = bytes.fromhex(match[1]), int(match[2]), bytes.fromhex(match[3])
        if courier not in self._last:
            raise RequestRefused
        statement = _statement(self.epoch, counter, self._host, method, target, body)
        try:
            VerifyKey(courier).verify(statement, signature)
        except BadSignatureError:
            raise RequestRefused from None
        # Only after the signature: else anyone could use up a courier's counters.
        with self._lock:
            if counter <= self._last[courier]:
                raise RequestRefused
            self._last[courier] = counter
        return courier


def _statement(epoch: bytes, counter: int, host: str, method: str, target: str, body: bytes) -> bytes:
    """The bytes that are signed (section 6)."""
    try:
        parts = (
            labels.REQUEST,
            epoch,
            counter.to_bytes(8, "big"),
            _prefixed(host, 1),
            _prefixed(method, 1),
            _prefixed(target, 2),
            labelled_hash(labels.REQUEST_BODY, body),
        )
    except (OverflowError, UnicodeEncodeError):  # too long for its place, or not ASCII
        raise RequestRefused from None
    return b"".join(parts)


def _prefixed(text: str, size: int) -> bytes:
    """ASCII behind its length in `size` bytes."""
    raw = text.encode("ascii")
    return len(raw).to_bytes(size, "big") + raw

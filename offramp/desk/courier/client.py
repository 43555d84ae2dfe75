"""The client of the couriers' side: fetches, acknowledges, pushes, and signs each request (FORMAT.md, 6).

The server is not trusted: every answer has a limit, a shape, and an end to the waiting.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from offramp.crypto.bundle import HEADER, read_stream
from offramp.crypto.envelope import ENVELOPE_LENGTHS, envelope_id, read_header
from offramp.crypto.errors import BundleError, EnvelopeError, UnsupportedVersion
from offramp.crypto.request import sign_request
from offramp.desk.courier.server_health import read_limits
from offramp.desk.courier.server_status import ServerStatus, read_status
from offramp.desk.courier.wire import Wire
from offramp.desk.errors import (
    CourierError,
    LimitsRefused,
    NotEnrolled,
    PostsRefused,
    ServerBusy,
    ServerFull,
    ServerNonsense,
)
from offramp.desk.keys import CourierKey

_ID: Final = re.compile(r"[0-9a-f]{32}")
MOST_IDS: Final = 256
"""As many ids as the server takes in one request."""
MOST_LISTED: Final = 1000
_EPOCH_LIMIT: Final = 256
_LIST_LIMIT: Final = 262_144
_MISSING_LIMIT: Final = 16_384
_RECEIPT_LIMIT: Final = 1024
_STATUS_LIMIT: Final = 4096
_BUSY: Final = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
_REFUSALS: Final[dict[int, type[CourierError]]] = {
    HTTPStatus.UNAUTHORIZED: NotEnrolled,
    HTTPStatus.INSUFFICIENT_STORAGE: ServerFull,
    HTTPStatus.UNPROCESSABLE_ENTITY: PostsRefused,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of what waits for this courier: lengths in bytes by envelope id [16], in the ids' order."""

    lengths: Mapping[bytes, int]
    more: bool


class Courier:
    """Talks to one server. Every method raises CourierErrors only."""

    def __init__(self, wire: Wire, key: CourierKey, host: str) -> None:
        self._wire, self._key, self._host = wire, key, host
        self._epoch = b""
        self._counter = 0

    def status(self) -> ServerStatus:
        """Until when the server's calendar and its card last, and how it does."""
        with self._signed("GET", "/status", limit=_STATUS_LIMIT) as chunks:
            return read_status(_parse(b"".join(chunks)))

    def change_limits(self, change: Mapping[str, bool | int]) -> Mapping[str, bool | int]:
        """Have the server take other amounts; the limits that hold then."""
        body = json.dumps(change).encode("ascii")
        try:
            with self._signed("POST", "/limits", body, limit=_RECEIPT_LIMIT) as chunks:
                return read_limits(_parse(b"".join(chunks)))
        except PostsRefused:
            raise LimitsRefused from None

    def waiting(self, after: bytes = b"") -> Waiting:
        """What the server has with ids greater than `after`."""
        with self._signed("GET", f"/envelopes?after={after.hex()}", limit=_LIST_LIMIT) as chunks:
            return _read_list(b"".join(chunks), after)

    def fetch(self, lengths: Mapping[bytes, int]) -> Iterator[bytes]:
        """The envelopes of these ids, each as soon as it is whole and proven to be one that was asked for.

        The server may leave some out, for another courier may have been faster.
        """
        wanted = dict(lengths)
        limit = len(HEADER) + sum(4 + length for length in wanted.values())
        with self._signed("POST", "/fetch", b"".join(wanted), limit=limit) as chunks:
            for envelope in _envelopes(chunks):
                if wanted.pop(envelope_id(envelope), None) != len(envelope):
                    raise ServerNonsense
                yield envelope

    def acknowledge(self, ids: Collection[bytes]) -> None:
        """Tell the server that these are safe here."""
        with self._signed("POST", "/acknowledge", b"".join(ids), limit=_RECEIPT_LIMIT) as chunks:
            for _ in chunks:
                pass

    def missing(self, ids: Collection[bytes]) -> set[bytes]:
        """Which of these replies and parcels, 256 at most, the server neither has nor was told to drop."""
        with self._signed("POST", "/missing", b"".join(ids), limit=_MISSING_LIMIT) as chunks:
            return _read_missing(b"".join(chunks), set(ids))

    def push(self, pack: bytes) -> None:
        """Give the server a pack, of at most 9 000 000 bytes; when this returns, it is on the server's disk."""
        with self._signed("POST", "/push", pack, limit=_RECEIPT_LIMIT) as chunks:
            _read_kept(b"".join(chunks))

    @contextlib.contextmanager
    def _signed(
        self, method: str, target: str, body: bytes = b"", *, limit: int
    ) -> Iterator[Iterator[bytes]]:
        """The body of the answer to a signed request."""
        for attempt in (1, 2):
            epoch = self._epoch or self._ask_epoch()
            self._counter = max(time.time_ns(), self._counter + 1)
            authorization = sign_request(
                self._key.seed,
                epoch=epoch,
                counter=self._counter,
                host=self._host,
                method=method,
                target=target,
                body=body,
            )
            exchange = self._wire.exchange(
                method, target, authorization=authorization, body=body, limit=limit
            )
            with exchange as (status, chunks):
                if status == HTTPStatus.UNAUTHORIZED and attempt == 1:
                    self._epoch = b""  # the server may have been started anew; ask once
                    continue
                _check(status)
                yield chunks
                return

    def _ask_epoch(self) -> bytes:
        with self._wire.exchange("GET", "/epoch", limit=_EPOCH_LIMIT) as (status, chunks):
            _check(status)
            text = b"".join(chunks)
        try:
            self._epoch = bytes.fromhex(text.decode("ascii").strip())
        except ValueError:
            raise ServerNonsense from None
        if len(self._epoch) != 32:
            self._epoch = b""
            raise ServerNonsense
        return self._epoch


def _check(status: int) -> None:
    if status in _BUSY:
        raise ServerBusy
    if status != HTTPStatus.OK:
        raise _REFUSALS.get(status, ServerNonsense)


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, too many digits, nested too deeply
        raise ServerNonsense from None


def _read_missing(body: bytes, asked: set[bytes]) -> set[bytes]:
    """Some of the ids that were asked for, each once."""
    match _parse(body):
        case {"missing": list(names)} if all(isinstance(name, str) and _ID.fullmatch(name) for name in names):
            missing = {bytes.fromhex(name) for name in names}
        case _:
            raise ServerNonsense
    if not missing <= asked or len(missing) != len(names):
        raise ServerNonsense
    return missing


def _read_kept(body: bytes) -> None:
    """A receipt. Its number says nothing here: of a request that is repeated, nothing is new any more."""
    match _parse(body):
        case {"kept": int()}:
            return
        case _:
            raise ServerNonsense


def _read_list(body: bytes, after: bytes) -> Waiting:
    """Ids strictly upwards from `after`, so that a server cannot lead a courier in circles."""
    match _parse(body):
        case {"envelopes": list(rows), "more": bool(more)} if len(rows) <= MOST_LISTED:
            pass
        case _:
            raise ServerNonsense
    if more and not rows:
        raise ServerNonsense
    lengths: dict[bytes, int] = {}
    for row in rows:
        name, length = _read_row(row)
        if name <= after:
            raise ServerNonsense
        lengths[name], after = length, name
    return Waiting(lengths, more)


def _read_row(row: object) -> tuple[bytes, int]:
    match row:
        case [str(digits), int(length), str()] if _ID.fullmatch(digits) and length in ENVELOPE_LENGTHS:
            return bytes.fromhex(digits), length
        case _:
            raise ServerNonsense


def _envelopes(chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        for envelope in read_stream(chunks):
            read_header(envelope)
            yield envelope
    except (BundleError, EnvelopeError, UnsupportedVersion):
        raise ServerNonsense from None

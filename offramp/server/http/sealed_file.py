"""The plain form for browsers without scripts: one file, which must be sealed already, in a multipart body.

The file's bytes are taken out as they come, in memory alone. Nothing is kept of a file that is no envelope, not even
until its end: its first bytes tell. The worker drops the rest as it comes (connection.py), so that the browser, which
reads no answer before it has sent everything, shows why it was refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData, Preamble

from offramp.crypto.envelope import ENVELOPE_LENGTHS
from offramp.crypto.errors import (
    EnvelopeError,
    NotAnEnvelope,
    OfframpError,
    UnknownKeyset,
    UnsupportedVersion,
)
from offramp.crypto.labels import ENVELOPE
from offramp.server.http.bodies import length_up_to
from offramp.server.http.replies import Closed, Paused, Refused
from offramp.site.sealed_outcomes import Outcome
from offramp.store import QuotaReached, StoreError, StoreFull

LARGEST_FILE: Final = max(ENVELOPE_LENGTHS)
_AROUND: Final = 4096  # bytes of a form around its file: the boundaries, and a file's name of any language
_PIECE: Final = 16 * 1024
_MOST_HELD: Final = 2 * _PIECE  # in the decoder: what is no file's data is never as long
_LONGEST_BOUNDARY: Final = 200
_FORM: Final = "multipart/form-data"
FILE_FIELD: Final = "sealed"
"""The name of the form's only field."""


class NoFile(OfframpError):  # noqa: N818  # as in offramp.crypto.errors
    """No file was chosen."""


def outcome_of(error: Exception) -> Outcome:
    """Which page tells of an error of this module, of bodies.py, of read_header() or of the store."""
    match error:
        case NoFile():
            return Outcome.NO_FILE
        case UnknownKeyset():
            return Outcome.OTHER_KEYS
        case EnvelopeError() | UnsupportedVersion():
            return Outcome.NOT_SEALED
        case QuotaReached():
            return Outcome.QUOTA
        case StoreFull():
            return Outcome.FULL
        case StoreError():
            return Outcome.BUSY
        case Closed():
            return Outcome.CLOSED
        case Paused():
            return Outcome.PAUSED
    status = error.status if isinstance(error, Refused) else 400
    by_status = {403: Outcome.ELSEWHERE, 413: Outcome.TOO_LARGE, 503: Outcome.BUSY}
    return by_status.get(status, Outcome.BROKEN)


def form_of(request: Request) -> tuple[bytes, int]:
    """The form's boundary and its length in bytes, before any of it was read.  Raises Refused (411, 413, 415)."""
    kind, options = parse_options_header(request.environ.get("CONTENT_TYPE"))
    boundary = options.get("boundary", "").encode("ascii", errors="replace")
    if kind != _FORM or "HTTP_CONTENT_ENCODING" in request.environ:
        raise Refused(415, f"Only {_FORM} is taken here.")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise Refused(400, "The form has no boundary.")
    return boundary, length_up_to(request, LARGEST_FILE + _AROUND)


def file_in(boundary: bytes, body: Iterable[bytes]) -> bytes:
    """The only file of a form, which begins as an envelope does and is no longer than the longest.

    Raises NoFile, NotAnEnvelope, Refused (400), and what reading *body* raises.
    """
    data = bytearray()
    for piece in _file_data(boundary, body):
        data += piece
        if not data.startswith(ENVELOPE[: len(data)]) or len(data) > LARGEST_FILE:
            raise NotAnEnvelope
    if not data:
        raise NoFile
    return bytes(data)


def _file_data(boundary: bytes, body: Iterable[bytes]) -> Iterator[bytes]:
    parts = 0
    for event in _events(boundary, body):
        match event:
            case File(name=name) if name == FILE_FIELD and not parts:
                parts += 1
            case File() | Field():
                raise Refused(400, "The form has other fields than one file.")
            case Data(data=data) if parts:
                yield data


def _events(boundary: bytes, body: Iterable[bytes]) -> Iterator[Preamble | Field | File | Data]:
    """What is in a form, to its end.  Raises Refused (400) for what is none."""
    decoder = MultipartDecoder(boundary, _MOST_HELD, max_parts=2)
    pieces = (piece[at : at + _PIECE] for piece in body for at in range(0, len(piece), _PIECE))
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, NeedData):
                decoder.receive_data(next(pieces, None))
            else:
                yield event  # type: ignore[misc]  # an Event is one of these, and its type is their common base
    except (ValueError, RequestEntityTooLarge):
        raise Refused(400, "The form is malformed.") from None

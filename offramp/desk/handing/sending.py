"""Sending a draft to the workers' onion: an envelope like any other, by the ordinary POST /sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from offramp.crypto.bundle import read_bundle
from offramp.crypto.card import CARD_LENGTH
from offramp.crypto.envelope import envelope_id, read_header
from offramp.crypto.errors import BundleTruncated
from offramp.crypto.keyset import verify_keyset
from offramp.desk import days
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.courier.wire import Wire
from offramp.desk.errors import CourierError, MissingFile, ServerBusy, ServerFull, ServerNonsense
from offramp.desk.handing.errors import DraftNotTaken, HandingError, SiteClosed
from offramp.desk.inbox import load_keysets
from offramp.desk.schedule import in_force

_RECEIPT_LIMIT: Final = 1024
_REFUSALS: Final[dict[int, type[CourierError | HandingError]]] = {
    HTTPStatus.CONFLICT: DraftNotTaken,  # the keyset is over, or not published yet
    HTTPStatus.TOO_MANY_REQUESTS: ServerBusy,
    HTTPStatus.INTERNAL_SERVER_ERROR: ServerBusy,
    HTTPStatus.SERVICE_UNAVAILABLE: SiteClosed,
    HTTPStatus.INSUFFICIENT_STORAGE: ServerFull,
}


def envelopes_in(path: Path) -> list[bytes]:
    """The envelopes in a file that `offramp draft` wrote. Raises MissingFile, BundleErrors, EnvelopeErrors."""
    if not path.is_file():
        raise MissingFile(f"{path} is not there.")
    found = list(read_bundle(path))
    if not found:
        raise BundleTruncated("There is nothing to send in this file.")
    for envelope in found:
        read_header(envelope)
    return found


def send(wire: Wire, envelopes: Iterable[bytes]) -> None:
    """Send each; when this returns, all are on the server's disk. Sending one again does no harm.

    Raises DraftNotTaken, SiteClosed, ServerBusy, ServerFull, ServerNonsense, ConnectionBroke.
    """
    for envelope in envelopes:
        with wire.exchange("POST", "/sealed", body=envelope, limit=_RECEIPT_LIMIT) as (status, chunks):
            body = b"".join(chunks)
        if status != HTTPStatus.CREATED:
            raise _REFUSALS.get(status, ServerNonsense)
        _check_receipt(body, envelope)


def learn_keyset(wire: Wire, campaign: CampaignFolder, onion: str) -> bool:
    """Take the keyset that the server publishes into an adviser's copy of the campaign; whether it is new there.

    Only one that the root key signed, for this address and for today, and that does not go back.
    Raises a KeysetError, UnsupportedVersion, ServerNonsense, SiteClosed, ConnectionBroke, OSError.
    """
    known = load_keysets(campaign.keysets, campaign.trust())
    newest = in_force(known, days.now())
    with wire.exchange("GET", "/keyset", limit=KEYSET_LIMIT + CARD_LENGTH) as (status, chunks):
        body = b"".join(chunks)
    if status != HTTPStatus.OK:
        raise _REFUSALS.get(status, ServerNonsense)
    keyset = verify_keyset(
        body[:-CARD_LENGTH],
        root=campaign.root(),
        campaign=campaign.campaign().id,
        now=int(days.now()),
        onion=onion,
        minimum_sequence=newest.sequence if newest else 1,
    )
    is_new = all(one.sequence != keyset.sequence for one in known)
    if is_new:
        campaign.add_keyset(keyset)
    return is_new


def _check_receipt(body: bytes, envelope: bytes) -> None:
    try:
        receipt = json.loads(body)
    except (ValueError, RecursionError):
        raise ServerNonsense from None
    if receipt != {"received": envelope_id(envelope).hex()}:
        raise ServerNonsense

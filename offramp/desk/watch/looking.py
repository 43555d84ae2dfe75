"""Looking once: the two requests that every visitor's browser makes, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from offramp.crypto.card import CARD_LENGTH, Card, check_card_date, read_card
from offramp.crypto.errors import (
    CardFromTheFuture,
    CardLapsed,
    KeysetExpired,
    KeysetNotYetValid,
    NotACard,
    OfframpError,
    WrongCampaign,
)
from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.crypto.words import campaign_code, campaign_words
from offramp.desk.courier.wire import Wire
from offramp.desk.errors import ServerBusy
from offramp.desk.watch.comparing import Expected
from offramp.desk.watch.errors import NoKeysetThere, NotThisCampaign, OtherWordsThere, SiteClosed
from offramp.desk.watch.first_page import FirstPage, read_first_page

_PAGE_LIMIT: Final = 262_144
_KEYSET_LIMIT: Final = 16_384 + CARD_LENGTH

CLOSED: Final = (SiteClosed, KeysetExpired, KeysetNotYetValid, CardLapsed, CardFromTheFuture)
"""What means that the site is the campaign's, and takes no letters now, or that a clock is wrong."""


@dataclass(slots=True)
class Found:
    """What was learned of a site, up to what is wrong with it, if anything is."""

    onion: str
    words: str | None = None
    code: str | None = None
    keyset: Keyset | None = None
    card: Card | None = None
    wrong: OfframpError | None = None

    @property
    def outcome(self) -> str:
        """`well`, `closed` or `wrong`."""
        if self.wrong is None:
            return "well"
        return "closed" if isinstance(self.wrong, CLOSED) else "wrong"


def look(wire: Wire, onion: str, expected: Expected, *, now: float) -> Found:
    """Fetch and judge; what is wrong with the site is in what this returns. Raises CourierErrors alone."""
    found = Found(onion)
    page_status, html = _get(wire, "/", _PAGE_LIMIT)
    if page_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ServerBusy
    keyset_status, raw = _get(wire, "/keyset", _KEYSET_LIMIT)
    try:
        page = _check_words(found, html if page_status == HTTPStatus.OK else b"", expected)
        _check_keyset(found, page, keyset_status, raw, expected, now)
    except OfframpError as error:
        found.wrong = error
    return found


def _check_words(found: Found, html: bytes, expected: Expected) -> FirstPage:
    """The words that a visitor sees, those of address and root key, and those that were given: all the same."""
    page = read_first_page(html.decode("utf-8", errors="replace"))
    found.words, found.code = campaign_words(found.onion, page.root), campaign_code(found.onion, page.root)
    if not expected.fits(found.onion, page.root):
        raise NotThisCampaign
    if (page.words, page.code) != (found.words, found.code):
        raise OtherWordsThere
    if expected.campaign not in (None, page.campaign):
        raise WrongCampaign
    return page


def _check_keyset(
    found: Found, page: FirstPage, status: int, raw: bytes, expected: Expected, now: float
) -> None:
    """As the page's own script does it (FORMAT.md, 3.4 and 16.2), for a script can be changed."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise SiteClosed
    if status != HTTPStatus.OK:
        raise NoKeysetThere
    if len(raw) <= CARD_LENGTH:
        raise NotACard
    keyset = verify_keyset(
        raw[:-CARD_LENGTH],
        root=page.root,
        campaign=page.campaign,
        now=int(now),
        onion=found.onion,
        minimum_sequence=max(page.sequence, expected.sequence),
    )
    found.keyset = keyset
    card = read_card(raw[-CARD_LENGTH:], card_key=keyset.card_key, root=page.root, campaign=page.campaign)
    found.card = card
    limit = page.limit_days if expected.limit_days is None else expected.limit_days
    check_card_date(card, now=now, limit_days=limit)


def _get(wire: Wire, target: str, limit: int) -> tuple[int, bytes]:
    with wire.exchange("GET", target, limit=limit) as (status, chunks):
        return status, b"".join(chunks)

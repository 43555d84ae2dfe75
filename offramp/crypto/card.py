"""The card (FORMAT.md, section 16): when a person last read the inbox, and by when one will again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from struct import Struct
from typing import Final

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from offramp.crypto import labels
from offramp.crypto.errors import CardForged, CardFromTheFuture, CardLapsed, NotACard, UnsupportedVersion
from offramp.crypto.keyset import TOLERANCE

VERSION: Final = 1
CARD_LENGTH: Final = 89
LONGEST_PAUSE: Final = timedelta(days=62)
"""From the beginning of the week that was read to the day by which somebody reads again."""
SEED_FIELD: Final = ("kind", "card-seed")
"""The one field of the letter in which organizers get the card seed (15.3)."""

_STATEMENT: Final = Struct(">16sBII")  # magic, version, week, next by
_EPOCH: Final = date(1970, 1, 1)
_DAYS: Final = (date(9999, 12, 31) - _EPOCH).days


@dataclass(frozen=True, slots=True)
class Card:
    """A card whose signature was checked. `week` is the Monday with which the week began that was read."""

    week: date
    next_by: date
    raw: bytes

    def lapses(self, limit_days: int) -> date:
        """The last day on which it still counts, where a campaign waits for `limit_days`; or the last of all."""
        return date.fromordinal(min(self.next_by.toordinal() + limit_days, date.max.toordinal()))


def monday_of(day: date) -> date:
    """The Monday with which a day's week begins."""
    return day - timedelta(days=day.weekday())


def sign_card(seed: bytes, *, root: bytes, campaign: str, week: date, next_by: date) -> Card:
    """A new card, signed with the card key's Ed25519 seed [32]. Raises NotACard for days out of range."""
    if week < _EPOCH or next_by < _EPOCH:
        raise NotACard
    said = _STATEMENT.pack(labels.CARD, VERSION, (week - _EPOCH).days, (next_by - _EPOCH).days)
    key = SigningKey(seed)
    raw = said + key.sign(said + root + campaign.encode()).signature
    return read_card(raw, card_key=bytes(key.verify_key), root=root, campaign=campaign)


def read_card(raw: bytes, *, card_key: bytes, root: bytes, campaign: str) -> Card:
    """The card in `raw`, of any date, after steps 1 and 2 of 16.2.

    `card_key` [32] is the keyset's, `root` [32] the campaign's. Raises UnsupportedVersion, NotACard, CardForged.
    """
    if len(raw) != CARD_LENGTH or raw[:16] != labels.CARD:
        raise NotACard
    _, version, week, next_by = _STATEMENT.unpack_from(raw)
    if version != VERSION:
        raise UnsupportedVersion
    if next_by > _DAYS or not week <= next_by <= week + LONGEST_PAUSE.days:
        raise NotACard
    card = Card(_EPOCH + timedelta(days=week), _EPOCH + timedelta(days=next_by), raw)
    if card.week.weekday() != 0:
        raise NotACard
    said = raw[: _STATEMENT.size] + root + campaign.encode()
    try:
        VerifyKey(card_key).verify(said, raw[_STATEMENT.size :])
    except (BadSignatureError, ValueError):
        raise CardForged from None
    return card


def check_card_date(card: Card, *, now: float, limit_days: int, tolerance: int = TOLERANCE) -> None:
    """Step 3 of 16.2: whether a card counts at the time `now`, in seconds since 1970-01-01 UTC.

    `tolerance` is in seconds: none for the server's own clock. Raises CardFromTheFuture, CardLapsed.
    """
    if now < _seconds(card.week) - tolerance:
        raise CardFromTheFuture
    if now >= _seconds(card.next_by) + (limit_days + 1) * 86_400 + tolerance:
        raise CardLapsed


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()

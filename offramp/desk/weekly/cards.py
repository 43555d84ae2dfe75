"""Signing the card (FORMAT.md, 15.3 and 16): that a person read the inbox this week, and by when one will again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from nacl.signing import SigningKey

from offramp.crypto.card import LONGEST_PAUSE, SEED_FIELD, Card, monday_of, read_card, sign_card
from offramp.crypto.errors import CardError, UnsupportedVersion
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import CardPost
from offramp.desk import days
from offramp.desk.inbox import Submission
from offramp.desk.vault.vault import HOUSE, Record
from offramp.desk.weekly.clock import check_clock
from offramp.desk.weekly.errors import (
    NextByEarlier,
    NextByOutOfRange,
    NoCalendarYet,
    NoCardKey,
    NothingReadThisWeek,
)
from offramp.desk.weekly.stock import WEEK

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

LAST_IMPORT: Final = "last_import"
"""The kind of the house's record, without a name, of the last day on which a bundle was imported here."""
CARD: Final = "card"
"""The kind of the house's record, without a name, of the last card [89] that was signed here."""
USUAL_PAUSE: Final = 2 * WEEK
"""From the Monday of the week that was read to the day by which somebody reads again, where nobody says another."""

_SEED: Final = 32


def last_import(desk: Desk) -> date | None:
    """The last day on which a bundle was imported here."""
    found = desk.small[LAST_IMPORT].get((HOUSE, b""))
    return date.fromisoformat(found.decode()) if found else None


def note_import(desk: Desk) -> None:
    """Somebody imported a bundle today. Raises VaultFull."""
    if last_import(desk) != days.today():
        desk.keep(Record(HOUSE, LAST_IMPORT, b"", days.today().isoformat().encode()))


def may_sign(desk: Desk) -> bool:
    """Whether a bundle was imported here this week."""
    last = last_import(desk)
    return last is not None and monday_of(last) == monday_of(days.today())


def current_keyset(desk: Desk) -> Keyset | None:
    """The keyset under whose card key a card counts now: the newest that has begun, or the first that will."""
    begun = [one for one in desk.keysets if one.valid_from <= days.now()]
    if begun:
        return max(begun, key=lambda one: one.sequence)
    return min(desk.keysets, key=lambda one: one.valid_from, default=None)


def newest_card(desk: Desk) -> Card | None:
    """The last card that was signed here, if it still counts under the calendar's card key."""
    raw, keyset = desk.small[CARD].get((HOUSE, b"")), current_keyset(desk)
    if raw is None or keyset is None:
        return None
    try:
        return read_card(raw, card_key=keyset.card_key, root=desk.root, campaign=desk.campaign.id)
    except (CardError, UnsupportedVersion):  # somebody left since, or lost a laptop, and the key is another
        return None


def usual_next_by() -> date:
    """The day by which somebody reads again, where nobody says another."""
    return monday_of(days.today()) + USUAL_PAUSE


def sign_card_now(desk: Desk, next_by: date | None = None) -> Card:
    """Sign that somebody read this week and that somebody reads again by `next_by`; when it returns, it is kept.

    Raises WrongRole, ClockInDoubt, NothingReadThisWeek, NextByOutOfRange, NextByEarlier, NoCalendarYet, NoCardKey,
    VaultFull.
    """
    desk.check_role("organizer")
    check_clock(desk)
    if not may_sign(desk):
        raise NothingReadThisWeek
    week, last = monday_of(days.today()), newest_card(desk)
    promised = next_by or usual_next_by()
    if not days.today() <= promised <= week + LONGEST_PAUSE:
        raise NextByOutOfRange
    if last is not None and last.week == week:
        if next_by is None or last.next_by == next_by:
            return last
        if last.next_by > next_by:
            # Of two cards of one week a server shows the one with the later day.
            raise NextByEarlier(
                f"The card of this week says {days.in_words(last.next_by)} already, which is later."
            )
    card = sign_card(card_seed(desk), root=desk.root, campaign=desk.campaign.id, week=week, next_by=promised)
    desk.keep(Record(HOUSE, CARD, b"", card.raw))
    return card


def card_seed(desk: Desk) -> bytes:
    """The Ed25519 seed [32] for cards, as the holder of the root key sealed it. Raises NoCalendarYet, NoCardKey."""
    keyset = current_keyset(desk)
    if keyset is None:
        raise NoCalendarYet
    for found in _seeds(desk, keyset):
        if bytes(SigningKey(found).verify_key) == keyset.card_key:
            return found
    raise NoCardKey


def card_is_sealed_here(desk: Desk) -> bool:
    """Whether the campaign's copy here has what organizers sign cards with, opened by whomever."""
    keyset = current_keyset(desk)
    return keyset is not None and desk.folder.card_seed(keyset.sequence) is not None


def card_post(desk: Desk) -> CardPost | None:
    """The last card on its way to the server, where it still counts."""
    card = newest_card(desk)
    if card is None:
        return None
    last_day = card.lapses(desk.campaign.keys.card_limit_days)
    return CardPost(last_day, card.raw) if last_day >= days.today() else None


def lapses(desk: Desk, card: Card) -> date:
    """The last day on which the site takes letters by this card."""
    return card.next_by + timedelta(days=desk.campaign.keys.card_limit_days)


def _seeds(desk: Desk, keyset: Keyset) -> Iterator[bytes]:
    """What the seeds sealed to this keyset, and to others with its card key, open to at this desk."""
    same = [one for one in desk.keysets if one.card_key == keyset.card_key]
    for one in sorted(same, key=lambda other: (other.id != keyset.id, other.sequence)):
        envelope = desk.folder.card_seed(one.sequence)
        opened = desk.inbox.open(envelope, b"") if envelope is not None else None
        if isinstance(opened, Submission) and opened.letter.fields == (SEED_FIELD,):
            yield from (each.data for each in opened.letter.attachments if len(each.data) == _SEED)

"""Preparing a calendar: a keyset for each of the weeks to come, and signing all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from nacl.signing import SigningKey

from offramp.campaign import Campaign
from offramp.crypto import labels
from offramp.crypto.card import SEED_FIELD, monday_of
from offramp.crypto.hashing import labelled_hash
from offramp.crypto.key_list import KeyList
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.sealing import seal
from offramp.crypto.team_list import Member, TeamList, sign_team_list
from offramp.desk import days
from offramp.desk.weekly.stock import WEEK

WEEK_SECONDS: Final = 7 * 86_400
_SEED_NAME: Final = "seed"


@dataclass(frozen=True, slots=True)
class SignedWeek:
    """One week of a calendar: its keyset, the team list of the same number, and the sealed card seed (15.3)."""

    keyset: Keyset
    team: TeamList
    card_seed: bytes  # an envelope
    generation: int


def card_seed(root_seed: bytes, generation: int) -> bytes:
    """The Ed25519 seed [32] that cards are signed with (FORMAT.md, 15.3)."""
    return labelled_hash(labels.CARD_SEED, generation.to_bytes(4, "big"), root_seed)


def sign_week(
    root_seed: bytes,
    campaign: Campaign,
    onion: str,
    before: Keyset | None,
    week: date,
    organizers: Sequence[KeyList],
    generation: int,
) -> SignedWeek:
    """The keyset that follows on `before`, for the week that begins on this Monday, and what goes with it.

    Every one of `organizers` must have a key for that week. Raises a KeysetError, NotATeamList.
    """
    start = int(datetime(week.year, week.month, week.day, tzinfo=UTC).timestamp())
    seed = card_seed(root_seed, generation)
    raw = sign_keyset(
        root_seed,
        campaign=campaign.id,
        onion=onion,
        sequence=before.sequence + 1 if before else 1,
        previous=before.id if before else bytes(32),
        valid_from=start,
        valid_until=start + WEEK_SECONDS,
        card_key=bytes(SigningKey(seed).verify_key),
        organizers=[one.weeks[week] for one in organizers],
        slot_count=campaign.slot_count,
    )
    keyset = read_keyset(raw, root=bytes(SigningKey(root_seed).verify_key), campaign=campaign.id)
    team = sign_team_list(
        root_seed,
        campaign=campaign.id,
        sequence=keyset.sequence,
        day=days.today(),
        members=[Member(one.name, one.author, one.weeks[week].x25519) for one in organizers],
    )
    return SignedWeek(keyset, team, _sealed_seed(seed, keyset), generation)


def sign_weeks(
    root_seed: bytes,
    campaign: Campaign,
    onion: str,
    before: Keyset | None,
    organizers: Sequence[KeyList],
    generation: int,
    *,
    first: date,
    count: int,
) -> list[SignedWeek]:
    """So many weeks from the one that `first` is in, each following on the one before. Raises as sign_week does."""
    signed: list[SignedWeek] = []
    for number in range(count):
        week = monday_of(first) + WEEK * number
        one = sign_week(root_seed, campaign, onion, before, week, organizers, generation)
        signed.append(one)
        before = one.keyset
    return signed


def _sealed_seed(seed: bytes, keyset: Keyset) -> bytes:
    letter = Letter(
        "team",
        keyset.campaign,
        keyset.id,
        fields=(SEED_FIELD,),
        attachments=(Attachment(_SEED_NAME, seed),),
    )
    return seal(letter, keyset)

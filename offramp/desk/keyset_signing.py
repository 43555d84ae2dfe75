"""Preparing the next keyset of a campaign, and signing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from offramp.campaign import Campaign
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.team_list import TeamList, sign_team_list
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.errors import NoOnionYet, NoOrganizers, TooManyOrganizers, WrongRootKey
from offramp.desk.keys import RootKey
from offramp.desk.onion_address import check_onion
from offramp.desk.people import OrganizerCard

_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a keyset is valid, in seconds since 1970-01-01 UTC; `end` is outside."""

    start: int
    end: int

    @classmethod
    def days_from(cls, day: datetime, days: int) -> Self:
        """From the midnight (UTC) that begins `day`: a clock that is some hours late does not refuse it."""
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
        start = int(midnight.timestamp())
        return cls(start, start + days * _DAY_SECONDS)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of a keyset but its signature."""

    campaign: Campaign
    root: bytes
    onion: str
    before: Keyset | None
    term: Term
    organizers: Sequence[OrganizerCard]

    @property
    def sequence(self) -> int:
        """The number that the keyset gets."""
        return self.before.sequence + 1 if self.before else 1

    def sign_team_list(self, root: RootKey) -> TeamList:
        """Who the organizers are, to go with the keyset. `WrongRootKey`, or a TeamListError."""
        if root.public != self.root:
            raise WrongRootKey
        return sign_team_list(
            root.seed,
            campaign=self.campaign.id,
            sequence=self.sequence,
            day=days.today(),
            members=[card.member for card in self.organizers],
        )

    def sign(self, root: RootKey) -> Keyset:
        """`WrongRootKey`, or a KeysetError."""
        if root.public != self.root:
            raise WrongRootKey
        raw = sign_keyset(
            root.seed,
            campaign=self.campaign.id,
            onion=self.onion,
            sequence=self.sequence,
            previous=self.before.id if self.before else bytes(32),
            valid_from=self.term.start,
            valid_until=self.term.end,
            organizers=[card.recipient for card in self.organizers],
            slot_count=self.campaign.slot_count,
        )
        return read_keyset(raw, root=self.root, campaign=self.campaign.id)


def next_keyset(folder: CampaignFolder, onion: str | None, term: Term) -> Plan:
    """The keyset that follows on those in `folder`, for all organizers that are enrolled there.

    Raises NoOnionYet, NotAnOnionAddress, NoOrganizers, TooManyOrganizers, or what reading the folder does.
    """
    campaign, before = folder.campaign(), folder.newest_keyset()
    address = check_onion(onion) if onion is not None else _onion_of(before)
    organizers = folder.cards()
    if not organizers:
        raise NoOrganizers
    if len(organizers) > campaign.slot_count:
        raise TooManyOrganizers(
            f"{len(organizers)} organizers are enrolled, and the campaign has {campaign.slot_count} slots."
        )
    return Plan(campaign, folder.root(), address, before, term, organizers)


def _onion_of(before: Keyset | None) -> str:
    if before is None:
        raise NoOnionYet
    return before.onion

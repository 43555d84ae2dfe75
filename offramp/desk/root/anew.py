"""Whether the weeks that are signed are still right, or are to be signed anew from this week on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from offramp.campaign import Campaign
from offramp.crypto.key_list import KeyList
from offramp.crypto.keyset import Keyset
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.root.signed import by_this_root, still_to_come, week_of


class Anew(StrEnum):
    """Why weeks that were signed already are signed once more."""

    CAME = "somebody was enrolled who is not in the weeks that are signed"
    LEFT = "somebody is in the weeks that are signed who is no organizer any more"
    OTHER_KEYS = "an organizer has other keys now than those in the weeks that are signed"
    ADDRESS = "the onion address is another"
    SLOTS = "campaign.toml gives another slot_count"
    ROOT = "the campaign has a new root key"


def why_anew(
    folder: CampaignFolder,
    campaign: Campaign,
    onion: str,
    organizers: Sequence[KeyList],
    signed: Sequence[Keyset],
) -> frozenset[Anew]:
    """What of the weeks that are signed, and not over, is no longer right. Raises a TeamListError."""
    return frozenset(_reasons(folder, campaign, onion, organizers, signed) if signed else ())


def _reasons(
    folder: CampaignFolder,
    campaign: Campaign,
    onion: str,
    organizers: Sequence[KeyList],
    signed: Sequence[Keyset],
) -> Iterator[Anew]:
    newest = signed[-1]
    yield from _people(folder, organizers, newest)
    if _have_other_keys(folder, organizers, still_to_come(signed)):
        yield Anew.OTHER_KEYS
    if newest.onion != onion:
        yield Anew.ADDRESS
    if newest.slot_count != campaign.slot_count:
        yield Anew.SLOTS
    if not by_this_root(folder, [newest]):
        yield Anew.ROOT


def _people(folder: CampaignFolder, organizers: Iterable[KeyList], newest: Keyset) -> Iterator[Anew]:
    team = folder.team_list(newest.sequence)
    if team is None:  # somebody took it out of the folder: the keyset tells who is missing, and nothing else
        if any(one.weeks.get(week_of(newest)) not in newest.recipients for one in organizers):
            yield Anew.CAME
        return
    then, now = {member.ed25519 for member in team.members}, {one.author for one in organizers}
    if now - then:
        yield Anew.CAME
    if then - now:
        yield Anew.LEFT


def _have_other_keys(folder: CampaignFolder, organizers: Iterable[KeyList], coming: Iterable[Keyset]) -> bool:
    """Whether somebody who is in the keysets to come is there with a key that their newest list does not have."""
    return any(not _is_in(keyset, one) for keyset in coming for one in _members(folder, keyset, organizers))


def _members(folder: CampaignFolder, keyset: Keyset, organizers: Iterable[KeyList]) -> list[KeyList]:
    team = folder.team_list(keyset.sequence)
    named = {member.ed25519 for member in team.members} if team else set()
    return [one for one in organizers if one.author in named]


def _is_in(keyset: Keyset, organizer: KeyList) -> bool:
    key = organizer.weeks.get(week_of(keyset))
    return key is None or key in keyset.recipients  # a newer list may leave out weeks that are nearly over

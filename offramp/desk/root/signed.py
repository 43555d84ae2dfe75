"""The keysets of a campaign that are signed already, and what of them is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from offramp.crypto.calendar import MAX_KEYSETS, follows
from offramp.crypto.card import monday_of
from offramp.crypto.errors import BadSignature
from offramp.crypto.keyset import TOLERANCE, Keyset, read_keyset
from offramp.desk import days
from offramp.desk.campaign_folder import KEYSET_LIMIT, CampaignFolder
from offramp.desk.files import read_whole


def all_signed(folder: CampaignFolder) -> list[Keyset]:
    """All keysets of the folder, by the campaign's root key and those before it, in their order. KeysetError."""
    trust = folder.trust()
    found = [trust.keyset(read_whole(path, limit=KEYSET_LIMIT)) for path in folder.keysets.glob("*.keyset")]
    return sorted(found, key=lambda keyset: keyset.sequence)


def by_this_root(folder: CampaignFolder, signed: Iterable[Keyset]) -> list[Keyset]:
    """Those that the campaign's root key of today signed: no server and no page takes others."""
    root, campaign = folder.root(), folder.campaign().id
    found = []
    for keyset in signed:
        try:
            found.append(read_keyset(keyset.raw, root=root, campaign=campaign))
        except BadSignature:
            continue
    return found


def current_weeks(folder: CampaignFolder) -> list[Keyset]:
    """What a server needs: the newest keyset, and those before it that it follows on and that are not over."""
    chain: list[Keyset] = []
    for keyset in reversed(by_this_root(folder, all_signed(folder))):
        over = keyset.valid_until + TOLERANCE <= days.now()
        if chain and (over or not follows(keyset, chain[0]) or len(chain) == MAX_KEYSETS):
            break
        chain.insert(0, keyset)
    return chain


def still_to_come(signed: Sequence[Keyset]) -> list[Keyset]:
    """Those that are not over, and that no later one takes the place of."""
    found: list[Keyset] = []
    for keyset in reversed(signed):
        if keyset.valid_until > days.now() and all(keyset.valid_from < one.valid_from for one in found):
            found.append(keyset)
    return found


def week_of(keyset: Keyset) -> date:
    """The Monday of the week that a keyset is for; of the first, if it is for several."""
    return monday_of(_day(keyset.valid_from))


def last_week(keyset: Keyset) -> date:
    """The Monday of the last week that a keyset is for."""
    return monday_of(last_day(keyset))


def last_day(keyset: Keyset) -> date:
    """The last day of a keyset, by UTC."""
    return _day(keyset.valid_until) - timedelta(days=1)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()

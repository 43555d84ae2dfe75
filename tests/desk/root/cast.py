"""A root laptop and the lists that organizers sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.key_list import KeyList, sign_key_list
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.keys import RootKey
from offramp.desk.root.calendars import plan, write
from offramp.desk.root.keeping import keep_root
from offramp.desk.root.shares import Split
from offramp.desk.weekly.stock import WeekKey, new_keys, weeks_from
from tests.desk.team import INTAKE, PASSPHRASE

STOCK: list[WeekKey] = new_keys(weeks_from(date(2026, 1, 5), 200))
"""Keys of many weeks, made once: making them takes longer than all else here."""


def seed_of(name: str) -> bytes:
    """The Ed25519 seed of somebody."""
    return name.encode().ljust(32, b"-")


def opening_key(name: str, week: date, draw: int = 0) -> OpeningKey:
    """Somebody's key of a week."""
    return STOCK[((sum(map(ord, name)) + draw) * 37 + week.toordinal() // 7 * 13) % len(STOCK)].key


def key_list(
    name: str,
    weeks: int = 12,
    *,
    first: date | None = None,
    day: date | None = None,
    seed: bytes | None = None,
    draw: int = 0,
) -> KeyList:
    """What somebody sends: keys for so many weeks from that day's. Another `draw` has other keys of these weeks."""
    halves = {week: opening_key(name, week, draw).public for week in weeks_from(first or days.today(), weeks)}
    return sign_key_list(
        seed or seed_of(name), campaign="quit-ice", name=name, day=day or days.today(), weeks=halves
    )


def new_folder(path: Path, split: Split | None = None) -> tuple[CampaignFolder, RootKey]:
    """A campaign's folder on the root laptop; the root key is whole unless it is to be split."""
    path.mkdir()
    root = RootKey.generate()
    folder = make_campaign_folder(path, DEFAULT_CAMPAIGN.read_bytes(), root)
    keep_root(folder, root, split, [PASSPHRASE] * (split.made if split else 1))
    return folder, root


def enroll(folder: CampaignFolder, *lists: KeyList) -> None:
    for one in lists:
        folder.enroll(one)


def sign(
    folder: CampaignFolder, root: RootKey, onion: str | None = INTAKE, **wanted: object
) -> Sequence[int]:
    """Plan, sign and write; the numbers of what was signed."""
    signed = plan(folder, onion=onion, **wanted).sign(root)  # type: ignore[arg-type]  # as plan has them
    write(folder, signed)
    return [one.keyset.sequence for one in signed]

"""The people of a simulated year, their laptops and their server; every clock is the same simulated one."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pytest

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.envelope import envelope_id
from offramp.crypto.key_list import KeyList
from offramp.crypto.keyset import Keyset, verify_keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, copy_public, make_campaign_folder
from offramp.desk.desk import Desk, Person
from offramp.desk.errors import RootKeyReplaced
from offramp.desk.inbox import Inbox, Submission
from offramp.desk.keys import RootKey
from offramp.desk.known_root import accept_root
from offramp.desk.root.calendars import plan, write
from offramp.desk.root.changes import coming_back, leaving
from offramp.desk.root.enrolling import judge
from offramp.desk.root.new_root import renewal
from offramp.desk.vault.vault import Vault
from offramp.desk.weekly.stock import OPENING_KEY, WeekKey, key_list, new_keys, weeks_from
from offramp.server.layout import ServerFolder, load
from offramp.server.setup import make_folder
from offramp.server.signed.calendars import add_calendar
from offramp.server.signed.floor import Floor
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.new_root import check_new_root, replace_root
from offramp.server.signed.shelves import cards_of
from tests.desk.team import INTAKE, PASSPHRASE, sealed


@dataclass
class Clock:
    """What every laptop and the server take for the time."""

    at: datetime

    def __call__(self) -> float:
        return self.at.timestamp()

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Sent:
    """A letter that the server took, with the week of the keyset that it was sealed to, and whom that is for."""

    envelope: bytes
    week: date
    recipients: frozenset[str]
    sent: datetime
    id: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", envelope_id(self.envelope))


@dataclass(frozen=True)
class Taken:
    """A copy of a laptop's vault, and the day on which it was unlocked last before."""

    path: Path
    laptop: str
    unlocked: date


@dataclass
class Laptop:
    """An organizer's, under a name that tells it from the one that was lost: `alice`, and later `alice-2`."""

    place: Path
    name: str
    unlocked: date

    @classmethod
    def new(cls, place: Path, name: str, campaign: CampaignFolder, called: str = "") -> Laptop:
        place.mkdir()
        copy_public(campaign, place / "copy")
        person, keys = Person.organizer(called or name), new_keys(weeks_from(days.today(), 12))
        Desk.create(place / "vault", PASSPHRASE, CampaignFolder(place / "copy"), person, keys).lock()
        return cls(place, name, days.today())

    def open(self) -> Desk:
        self.unlocked = days.today()
        return Desk.unlock(self.place / "vault", PASSPHRASE, CampaignFolder(self.place / "copy"))

    def gets(self, campaign: CampaignFolder) -> None:
        """A newer copy of the campaign. One with another root key opens nothing before its words were compared."""
        copy = CampaignFolder(self.place / "copy")
        before = copy.root()
        copy_public(campaign, copy.path)
        if copy.root() != before:
            with pytest.raises(RootKeyReplaced):
                self.open()
            accept_root(self.place / "vault", PASSPHRASE, copy)

    def exports(self) -> KeyList:
        """The file NAME.keys, for the holder of the root key."""
        desk = self.open()
        made = key_list(desk)
        desk.lock()
        return made

    def copied(self, target: Path) -> Taken:
        """What somebody has who copies the vault now."""
        shutil.copyfile(self.place / "vault", target)
        return Taken(target, self.name, self.unlocked)


@dataclass
class RootLaptop:
    """The one that is never online: it enrolls, and signs calendars."""

    place: Path
    root: RootKey = field(default_factory=RootKey.generate)

    def __post_init__(self) -> None:
        (self.place / "campaign").mkdir(parents=True)
        self.folder = make_campaign_folder(self.place / "campaign", DEFAULT_CAMPAIGN.read_bytes(), self.root)

    def takes(self, *lists: KeyList) -> None:
        """First or newer lists of organizers."""
        for one in lists:
            judge(self.folder, one)
            self.folder.enroll(one)

    def signs(self) -> None:
        """The weeks that follow, as many as everybody has keys for."""
        write(self.folder, plan(self.folder, onion=INTAKE).sign(self.root))

    def parts_with(self, name: str) -> None:
        leaving(self.folder, name).carry_out(self.root)

    def sees_again(self, name: str, found: KeyList) -> None:
        """Whose laptop was lost, and who has another."""
        coming_back(self.folder, name, found).carry_out(self.root)

    def renews_itself(self) -> None:
        renewed = renewal(self.folder)
        renewed.carry_out(None, [PASSPHRASE])
        self.root = renewed.root


class Server:
    """A server's folder, as the operator and the intake see it."""

    def __init__(self, place: Path, root: RootLaptop, clock: Clock) -> None:
        self._clock, self._root, self._pulse = clock, root, itertools.count(0, 10)
        self.waiting: list[bytes] = []
        make_folder(place, campaign=root.folder.campaign_file, root=root.folder.root_public)
        self.folder = ServerFolder.at(place)
        self.folder.intake_address.write_text(f"{INTAKE}\n")
        self.starts()

    def starts(self) -> None:
        """The intake reads the root key when it starts."""
        self._state = load(self.folder)
        self.shelf = KeysetShelf(
            self.folder.keysets,
            root=self._state.root,
            campaign=self._state.campaign.id,
            onion=self._state.intake_address,
            floor=Floor(self.folder.floor, pulse=self._beat),
            clock=self._clock,
            pulse=self._beat,
        )
        self.cards = cards_of(self._state, self.shelf.all, clock=self._clock)

    def gets_calendar(self) -> None:
        add_calendar(self.folder, self._root.folder.calendar, clock=self._clock)

    def gets_root(self) -> None:
        """The operator is told about a new root key; until there is a calendar by it, the site is closed."""
        _, root = check_new_root(self.folder, self._root.folder.root_public)
        replace_root(self.folder, root)
        assert self.shelf.current() is None
        self.starts()
        assert self.shelf.current() is None

    def current(self) -> Keyset:
        """What the page gets, which checks it with the root key that it pins."""
        found = self.shelf.current()
        assert found is not None, f"no keyset at {self._clock.at}"
        return verify_keyset(
            found.raw, root=self._state.root, campaign="quit-ice", now=int(self._clock()), onion=INTAKE
        )

    def takes(self, keyset: Keyset) -> bytes:
        """A letter that was sealed to this keyset is kept, as the intake keeps it."""
        assert keyset.id in self.shelf.accepted()
        envelope = sealed(keyset)
        self.waiting.append(envelope)
        return envelope

    def _beat(self) -> float:
        """Time for another look at the folder, whenever somebody asks."""
        return float(next(self._pulse))


def opened_by(taken: Taken, keysets: Iterable[Keyset], letters: Iterable[Sent]) -> set[bytes]:
    """The ids of all letters that open with the passphrase and what is in a copy of a vault, and nothing else."""
    vault = Vault.open(taken.path, PASSPHRASE)
    found = [WeekKey.of(one.room, one.name, one.value) for one in vault.records() if one.kind == OPENING_KEY]
    vault.close()
    inbox = Inbox(keysets, [one.key for one in found])
    return {one.id for one in letters if isinstance(inbox.open(one.envelope, one.id), Submission)}

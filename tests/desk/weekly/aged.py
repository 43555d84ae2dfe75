"""A desk that ages: its organizer, a colleague, a calendar for both, and a clock to turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.key_list import KeyList, sign_key_list
from offramp.crypto.keyset import Keyset
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.cases.importing import Imported, import_bundle
from offramp.desk.desk import Desk, Person
from offramp.desk.keys import RootKey
from offramp.desk.root.calendar_signing import sign_weeks
from offramp.desk.weekly.stock import WeekKey, key_list, new_keys, stock, weeks_from
from tests.desk.team import INTAKE, PASSPHRASE, sealed, write_bundle


class Clock:
    """Noon of a day, which tests set."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> float:
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC).timestamp()

    def later(self, number: int) -> None:
        """So many days pass, or are taken back."""
        self.day += timedelta(days=number)


@dataclass
class AgedDesk:
    """Alice's desk, which is unlocked on demand, and what the root laptop signed."""

    place: Path
    root: RootKey
    folder: CampaignFolder
    keysets: list[Keyset] = field(default_factory=list)
    _open: Desk | None = None

    @property
    def home(self) -> Path:
        """The folder with nothing in it but the vault."""
        return self.place / "desk"

    @property
    def vault(self) -> Path:
        return self.home / "vault"

    @property
    def desk(self) -> Desk:
        """Unlocked."""
        if self._open is None:
            self._open = Desk.unlock(self.vault, PASSPHRASE, self.folder)
        return self._open

    def lock(self) -> None:
        if self._open is not None:
            self._open.lock()
        self._open = None

    def passes(self, clock: Clock, number: int) -> None:
        """So many days pass. The desk is opened every ten, so that nobody doubts the clock, and is locked now."""
        for _ in range((number - 1) // 10):
            clock.later(10)
            self.unlock()
            number -= 10
        self.lock()
        clock.later(number)

    def unlock(self) -> Desk:
        """Locked and unlocked again, as on another day."""
        self.lock()
        return self.desk

    @property
    def weeks(self) -> list[date]:
        """Of which weeks there are keys."""
        return [one.week for one in stock(self.desk)]

    def sign(
        self, organizers: Sequence[KeyList], *, first: date, count: int = 12, generation: int = 1
    ) -> None:
        """The root laptop signs so many weeks more, and this desk gets a newer copy."""
        before = self.folder.newest_keyset()
        campaign = self.folder.campaign()
        signed = sign_weeks(
            self.root.seed, campaign, INTAKE, before, organizers, generation, first=first, count=count
        )
        for one in signed:
            self.folder.add_card_seed(one.keyset.sequence, one.card_seed)
            self.folder.add_team_list(one.team)
            self.folder.add_keyset(one.keyset)
            self.keysets.append(one.keyset)

    def imports(self, *envelopes: bytes) -> Imported:
        """What a courier brought."""
        path = self.place / "inbox.bundle"
        path.unlink(missing_ok=True)
        return import_bundle(self.desk, write_bundle(path, *envelopes))

    def letter(self, number: int = 0) -> bytes:
        """Sealed to the keyset of the week with this number, from the first."""
        return sealed(self.keysets[number], f"week {number}")


def make_aged_desk(place: Path, count: int = 12, *, alone: bool = False) -> AgedDesk:
    """With keys and a calendar for so many weeks; without Bob, if she is alone."""
    root = RootKey.generate()
    (place / "desk").mkdir()
    (place / "campaign").mkdir()
    folder = make_campaign_folder(place / "campaign", DEFAULT_CAMPAIGN.read_bytes(), root)
    aged, keys = AgedDesk(place, root, folder), new_keys(weeks_from(days.today(), count))
    Desk.create(aged.vault, PASSPHRASE, folder, Person.organizer("alice"), keys).lock()
    mine = key_list(aged.desk)
    others = [] if alone else [bobs_keys(days.today(), count)]
    aged.sign([mine, *others], first=days.today(), count=count)
    aged.unlock()
    return aged


def bobs_keys(first: date, count: int = 12) -> KeyList:
    """Another organizer's."""
    weeks = {one.week: one.key.public for one in new_keys(weeks_from(first, count))}
    return sign_key_list(bytes(32), campaign="quit-ice", name="bob", day=first, weeks=weeks)


def private_halves(keys: Sequence[WeekKey]) -> list[bytes]:
    """The bytes that open letters: X25519 private keys [32] and ML-KEM seeds [64]."""
    return [half for one in keys for half in (one.key.x25519, one.key.mlkem_seed)]

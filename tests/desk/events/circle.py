"""Organizers with a desk each, and a courier who carries between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.event import Change, Event, sign_event
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import OpeningKey
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.cases.importing import Imported, import_bundle
from offramp.desk.desk import Decision, Desk
from offramp.desk.keys import RootKey
from offramp.desk.team.sharing import share
from tests.desk.team import PASSPHRASE, make_keyset, make_team_list, new_desk, write_bundle

CASE = bytes(range(16))
OTHER_CASE = bytes(range(16, 32))


@dataclass
class Circle:
    """A campaign whose organizers come and go; each keyset comes with a team list."""

    place: Path
    root: RootKey = field(default_factory=RootKey.generate)
    keys: dict[str, OpeningKey] = field(default_factory=dict)
    keysets: list[Keyset] = field(default_factory=list)
    desks: dict[str, Desk] = field(default_factory=dict)
    bundles: int = 0

    def __post_init__(self) -> None:
        (self.place / "campaign").mkdir(parents=True)
        self.folder = make_campaign_folder(self.place / "campaign", DEFAULT_CAMPAIGN.read_bytes(), self.root)

    def sign(self, *names: str, day: date | None = None) -> Keyset:
        """The next keyset and team list, for these organizers."""
        for name in names:
            self.keys.setdefault(name, OpeningKey.generate())
        before = self.keysets[-1] if self.keysets else None
        keyset = make_keyset(self.root, [self.keys[name].public for name in names], before)
        keys = {name: self.keys[name] for name in names}
        self.folder.add_team_list(make_team_list(self.root, keyset.sequence, day, **keys))
        self.folder.add_keyset(keyset)
        self.keysets.append(keyset)
        return keyset

    def desk(self, name: str) -> Desk:
        """The unlocked desk of an organizer, made if there is none; it knows what was signed until now."""
        path = self.place / f"{name}.vault"
        if name in self.desks:
            self.desks[name].lock()
        campaign = CampaignFolder(self.folder.path)
        if path.exists():
            desk = Desk.unlock(path, PASSPHRASE, campaign)
        else:
            desk = new_desk(path, campaign, name, self.keys[name])
        self.desks[name] = desk
        return desk

    def carry(self, envelopes: Iterable[bytes], *desks: Desk) -> list[Imported]:
        """A bundle of these, imported at each desk."""
        self.bundles += 1
        bundle = write_bundle(self.place / f"{self.bundles}.bundle", *envelopes)
        return [import_bundle(desk, bundle) for desk in desks]

    def exchange(self, *desks: Desk) -> None:
        """What each of these desks shares reaches all of them."""
        self.carry([envelope for desk in desks for envelope in share(desk)], *desks)

    def letter(self, *events: bytes, keyset: Keyset | None = None) -> bytes:
        """An envelope that anybody could send."""
        to = keyset or self.keysets[-1]
        attachments = tuple(Attachment("event", one) for one in events)
        fields = (("kind", "events"),)
        return seal(Letter("team", to.campaign, to.id, fields=fields, attachments=attachments), to)

    def lock(self) -> None:
        for desk in self.desks.values():
            desk.lock()


def says(desk: Desk, word: str, case: bytes = CASE) -> Event:
    """A status."""
    return desk.decide(Decision(case, "status", {"is": word, "letters": 1}))


def forged(seed: bytes, *changes: Change, number: int = 1, campaign: str = "quit-ice") -> Event:
    """An event by whoever has this seed, with whatever is wanted in it."""
    return sign_event(
        seed, campaign=campaign, number=number, previous=bytes(16), day=days.today(), changes=changes
    )


def seen(desk: Desk) -> dict[tuple[bytes, str], tuple[object, ...]]:
    """Everything that a desk makes of its events: all heads, in their order."""
    state = desk.state
    return {
        (subject, name): state.heads(subject, name)
        for subject in state.subjects()
        for name in state.fields(subject)
    }

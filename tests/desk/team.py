"""A campaign's people and keys, and letters to them, made once for all tests of the desk."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from nacl.signing import SigningKey

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.answer import Answer
from offramp.crypto.bundle import BundleWriter
from offramp.crypto.calendar import write_calendar
from offramp.crypto.card import LONGEST_PAUSE, monday_of, sign_card
from offramp.crypto.key_list import KeyList, sign_key_list
from offramp.crypto.keyset import Keyset, Recipient, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import OpeningKey
from offramp.crypto.reply import open_reply
from offramp.crypto.sealing import seal
from offramp.crypto.secret_file import SecretKind, write_secret
from offramp.crypto.signing import signing_seed
from offramp.crypto.team_list import Member, TeamList, sign_team_list
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.desk import Desk, Person
from offramp.desk.desk_folder import make_desk_folder
from offramp.desk.keys import CourierKey, RootKey
from offramp.desk.people import CourierCard
from offramp.desk.vault.vault import HOUSE, Record
from offramp.desk.weekly.cards import CARD
from offramp.desk.weekly.stock import USUAL_WEEKS, WEEK, WeekKey, new_keys, weeks_from
from offramp.server.layout import ServerFolder, load
from offramp.server.signed.calendars import add_calendar
from offramp.tor.onion import OnionKey

PASSPHRASE = "correct horse battery"
CHEAP = {"ops": 1, "mem": 8192}
INTAKE = OnionKey(bytes(31) + b"\1").address
COURIERS = OnionKey(bytes(31) + b"\2").address
SLOTS = 6
CARD_SEED = bytes(31) + b"\3"
CARD_KEY = bytes(SigningKey(CARD_SEED).verify_key)


@dataclass(frozen=True, slots=True)
class Team:
    """alice and bob can open keyset 1, bob alone keyset 2. carla fetches; mallory is not enrolled."""

    root: RootKey
    alice: OpeningKey
    bob: OpeningKey
    carla: CourierKey
    mallory: CourierKey
    first: Keyset
    second: Keyset

    def write(self, place: Path) -> None:
        """All files that these people have, in one folder."""
        (place / "pw").write_text(f"{PASSPHRASE}\n")
        (place / "campaign").mkdir()
        folder = make_campaign_folder(place / "campaign", DEFAULT_CAMPAIGN.read_bytes(), self.root)
        _write_secret(folder.root_key, SecretKind.ROOT, self.root.seed)
        for name, key in (("alice", self.alice), ("bob", self.bob)):
            CampaignFolder(place / "campaign").enroll(make_key_list(name, key))
        for name, courier in (("carla", self.carla), ("mallory", self.mallory)):
            _write_secret(place / f"{name}.key", SecretKind.COURIER, courier.seed + courier.client_auth)
            card = CourierCard(name, courier.public, courier.public_client_auth)
            (place / f"{name}.courier.toml").write_bytes(card.write())
        folder.add_team_list(make_team_list(self.root, alice=self.alice, bob=self.bob))
        folder.add_keyset(self.first)
        folder.add_keyset(self.second)


def person(name: str, key: OpeningKey) -> Person:
    """An organizer of the cast. For short, what signs follows from what opens; of real organizers it does not."""
    return Person.organizer(name, signing_seed(key))


def new_desk(path: Path, campaign: CampaignFolder, name: str, key: OpeningKey) -> Desk:
    """A desk with a new vault, whose organizer has this key for the week of today, and others for those to come."""
    this_week, *later = weeks_from(days.today(), USUAL_WEEKS)
    keys = [WeekKey(this_week, key), *new_keys(later)]
    return Desk.create(path, PASSPHRASE, campaign, person(name, key), keys)


def with_card(desk: Desk) -> Desk:
    """As if its organizer had signed that they read this week, and are not back for as long as anybody may be."""
    week, campaign = monday_of(days.today()), desk.campaign.id
    card = sign_card(CARD_SEED, root=desk.root, campaign=campaign, week=week, next_by=week + LONGEST_PAUSE)
    desk.keep(Record(HOUSE, CARD, b"", card.raw))
    return desk


def new_desk_folder(
    path: Path, campaign: CampaignFolder, name: str, key: OpeningKey, **settings: str | Path
) -> None:
    """A desk's folder, with such a vault under PASSPHRASE; what else its desk.toml says is in `settings`."""
    path.mkdir(mode=0o700, exist_ok=True)
    new_desk(path / "vault", campaign, name, key).lock()
    said = {"role": "organizer", "campaign": campaign.path, **settings}
    make_desk_folder(path, {setting: str(value) for setting, value in said.items()})


def member(name: str, key: OpeningKey) -> Member:
    """How a team list says who has this key."""
    return Member(name, person(name, key).public, key.public.x25519)


def make_key_list(name: str, key: OpeningKey) -> KeyList:
    """What the holder of the root key has of somebody."""
    today = days.today()
    weeks = {monday_of(today): key.public}
    return sign_key_list(signing_seed(key), campaign="quit-ice", name=name, day=today, weeks=weeks)


def _write_secret(path: Path, kind: SecretKind, payload: bytes) -> None:
    path.write_bytes(write_secret(kind, payload, PASSPHRASE, **CHEAP))


def make_team() -> Team:
    root, alice, bob = RootKey.generate(), OpeningKey.generate(), OpeningKey.generate()
    first = make_keyset(root, [alice.public, bob.public])
    second = make_keyset(root, [bob.public], before=first)
    return Team(root, alice, bob, CourierKey.generate(), CourierKey.generate(), first, second)


def make_team_list(root: RootKey, sequence: int = 1, day: date | None = None, **keys: OpeningKey) -> TeamList:
    """Who the organizers are, as it is signed with the keyset of that number."""
    members = [member(name, key) for name, key in keys.items()]
    on = day or days.today()
    return sign_team_list(root.seed, campaign="quit-ice", sequence=sequence, day=on, members=members)


def open_for_long(folder: ServerFolder, root: RootKey) -> None:
    """A real server's calendar and card, of which no courier need be warned; nobody opens what is sealed to it."""
    this_week = monday_of(days.today())
    keyset = make_keyset(root, [OpeningKey.generate().public], onion=load(folder).intake_address)
    card = sign_card(
        CARD_SEED, root=root.public, campaign="quit-ice", week=this_week, next_by=this_week + 3 * WEEK
    )
    calendar, said = folder.path / "added.calendar", folder.path / "added.card"
    calendar.write_bytes(write_calendar([keyset]))
    said.write_bytes(card.raw)
    add_calendar(folder, calendar, said)
    calendar.unlink()
    said.unlink()


def make_keyset(
    root: RootKey, organizers: list[Recipient], before: Keyset | None = None, *, onion: str = INTAKE
) -> Keyset:
    start = datetime.combine(monday_of(days.today()), time(), UTC)
    raw = sign_keyset(
        root.seed,
        campaign="quit-ice",
        onion=onion,
        sequence=before.sequence + 1 if before else 1,
        previous=before.id if before else bytes(32),
        valid_from=int(start.timestamp()),
        valid_until=int((start + USUAL_WEEKS * WEEK).timestamp()),
        card_key=CARD_KEY,
        organizers=organizers,
        slot_count=SLOTS,
    )
    return read_keyset(raw, root=root.public, campaign="quit-ice")


def write_weeks_keys(path: Path, keyset: Keyset, root: RootKey) -> Path:
    """What the site's /keyset gives: a keyset, and a card of this week, which counts for a fortnight."""
    week = monday_of(days.today())
    card = sign_card(
        CARD_SEED, root=root.public, campaign=keyset.campaign, week=week, next_by=week + 2 * WEEK
    )
    path.write_bytes(keyset.raw + card.raw)
    return path


def letter(keyset: Keyset, message: str = "I would like to leave.", *files: tuple[str, bytes]) -> Letter:
    fields = (("message", message), ("help", "Résumé", "Interviews"))
    attachments = tuple(Attachment(name, data) for name, data in files)
    return Letter("help", keyset.campaign, keyset.id, fields=fields, attachments=attachments)


def sealed(keyset: Keyset, message: str = "I would like to leave.", *files: tuple[str, bytes]) -> bytes:
    return seal(letter(keyset, message, *files), keyset)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who keeps twelve words: what the page makes of them, and letters that want an answer."""

    thread: bytes
    reply_key: bytes

    @classmethod
    def new(cls) -> Worker:
        return cls(secrets.token_bytes(16), secrets.token_bytes(32))

    def asks(self, keyset: Keyset, message: str, *files: tuple[str, bytes]) -> bytes:
        return self.sends(letter(keyset, message, *files), keyset)

    def writes_again(
        self,
        keyset: Keyset,
        message: str,
        *files: tuple[str, bytes],
        read: str = "1",
        day: str = "2026-12-01",
    ) -> bytes:
        fields = (("message", message), ("answers_read", read), ("day", day))
        return self.sends(replace(letter(keyset, "", *files), purpose="follow-up", fields=fields), keyset)

    def sends(self, one: Letter, keyset: Keyset) -> bytes:
        return seal(replace(one, thread=self.thread, reply_key=self.reply_key), keyset)

    def finds(self, replies: Iterable[bytes]) -> list[Answer]:
        """What the reply key opens among these, as the page does it."""
        found = (open_reply(reply, self.reply_key) for reply in replies)
        return sorted((one for one in found if one), key=lambda one: one.number)


def write_bundle(path: Path, *envelopes: bytes) -> Path:
    with BundleWriter(path) as writer:
        for envelope in envelopes:
            writer.append(envelope)
    return path

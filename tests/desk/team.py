"""A campaign's people and keys, and letters to them, made once for all tests of the desk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from offramp.campaign import DEFAULT_CAMPAIGN
from offramp.crypto.answer import Answer
from offramp.crypto.bundle import BundleWriter
from offramp.crypto.keyset import Keyset, Recipient, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import OpeningKey
from offramp.crypto.reply import open_reply
from offramp.crypto.sealing import seal
from offramp.crypto.secret_file import SecretKind, write_secret
from offramp.crypto.team_list import TeamList, sign_team_list
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder, make_campaign_folder
from offramp.desk.keys import CourierKey, RootKey
from offramp.desk.people import CourierCard, OrganizerCard
from offramp.tor.onion import OnionKey

PASSPHRASE = "correct horse battery"
CHEAP = {"ops": 1, "mem": 8192}
INTAKE = OnionKey(bytes(31) + b"\1").address
COURIERS = OnionKey(bytes(31) + b"\2").address
SLOTS = 6


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
            write_organizer(place / f"{name}.key", key)
            CampaignFolder(place / "campaign").enroll(OrganizerCard.of(name, key))
        for name, courier in (("carla", self.carla), ("mallory", self.mallory)):
            _write_secret(place / f"{name}.key", SecretKind.COURIER, courier.seed + courier.client_auth)
            card = CourierCard(name, courier.public, courier.public_client_auth)
            (place / f"{name}.courier.toml").write_bytes(card.write())
        folder.add_team_list(make_team_list(self.root, alice=self.alice, bob=self.bob))
        folder.add_keyset(self.first)
        folder.add_keyset(self.second)


def write_organizer(path: Path, key: OpeningKey) -> None:
    _write_secret(path, SecretKind.ORGANIZER, key.x25519 + key.mlkem_seed)


def _write_secret(path: Path, kind: SecretKind, payload: bytes) -> None:
    path.write_bytes(write_secret(kind, payload, PASSPHRASE, **CHEAP))


def make_team() -> Team:
    root, alice, bob = RootKey.generate(), OpeningKey.generate(), OpeningKey.generate()
    first = make_keyset(root, [alice.public, bob.public])
    second = make_keyset(root, [bob.public], before=first)
    return Team(root, alice, bob, CourierKey.generate(), CourierKey.generate(), first, second)


def make_team_list(root: RootKey, sequence: int = 1, day: date | None = None, **keys: OpeningKey) -> TeamList:
    """Who the organizers are, as it is signed with the keyset of that number."""
    members = [OrganizerCard.of(name, key).member for name, key in keys.items()]
    on = day or days.today()
    return sign_team_list(root.seed, campaign="quit-ice", sequence=sequence, day=on, members=members)


def make_keyset(root: RootKey, organizers: list[Recipient], before: Keyset | None = None) -> Keyset:
    today = int(time.time()) // 86_400 * 86_400
    raw = sign_keyset(
        root.seed,
        campaign="quit-ice",
        onion=INTAKE,
        sequence=before.sequence + 1 if before else 1,
        previous=before.id if before else bytes(32),
        valid_from=today,
        valid_until=today + 14 * 86_400,
        organizers=organizers,
        slot_count=SLOTS,
    )
    return read_keyset(raw, root=root.public, campaign="quit-ice")


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

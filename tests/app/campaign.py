"""A campaign with one organizer and one courier, made anew for a test."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from nacl.signing import SigningKey

from offramp.campaign import DEFAULT_CAMPAIGN, default_campaign, translation_beside, translations_of
from offramp.crypto.card import Card, monday_of, sign_card
from offramp.crypto.keyset import Keyset, read_keyset
from offramp.crypto.keyset_making import sign_keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.request import sign_request
from offramp.crypto.sealing import seal
from offramp.server.couriers import Courier
from offramp.tor.onion import ClientKey, OnionKey

DAY = 86_400
CANARY = "canary-7f3a-nobody-else-writes-this"


@dataclass
class TestCourier:
    """A courier with the private half of its key."""

    __test__ = False

    name: str = "carol"
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    client_auth: str = field(default_factory=lambda: ClientKey.generate().for_client_auth_v3)
    counter: int = 0

    @property
    def key(self) -> bytes:
        return bytes(SigningKey(self.seed).verify_key)

    @property
    def public_file(self) -> bytes:
        return Courier(self.name, self.key, self.client_auth).as_toml()

    def sign(self, epoch: bytes, host: str, method: str, target: str, body: bytes = b"") -> str:
        """The Authorization header of this courier's next request."""
        self.counter += 1
        return sign_request(
            self.seed, epoch=epoch, counter=self.counter, host=host, method=method, target=target, body=body
        )


@dataclass
class TestCampaign:
    """The shipped campaign under a root key of the test's own."""

    __test__ = False

    onion: str = field(default_factory=lambda: OnionKey.generate().address)
    root_seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    organizer: OpeningKey = field(default_factory=OpeningKey.generate)
    card_seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    slot_count: int = field(default_factory=lambda: default_campaign().slot_count)

    @property
    def root(self) -> bytes:
        return bytes(SigningKey(self.root_seed).verify_key)

    @property
    def card_key(self) -> bytes:
        return bytes(SigningKey(self.card_seed).verify_key)

    @property
    def id(self) -> str:
        return default_campaign().id

    def keyset(
        self, sequence: int = 1, *, valid_from: float = -DAY, valid_until: float = 6 * DAY, onion: str = ""
    ) -> Keyset:
        """A signed keyset; its dates are in seconds from now."""
        raw = sign_keyset(
            self.root_seed,
            campaign=self.id,
            onion=onion or self.onion,
            sequence=sequence,
            previous=bytes(32) if sequence == 1 else bytes(31) + b"\1",
            valid_from=int(time.time() + valid_from),
            valid_until=int(time.time() + valid_until),
            card_key=self.card_key,
            organizers=[self.organizer.public],
            slot_count=self.slot_count,
        )
        return read_keyset(raw, root=self.root, campaign=self.id)

    def weeks(self, first: date, count: int = 1, *, before: Keyset | None = None) -> list[Keyset]:
        """A keyset for each of so many weeks from the one of this day, each following on the one before."""
        made: list[Keyset] = []
        for number in range(count):
            monday = monday_of(first) + timedelta(weeks=number)
            start = int(datetime(monday.year, monday.month, monday.day, tzinfo=UTC).timestamp())
            raw = sign_keyset(
                self.root_seed,
                campaign=self.id,
                onion=self.onion,
                sequence=before.sequence + 1 if before else 1,
                previous=before.id if before else bytes(32),
                valid_from=start,
                valid_until=start + 7 * DAY,
                card_key=self.card_key,
                organizers=[self.organizer.public],
                slot_count=self.slot_count,
            )
            before = read_keyset(raw, root=self.root, campaign=self.id)
            made.append(before)
        return made

    def card(self, *, week: date | None = None, next_by: date | None = None) -> Card:
        """A card that says that somebody read this week, and reads again within seven days."""
        today = datetime.now(UTC).date()
        return sign_card(
            self.card_seed,
            root=self.root,
            campaign=self.id,
            week=monday_of(today) if week is None else week,
            next_by=today + timedelta(days=7) if next_by is None else next_by,
        )

    def seal(self, keyset: Keyset, text: str = CANARY, attachment: int = 0) -> bytes:
        """An envelope with a text, and an attachment of so many bytes."""
        attachments = (Attachment("file.bin", secrets.token_bytes(attachment)),) if attachment else ()
        letter = Letter("help", self.id, keyset.id, None, None, (("text", text),), attachments)
        return seal(letter, keyset)

    def open(self, keyset: Keyset, envelope: bytes) -> Letter:
        return Opener(keyset, self.organizer).open(envelope)

    def write_inputs(self, folder: Path) -> tuple[Path, Path]:
        """What `offramp server init` is given: a campaign.toml and a root.pub."""
        campaign, root = folder / "campaign.toml", folder / "root.pub"
        campaign.write_bytes(DEFAULT_CAMPAIGN.read_bytes())
        for code, translation in translations_of(DEFAULT_CAMPAIGN).items():
            translation_beside(campaign, code).write_bytes(translation.read_bytes())
        root.write_text(f"{self.root.hex()}\n")
        return campaign, root

"""Alice's desk with a request and an offer in it, and the desk of Dana, an adviser, who is to help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from offramp.crypto.bundle import read_stream
from offramp.crypto.handoff import Statement, open_hand_off, read_statement
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.opening import Opener, OpeningKey
from offramp.crypto.sealing import seal
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.importing import import_bundle
from offramp.desk.desk import Desk, Person, Role
from offramp.desk.handing.advisers import enroll, vet
from offramp.desk.handing.cards import key_of
from offramp.desk.handing.drafting import write_draft
from offramp.desk.handing.drafts import KeptDraft, receive_draft
from offramp.desk.handing.handed import receive_hand_off
from offramp.desk.handing.handing_over import HandOff, hand_over
from offramp.desk.handing.parts import parts_of
from tests.desk.team import PASSPHRASE, Team, Worker, new_desk, write_bundle

FIELDS = (
    ("message", "I write reports all day, and would like to write for a newspaper instead."),
    ("contact", "canary-contact@example.org"),
    ("agency", "CBP: other office"),
    ("role", "Investigation or analysis"),
    ("region", "Midwest"),
    ("help", "Résumé", "Interviews"),
)
"""What the worker says; all of it but two fields may go to an adviser who is not chosen with care."""


@dataclass
class Cast:
    """Desks in one process. `worker` wrote the request `case`; Dana wrote the offer `offer`."""

    place: Path
    team: Team
    alice: Desk
    bob: Desk
    dana: Desk
    worker: Worker
    case: bytes
    offer: bytes
    bundles: int = field(default=0)

    def arrives(self, *envelopes: bytes, at: Desk | None = None) -> None:
        """What a courier brings, imported at one desk or at both organizers'."""
        self.bundles += 1
        bundle = write_bundle(self.place / f"bundle-{self.bundles}", *envelopes)
        for desk in (at,) if at else (self.alice, self.bob):
            import_bundle(desk, bundle)

    def enroll_dana(self) -> None:
        """As it is done after a call."""
        vet(self.alice, self.offer, "vetted")
        enroll(self.alice, self.offer, key_of(self.dana.me))

    def hand(self, *fields: str, **given: object) -> tuple[HandOff, bytes]:
        """Hand over these fields of the first letter, or what is on by itself."""
        names = [
            part.name
            for part in parts_of(self.alice, self.case)
            if (part.name.partition("@")[0] in fields if fields else part.chosen)
        ]
        return hand_over(self.alice, self.case, self.offer, names, **given)  # type: ignore[arg-type]

    def opened(self, file: bytes) -> Statement:
        """What Dana's key finds in a file."""
        return read_statement(open_hand_off(file, self.dana.me.key))

    def drafted(self, hand_off: HandOff, text: str, *files: tuple[str, bytes]) -> Letter:
        """The letter that brings Dana's draft, as an organizer's key opens it."""
        attachments = [Attachment(name, data) for name, data in files]
        return self.letter_in(write_draft(self.dana, hand_off.id, text, attachments))

    def letter_in(self, bundle: bytes) -> Letter:
        """The letter in a bundle with one envelope."""
        (envelope,) = read_stream([bundle])
        keyset = next(one for one in self.alice.keysets if envelope[20:52] == one.id)
        return Opener(keyset, self.team.bob).open(envelope)

    def helped(self, text: str = "Try the newspapers.") -> tuple[HandOff, KeptDraft]:
        """Handed over, and answered by Dana; the draft is at Alice's desk."""
        hand_off, file = self.hand()
        receive_hand_off(self.dana, file)
        kept = receive_draft(self.alice, self.drafted(hand_off, text))
        assert kept is not None
        return hand_off, kept


def request(
    worker: Worker, keyset: Keyset, *more: tuple[str, ...], files: tuple[Attachment, ...] = ()
) -> bytes:
    """The worker's first letter."""
    letter = Letter("help", keyset.campaign, keyset.id, fields=(*FIELDS, *more), attachments=files)
    return worker.sends(letter, keyset)


def offer(keyset: Keyset, *fields: tuple[str, ...]) -> bytes:
    """A volunteer's letter, which wants no answer here."""
    said = fields or (("message", "I edit for a living."), ("contact", "dana@example.org"))
    return seal(Letter("offer", keyset.campaign, keyset.id, fields=said), keyset)


def make_desk(place: Path, name: str, role: Role, key: OpeningKey, campaign: Path) -> Desk:
    """A desk of its own, unlocked."""
    place.mkdir(parents=True, exist_ok=True)
    if role == "organizer":
        return new_desk(place / "vault", CampaignFolder(campaign), name, key)
    return Desk.create(place / "vault", PASSPHRASE, CampaignFolder(campaign), Person.adviser(name, key))


@contextmanager
def a_cast(
    place: Path, team: Team, prepare: Callable[[Path], None] = lambda campaign: None
) -> Iterator[Cast]:
    """Everybody, with the request and the offer imported at both organizers' desks.

    `prepare` can change the campaign's folder before anybody reads it.
    """
    team.write(place)
    campaign = place / "campaign"
    prepare(campaign)
    alice = make_desk(place / "alice", "alice", "organizer", team.alice, campaign)
    bob = make_desk(place / "bob", "bob", "organizer", team.bob, campaign)
    dana = make_desk(place / "dana", "dana", "adviser", OpeningKey.generate(), campaign)
    worker = Worker.new()
    cast = Cast(place, team, alice, bob, dana, worker, worker.thread, b"")
    offered = offer(team.first)
    cast.arrives(request(worker, team.first), offered)
    cast.offer = next(case.id for case in cast.alice.cases.values() if case.kind == "offer")
    try:
        yield cast
    finally:
        for desk in (alice, bob, dana):
            desk.lock()


def other_adviser(cast: Cast, name: str = "erin") -> tuple[Desk, bytes]:
    """Another adviser, vetted and enrolled: the desk, and the id."""
    desk = make_desk(cast.place / name, name, "adviser", OpeningKey.generate(), cast.place / "campaign")
    cast.arrives(offer(cast.team.first, ("message", f"I am {name}, and coach people.")))
    known = {case.id for case in cast.alice.cases.values() if case.kind == "offer"} - {cast.offer}
    adviser_id = known.pop()
    vet(cast.alice, adviser_id, "vetted")
    enroll(cast.alice, adviser_id, key_of(desk.me))
    return desk, adviser_id

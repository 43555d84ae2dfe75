"""An unlocked desk: the vault, who sits at it, the cases in it, and what the team decided about them."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

from nacl.signing import SigningKey

from offramp.campaign import Campaign
from offramp.crypto.event import Change, Event, Json, kept_event, sign_event
from offramp.crypto.keyset import Keyset
from offramp.crypto.opening import OpeningKey
from offramp.crypto.signing import signing_seed
from offramp.crypto.team_list import Member
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.case import LETTER, Case, KeptLetter
from offramp.desk.errors import WrongRole
from offramp.desk.inbox import Inbox, load_keysets
from offramp.desk.known_root import check_root, note_newest, note_of
from offramp.desk.team.chains import last_link
from offramp.desk.team.fields import check_event
from offramp.desk.team.members import Team, load_team_lists
from offramp.desk.team.state import State
from offramp.desk.vault.vault import HOUSE, Record, Vault, Writing
from offramp.desk.weekly.clock import today_noted
from offramp.desk.weekly.destroying import destroy_due
from offramp.desk.weekly.stock import WeekKey, gone_keys, stock

FORGOTTEN_PARTS: Final = "forgotten_parts"
"""The kind of record in the house that says of a forgotten case, by its id, which events about several cases
are not to count for it any more: their ids [16], one behind the other."""
ME: Final = "me"
EVENT: Final = "event"
"""Kinds of records. An event about one subject lies in that subject's room, and is destroyed with it; one
about several lies in the house. Its name is its id [16]."""

Role = Literal["organizer", "adviser"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at this desk, with what lies in its vault of theirs for good.

    An organizer's opening keys live for a week each, and are kept apart; an adviser has one.
    """

    role: Role
    name: str
    seed: bytes = field(repr=False)
    """The Ed25519 seed [32] that signs (FORMAT.md, 4.2)."""
    adviser_key: OpeningKey | None = field(default=None, repr=False)
    public: bytes = field(init=False, repr=False, compare=False)
    """The Ed25519 public key [32] that events name as their author. Many are compared with it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", bytes(SigningKey(self.seed).verify_key))

    @classmethod
    def organizer(cls, name: str, seed: bytes | None = None) -> Self:
        """An organizer with this signing key, or a new one."""
        return cls("organizer", name, seed or secrets.token_bytes(32))

    @classmethod
    def adviser(cls, name: str, key: OpeningKey) -> Self:
        return cls("adviser", name, signing_seed(key), key)

    @property
    def key(self) -> OpeningKey:
        """An adviser's, which opens what was handed over. Raises WrongRole for an organizer."""
        if self.adviser_key is None:
            raise WrongRole
        return self.adviser_key

    @property
    def member(self) -> Member | None:
        """How a desk without any team list knows who sits at it; None for an adviser."""
        return Member(self.name, self.public, bytes(32)) if self.role == "organizer" else None

    def to_bytes(self) -> bytes:
        """How it lies in the vault."""
        key = self.adviser_key
        opening = key.x25519.hex() + key.mlkem_seed.hex() if key else ""
        return json.dumps([self.role, self.name, self.seed.hex(), opening]).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Person:
        role, name, seed, opening = json.loads(raw)
        whole = bytes.fromhex(opening)
        return cls(role, name, bytes.fromhex(seed), OpeningKey(whole[:32], whole[32:]) if whole else None)


class Decision(NamedTuple):
    """A field of a subject [16] gets a value. `adds` for fields that collect: nothing there is replaced.

    `after` names the events [16] that are replaced, where it is not all that were seen: a note, an answer.
    """

    subject: bytes
    field: str
    value: Json
    adds: bool = False
    after: tuple[bytes, ...] | None = None


def event_record(event: Event) -> Record:
    """An event where it belongs in the vault."""
    subjects = {change.subject for change in event.changes}
    room = subjects.pop() if len(subjects) == 1 else HOUSE
    return Record(room, EVENT, event.id, event.raw)


class Desk:
    """Everything in the vault but large records, opened; one thread at a time may use it."""

    def __init__(self, vault: Vault, campaign: CampaignFolder, me: Person) -> None:
        self.vault, self.me = vault, me
        self.folder = campaign
        """The campaign's folder, or the copy of it, that this desk was unlocked with."""
        self.campaign: Campaign = campaign.campaign()
        trust = campaign.trust()
        self.root: bytes = trust.root
        """The campaign's Ed25519 public key [32]."""
        self.keysets: list[Keyset] = load_keysets(campaign.keysets, trust)
        lists = load_team_lists(campaign.team, trust)
        self.team = Team(lists, me.member)
        self.state = State()
        self.events: dict[bytes, Event] = {}
        self.cases: dict[bytes, Case] = {}
        self.letters: dict[bytes, KeptLetter] = {}
        self.letters_seen = 0
        """Counts letters that were taken in or forgotten."""
        self.small: dict[str, dict[tuple[bytes, bytes], bytes]] = defaultdict(dict)
        """All other small records: kind, then room and name, then the value."""
        self.changes = 0
        """Counts everything that was taken in or forgotten, so that what was made of it can be kept."""
        self.versions: dict[bytes, int] = defaultdict(int)
        """The same for each subject, by its id."""
        self.memo: dict[object, Any] = {}
        """What others made of all this and keep, each under a key of its own, until the desk is locked."""
        # Events last: what was forgotten of them must be known before.
        for record in sorted(vault.records(), key=lambda one: one.kind == EVENT):
            self.take(record)
        self.renew_inbox()

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        campaign: CampaignFolder,
        me: Person,
        keys: Iterable[WeekKey] = (),
    ) -> Self:
        """Make a vault for this person, with weekly opening keys; whole, or not there.

        Raises what Vault.create does, and what reading the campaign's folder does.
        """
        first = [Record(HOUSE, ME, b"", me.to_bytes()), *(one.record() for one in keys)]
        if me.role == "organizer":
            first += [today_noted(), note_of(campaign.root())]
        return cls(Vault.create(path, passphrase, first), campaign, me)

    @classmethod
    def unlock(cls, path: Path, passphrase: str, campaign: CampaignFolder) -> Self:
        """Raises RootKeyReplaced, what Vault.open does, and what reading the campaign's folder does.

        Before anything else, what is over is destroyed: an organizer's weekly keys, what an adviser was handed.
        """
        from offramp.desk.handing.handed import destroy_what_is_over  # which knows desks

        vault = Vault.open(path, passphrase)
        try:
            me = Person.from_bytes(vault.get(HOUSE, ME, b"") or b"")
            if me.role == "organizer":
                check_root(vault, campaign)
            desk = cls(vault, campaign, me)
            destroy_what_is_over(desk)
            destroy_due(desk)
            if me.role == "organizer":
                note_newest(desk)
            return desk
        except BaseException:
            vault.close()
            raise

    def renew_inbox(self) -> None:
        """Open with the keys that are there now. Raises VaultDamaged."""
        self.inbox = Inbox(self.keysets, [one.key for one in stock(self)], gone_keys(self))

    def check_role(self, *roles: Role) -> None:
        """Raises WrongRole where whoever sits here has another."""
        if self.me.role not in roles:
            raise WrongRole

    def lock(self) -> None:
        """Forget everything that was opened."""
        self.vault.close()
        for held in (self.cases, self.letters, self.events, self.small, self.memo):
            held.clear()
        self.state = State()

    def decide(self, *decisions: Decision, beside: Callable[[Writing], None] | None = None) -> Event:
        """Sign decisions as one event of mine, and keep it; when this returns, it is on the disk.

        `beside` puts into the vault what belongs to it: both are there afterwards, or neither.
        Raises EventMalformed for a value that no desk would take.
        """
        last = last_link(self)
        changes = tuple(Change(one.subject, one.field, one.value, self._replaced(one)) for one in decisions)
        event = sign_event(
            self.me.seed,
            campaign=self.campaign.id,
            number=last.number + 1 if last else 1,
            previous=last.id if last else bytes(16),
            day=days.today(),
            changes=changes,
        )
        check_event(event)
        with self.vault.writing() as writing:
            self.keep_event(writing, event)
            if beside is not None:
                beside(writing)
        self.take_event(event)
        return event

    def _replaced(self, decision: Decision) -> tuple[bytes, ...]:
        if decision.after is not None:
            return tuple(sorted(decision.after))
        return () if decision.adds else self.state.head_ids(decision.subject, decision.field)

    @staticmethod
    def keep_event(writing: Writing, event: Event) -> None:
        """Put an event where it belongs in the vault."""
        writing.put(event_record(event))

    def take_event(self, event: Event) -> None:
        """Let an event that is kept have its effect."""
        self.events[event.id] = event
        self.state.apply(self._without_forgotten(event))
        for change in event.changes:
            self.touch(change.subject)

    def _without_forgotten(self, event: Event) -> Event:
        """An event about several cases stays for the others when one of them is forgotten."""
        gone = self.small[FORGOTTEN_PARTS]
        left = tuple(
            one for one in event.changes if event.id not in _ids(gone.get((HOUSE, one.subject), b""))
        )
        return event if len(left) == len(event.changes) else replace(event, changes=left)

    def take_letter(self, letter: KeptLetter) -> None:
        """Let a letter that is kept be found."""
        self.letters[letter.id] = letter
        self.letters_seen += 1
        self.cases.setdefault(letter.case_id, Case(letter.case_id)).letters.append(letter)
        self.touch(letter.case_id)

    def take(self, record: Record) -> None:
        """Let a small record that is kept be found."""
        if record.kind == LETTER:
            self.take_letter(KeptLetter.from_bytes(record.name, record.value))
        elif record.kind == EVENT:
            self.take_event(kept_event(record.value))
        else:
            self.small[record.kind][record.room, record.name] = record.value
            self.touch(record.room)

    def keep(self, *records: Record) -> None:
        """Put small records into the vault, all or none; when this returns, they are on the disk."""
        with self.vault.writing() as writing:
            for record in records:
                writing.put(record)
        for record in records:
            self.take(record)

    def drop(self, room: bytes, kind: str, name: bytes) -> None:
        """Destroy a small record that is neither a letter nor an event, if it is there."""
        with self.vault.writing() as writing:
            writing.delete(room, kind, name)
        self.small[kind].pop((room, name), None)
        self.touch(room)

    def let_go(self, rooms: Collection[bytes], events: Iterable[bytes]) -> None:
        """Let go of what was in rooms [16] that are destroyed, and of events [16], wherever they were."""
        for room in rooms:
            for letter in self.cases.pop(room, Case(room)).letters:
                self.letters.pop(letter.id, None)
            self.state.forget(room)
            self.touch(room)
        for event in events:
            self.events.pop(event, None)
        for kind, found in self.small.items():
            self.small[kind] = {place: value for place, value in found.items() if place[0] not in rooms}
        self.letters_seen += 1
        self.memo.clear()

    def touch(self, subject: bytes) -> None:
        """Something about this subject is another."""
        self.changes += 1
        self.versions[subject] += 1


def _ids(joined: bytes) -> list[bytes]:
    return [joined[at : at + 16] for at in range(0, len(joined), 16)]

"""Taking in what other organizers decided: team letters with signed events in them (FORMAT.md, 13.4).

Anybody can send a letter that says it is the team's. What counts is each event's own signature.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from offramp.crypto.errors import EventReplayed, OfframpError
from offramp.crypto.event import Event, verify_event
from offramp.crypto.letter import Letter
from offramp.desk import days
from offramp.desk.desk import event_record
from offramp.desk.team.chains import FORGOTTEN
from offramp.desk.team.fields import check_event
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import HOUSE, Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk
    from offramp.desk.inbox import Submission

FIELD: Final = ("kind", "events")
"""What a letter says that carries events."""
TEAM_LETTER: Final = "team_letter"
"""The kind of record that says what a team letter was good for, by its envelope's id."""
MOST_REFUSED: Final = 64
"""After so many refusals, the rest of a letter is not looked at: no desk of the team wrote it."""


@dataclass(frozen=True, slots=True)
class Received:
    """What was in one team letter."""

    letter: bytes  # the envelope's id [16]
    keyset_id: bytes  # [32]
    new: tuple[Event, ...] = ()
    known: tuple[Event, ...] = ()
    """Those that were here before, byte for byte: that is how events of one's own come back."""
    refused: tuple[OfframpError, ...] = ()
    day: date = field(default_factory=lambda: days.today())

    def record(self) -> Record:
        """What the vault keeps of the letter."""
        said = {
            "keyset": self.keyset_id.hex(),
            "events": [one.id.hex() for one in (*self.new, *self.known)],
            "refused": Counter(type(one).__name__ for one in self.refused),
            "day": self.day.isoformat(),
        }
        return Record(HOUSE, TEAM_LETTER, self.letter, json.dumps(said).encode())


@dataclass(frozen=True, slots=True)
class TeamLetter:
    """What is kept of a team letter: the ids [16] of the events in it, and how many were refused, by name."""

    letter: bytes
    keyset_id: bytes
    events: tuple[bytes, ...]
    refused: dict[str, int] = field(default_factory=dict)
    day: date | None = None
    """The day on which it was taken in."""


def carries_events(letter: Letter) -> bool:
    """Whether a letter says that it brings events."""
    return letter.purpose == "team" and FIELD in letter.fields


def receive_events(desk: Desk, submissions: Sequence[Submission]) -> list[Received]:
    """Verify what is in these letters, and keep what is new; when this returns, it is on the disk.

    Raises VaultFull, and then nothing was kept.
    """
    fresh: dict[bytes, Event] = {}
    received = [_read(desk, one, fresh) for one in submissions]
    with desk.vault.writing() as writing:
        for one in received:
            for record in (*map(event_record, one.new), one.record()):
                writing.put(record)
    for one in received:
        for event in one.new:
            desk.take_event(event)
        desk.take(one.record())
    return received


def team_letters(desk: Desk) -> Iterator[TeamLetter]:
    """All team letters that were taken in here. Raises VaultDamaged."""
    for (_, name), value in desk.small[TEAM_LETTER].items():
        try:
            said = json.loads(value)
            events = tuple(map(bytes.fromhex, said["events"]))
            day = date.fromisoformat(said["day"]) if "day" in said else None
            yield TeamLetter(name, bytes.fromhex(said["keyset"]), events, said["refused"], day)
        except (ValueError, KeyError, TypeError):
            raise VaultDamaged from None


def days_heard(desk: Desk) -> Mapping[bytes, date]:
    """The day on which each event came here in a letter, by its id: the day that it says is its author's word."""
    known: tuple[int, dict[bytes, date]] = desk.memo.get(days_heard, (-1, {}))
    if known[0] != desk.changes:
        heard: dict[bytes, date] = {}
        for letter in team_letters(desk):
            for name in letter.events if letter.day else ():
                heard[name] = min(heard.get(name, date.max), letter.day or date.max)
        known = desk.memo[days_heard] = (desk.changes, heard)
    return known[1]


def _read(desk: Desk, submission: Submission, fresh: dict[bytes, Event]) -> Received:
    """What is in a letter; `fresh` are the new ones of the letters before it, and gets this one's."""
    new, known, refused = [], [], []
    for raw in _raw_events(submission.letter):
        try:
            event = _verified(desk, raw)
        except OfframpError as reason:
            refused.append(reason)
            if len(refused) == MOST_REFUSED:
                break
            continue
        if event.id in fresh or is_known(desk, event):
            known.append(event)
        else:
            new.append(event)
            fresh[event.id] = event
    letter = submission.letter
    return Received(submission.id, letter.keyset_id, tuple(new), tuple(known), tuple(refused))


def _raw_events(letter: Letter) -> Iterable[bytes]:
    return (one.data for one in letter.attachments)


def _verified(desk: Desk, raw: bytes) -> Event:
    """FORMAT 13.3. Raises UnsupportedVersion or an EventError."""
    event = verify_event(raw, campaign=desk.campaign.id, is_member=desk.team.has)
    check_event(event)
    return event


def is_known(desk: Desk, event: Event) -> bool:
    """Whether an event is here, or was until it was forgotten."""
    return event.id in desk.events or (HOUSE, event.id) in desk.small[FORGOTTEN]


def receive_one(desk: Desk, raw: bytes) -> Event:
    """One event by itself, verified and kept. Raises EventReplayed too, where it is here already."""
    event = _verified(desk, raw)
    if is_known(desk, event):
        raise EventReplayed
    desk.keep(event_record(event))
    return event

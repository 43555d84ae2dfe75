"""Telling the other organizers what was decided here: team letters, sealed to all of them (FORMAT.md, 13.4).

They go out with the answers, and come back with the next bundle. Until they have, and until everybody who is
an organizer now could open them, they are pushed again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from offramp.crypto.envelope import envelope_id
from offramp.crypto.event import Event
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment, Letter
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.team.receiving import FIELD, team_letters
from offramp.desk.vault.errors import VaultDamaged
from offramp.desk.vault.vault import HOUSE, Record, Writing

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

SHARED: Final = "shared"
"""The kind of the record of a team letter that waits to come back, by its envelope's id."""
SHARED_ENVELOPE: Final = "shared_envelope"
"""The envelope itself, a large record of the same name."""

_BATCH_BYTES: Final = 1_000_000
_BATCH_EVENTS: Final = 4_000
_ATTACHMENT_NAME: Final = "event"

Clock = Callable[[], float]


def _now() -> float:
    return days.now()


@dataclass(frozen=True, slots=True)
class Shared:
    """A sealed team letter of this desk."""

    id: bytes  # the envelope's [16]
    keyset_id: bytes  # [32]
    events: frozenset[bytes]  # their ids [16]

    def record(self) -> Record:
        said = {"keyset": self.keyset_id.hex(), "events": sorted(one.hex() for one in self.events)}
        return Record(HOUSE, SHARED, self.id, json.dumps(said).encode())

    @classmethod
    def of(cls, name: bytes, raw: bytes) -> Shared:
        """Raises VaultDamaged."""
        try:
            said = json.loads(raw)
            return cls(name, bytes.fromhex(said["keyset"]), frozenset(map(bytes.fromhex, said["events"])))
        except (ValueError, KeyError, TypeError):
            raise VaultDamaged from None


def to_share(desk: Desk, *, clock: Clock = _now) -> list[Event]:
    """Events that some organizer cannot have yet, as far as this desk knows, in the order of their numbers.

    These are this desk's own, and those of organizers who have left and whose desks share nothing any more.
    """
    keyset = current_keyset(desk.keysets, clock)
    others = {one.ed25519 for one in desk.team.others}
    if keyset is None or not others:
        return []
    reachable = others & desk.team.reached_by(keyset)
    reached = _reached(desk)
    speakers = {desk.me.public, *(one.ed25519 for one in desk.team.former)}
    mine = (one for one in desk.events.values() if one.author in speakers)
    wanted = (one for one in mine if reachable - reached[one.id])
    return sorted(wanted, key=lambda one: (one.author, one.number, one.id))


def share(desk: Desk, *, clock: Clock = _now) -> list[bytes]:
    """The envelopes that are to be pushed, by id; the same ones each time until something is another.

    What they hold is on the disk. Raises VaultFull, VaultDamaged.
    """
    keyset = current_keyset(desk.keysets, clock)
    wanted = {one.id: one for one in to_share(desk, clock=clock)}
    waiting = list(shared(desk))
    live = [one for one in waiting if keyset and _is_live(desk, one, keyset, wanted)]
    covered = frozenset[bytes]().union(*(one.events for one in live))
    left = [event for name, event in wanted.items() if name not in covered]
    made = [_sealed(desk, keyset, batch) for batch in _batches(left)] if keyset else []
    _store(desk, made, [one for one in waiting if one not in live])
    names = sorted(one.id for one in (*live, *(one for one, _ in made)))
    return [_envelope(desk, name) for name in names]


def shared(desk: Desk) -> Iterator[Shared]:
    """The letters that wait to come back. Raises VaultDamaged."""
    for (_, name), raw in desk.small[SHARED].items():
        yield Shared.of(name, raw)


def current_keyset(keysets: Sequence[Keyset], clock: Clock) -> Keyset | None:
    """The newest keyset whose time has come, else the first whose time will.

    One that has expired rather than none: desks open these too, as long as they have the key.
    """
    begun = [one for one in keysets if one.valid_from <= clock()]
    if begun:
        return max(begun, key=lambda one: one.sequence)
    return min(keysets, key=lambda one: one.valid_from, default=None)


def _is_live(desk: Desk, one: Shared, keyset: Keyset, wanted: dict[bytes, Event]) -> bool:
    """Whether a letter still serves; one with an event in it that was forgotten here must not stay."""
    return (
        one.keyset_id == keyset.id
        and not one.events.isdisjoint(wanted)
        and all(name in desk.events for name in one.events)
    )


def _reached(desk: Desk) -> dict[bytes, set[bytes]]:
    """For each event that came back: the organizers [32] to whom it was sealed."""
    keys = {one.id: desk.team.reached_by(one) for one in desk.keysets}
    reached: dict[bytes, set[bytes]] = defaultdict(set)
    for letter in team_letters(desk):
        for name in letter.events:
            reached[name] |= keys.get(letter.keyset_id, frozenset())
    return reached


def _batches(events: list[Event]) -> Iterator[list[Event]]:
    """Events that go into one letter each."""
    batch: list[Event] = []
    size = 0
    for event in events:
        if batch and (size + len(event.raw) > _BATCH_BYTES or len(batch) == _BATCH_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += len(event.raw)
    if batch:
        yield batch


def _sealed(desk: Desk, keyset: Keyset, batch: list[Event]) -> tuple[Shared, bytes]:
    attachments = tuple(Attachment(_ATTACHMENT_NAME, one.raw) for one in batch)
    letter = Letter("team", desk.campaign.id, keyset.id, fields=(FIELD,), attachments=attachments)
    envelope = seal(letter, keyset)
    names = frozenset(one.id for one in batch)
    return Shared(envelope_id(envelope), keyset.id, names), envelope


def _store(desk: Desk, made: list[tuple[Shared, bytes]], past: list[Shared]) -> None:
    """Keep the letters that were made, and let go of those that are over, all at once."""
    if not made and not past:
        return
    with desk.vault.writing() as writing:
        for one, envelope in made:
            writing.put(one.record())
            writing.put(Record(HOUSE, SHARED_ENVELOPE, one.id, envelope), large=True)
        _delete(writing, past)
    for one, _ in made:
        desk.take(one.record())
    for one in past:
        desk.small[SHARED].pop((HOUSE, one.id), None)


def _delete(writing: Writing, past: list[Shared]) -> None:
    for one in past:
        writing.delete(HOUSE, SHARED, one.id)
        writing.delete(HOUSE, SHARED_ENVELOPE, one.id)


def _envelope(desk: Desk, name: bytes) -> bytes:
    envelope = desk.vault.get(HOUSE, SHARED_ENVELOPE, name)
    if envelope is None:
        raise VaultDamaged
    return envelope

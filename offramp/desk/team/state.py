"""What a team has decided: a fold of signed events that does not ask in which order they came.

Each field of a subject is a *register*. An event that gives it a value names the events whose values it saw
there (`Change.after`); those are replaced. What no other event replaced is a *head*. Two heads with different
values are a conflict: two people decided without knowing of each other. One of them counts meanwhile, the same
on every desk (the more careful one, then the later one), and both are shown until somebody decides again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from offramp.crypto.event import Event, Json
from offramp.desk.team import fields


@dataclass(frozen=True, slots=True)
class Head:
    """A value that nobody replaced, who gave it, and when."""

    event: bytes  # the event's id [16]
    author: bytes  # [32]
    day: date
    value: Json


def in_order(field: str, heads: Iterable[Head]) -> tuple[Head, ...]:
    """Values of one field, the one last that counts where they contradict each other."""
    return tuple(sorted(heads, key=lambda one: (fields.caution(field, one.value), one.day, one.event)))


class State:
    """The registers of all subjects."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._values: dict[tuple[bytes, str], dict[bytes, Head]] = defaultdict(dict)
        self._replaced: dict[tuple[bytes, str], set[bytes]] = defaultdict(set)
        self._fields: dict[bytes, set[str]] = defaultdict(set)
        for event in events:
            self.apply(event)

    def apply(self, event: Event) -> None:
        """Take in an event; one that is known already changes nothing."""
        name = event.id
        for change in event.changes:
            register = (change.subject, change.field)
            self._values[register][name] = Head(name, event.author, event.day, change.value)
            if change.after:
                self._replaced[register].update(change.after)
            self._fields[change.subject].add(change.field)

    def heads(self, subject: bytes, field: str) -> tuple[Head, ...]:
        """All values that nobody replaced, in the same order everywhere; the last is the one that counts.

        Where the field collects, that is the order of their days.
        """
        register = (subject, field)
        values = self._values.get(register, {})
        replaced: AbstractSet[bytes] = self._replaced.get(register, frozenset())
        left = [head for name, head in values.items() if name not in replaced]
        return in_order(field, left) if len(left) > 1 else tuple(left)

    def value(self, subject: bytes, field: str, default: Json = None) -> Json:
        """The value that counts; `default` where there is none."""
        heads = self.heads(subject, field)
        return heads[-1].value if heads else default

    def places(self) -> Iterator[tuple[bytes, str]]:
        """Subjects and fields that more than one event gave a value: only there can anything be in conflict."""
        return (place for place, values in self._values.items() if len(values) > 1)

    def in_conflict(self, subject: bytes, field: str) -> bool:
        """Whether heads differ in what they mean; those of a field that collects (notes, answers) may."""
        heads = self.heads(subject, field)
        if len(heads) < 2 or fields.collects(field):
            return False
        return any(
            fields.meaning(field, head.value) != fields.meaning(field, heads[0].value) for head in heads
        )

    def head_ids(self, subject: bytes, field: str) -> tuple[bytes, ...]:
        """What a change of this register has to name as `after`."""
        return tuple(sorted(head.event for head in self.heads(subject, field)))

    def at(self, subject: bytes, field: str, event: bytes) -> Head | None:
        """What an event gave this register, replaced or not."""
        return self._values.get((subject, field), {}).get(event)

    def subjects(self) -> Iterator[bytes]:
        """Everything that anything was decided about."""
        return iter(self._fields)

    def fields(self, subject: bytes) -> frozenset[str]:
        """Which fields of a subject were ever given a value."""
        return frozenset(self._fields.get(subject, ()))

    def forget(self, subject: bytes) -> None:
        """Let go of everything about a subject."""
        for field in self._fields.pop(subject, ()):
            self._values.pop((subject, field), None)
            self._replaced.pop((subject, field), None)

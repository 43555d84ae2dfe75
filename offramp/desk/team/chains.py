"""Each organizer's decisions are numbered: what is missing here, and where one number was given twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from offramp.crypto.event import ID_LENGTH, Event
from offramp.crypto.team_list import ED25519_LENGTH
from offramp.desk.vault.vault import HOUSE, Record

if TYPE_CHECKING:
    from offramp.desk.desk import Desk

FORGOTTEN: Final = "forgotten"
"""The kind of record that says that something was destroyed here and is not to be taken in again."""


class Link(NamedTuple):
    """What a number of an author's was given to."""

    author: bytes  # [32]
    number: int
    id: bytes  # the event's [16]


@dataclass(frozen=True, slots=True)
class Missing:
    """So many of an author's decisions are not here, though later ones are."""

    author: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Fork:
    """One number of an author's names several decisions. All of them are kept, and have their effect.

    Either their desk was brought back from an older backup, or somebody else signs with their key.
    """

    author: bytes
    number: int
    ids: tuple[bytes, ...]


def forgotten_event(event: Event) -> Record:
    """What stays of an event that is destroyed: that it was there, and not what it said."""
    return Record(HOUSE, FORGOTTEN, event.id, event.author + event.number.to_bytes(4, "big"))


def links(desk: Desk) -> Iterator[Link]:
    """All events that are here, or were."""
    for event in desk.events.values():
        yield Link(event.author, event.number, event.id)
    for (_, name), value in desk.small[FORGOTTEN].items():
        if len(name) == ID_LENGTH and len(value) == ED25519_LENGTH + 4:
            yield Link(value[:ED25519_LENGTH], int.from_bytes(value[ED25519_LENGTH:], "big"), name)


def last_link(desk: Desk) -> Link | None:
    """The last decision of this desk's own; of two with the same number, the same one each time."""
    me = desk.me.public
    mine = (one for one in links(desk) if one.author == me)
    return max(mine, key=lambda one: (one.number, one.id), default=None)


def missing(desk: Desk) -> list[Missing]:
    """Whose decisions are not all here, as far as the numbers tell. The last ones, nobody can miss."""
    counts = ((author, max(found) - len(found)) for author, found in _numbers(desk).items())
    return [Missing(author, count) for author, count in sorted(counts) if count]


def forks(desk: Desk) -> list[Fork]:
    """All numbers that were given twice, by author and number."""
    return [
        Fork(author, number, tuple(sorted(ids)))
        for author, found in sorted(_numbers(desk).items())
        for number, ids in sorted(found.items())
        if len(ids) > 1
    ]


def _numbers(desk: Desk) -> dict[bytes, dict[int, set[bytes]]]:
    """The ids under each number of each author; made once for as long as nothing changes."""
    kept = desk.memo.get(_numbers)
    if kept is not None and kept[0] == desk.changes:
        return cast("dict[bytes, dict[int, set[bytes]]]", kept[1])
    found: dict[bytes, dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for link in links(desk):
        found[link.author][link.number].add(link.id)
    desk.memo[_numbers] = desk.changes, found
    return found

"""How many shards a board has, and which dummies leave and come.  No files, no clock: numbers in, numbers out."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from offramp.crypto.board import MAX_DOUBLINGS, REPLIES_IN_SHARD
from offramp.crypto.errors import ShardFull

MOST_REPLIES: Final = 48
"""Live replies in one shard; a quarter of it stays free for what is pushed before the board can double."""

ALWAYS_SHARDS: Final = 256
"""How many shards a board may have however few replies there are: 64 MiB."""

_FEW_REPLIES: Final = 32
"""What half as many shards must hold at most before the board shrinks: else it would double again at once."""

Draw = Callable[[int], int]
"""A number from 0 to below the one given, each as likely as the others."""


@dataclass(frozen=True, slots=True, order=True)
class Dummy:
    """A dummy on the board: the last day (UTC) on which it stays, and its id [16]."""

    last_day: date
    id: bytes


def choose_doublings(live: Mapping[int, int], before: int | None) -> int:
    """The board's doublings (FORMAT 9.1), 0 to 16, for so many live replies under each shard number.

    The fewest with which no shard has more than MOST_REPLIES; and from *before*, those of the last build,
    down only as far as no shard gets more than two thirds of that.
    They must have passed `require_fit` when they were pushed.
    """
    enough = _fewest_doublings(live, MOST_REPLIES)
    return enough if before is None else max(enough, min(before, _fewest_doublings(live, _FEW_REPLIES)))


def require_fit(live: Mapping[int, int]) -> None:
    """Raise ShardFull for more replies of one shard number, or of numbers alike, than a board is for.

    No doubling parts replies of one number, and numbers that differ in their last bit alone need all sixteen:
    two talkative threads could fill the disk, by bad luck once in a blue moon, or because somebody chose them.
    What expires makes a board smaller, never larger; so whatever has fitted once goes on fitting.
    """
    shards = 1 << _fewest_doublings(live, MOST_REPLIES)
    if max(live.values(), default=0) > MOST_REPLIES or shards > max(ALWAYS_SHARDS, sum(live.values())):
        raise ShardFull


def _fewest_doublings(live: Mapping[int, int], most: int) -> int:
    fitting = (k for k in range(MAX_DOUBLINGS) if _fullest(live, k) <= most)
    return next(fitting, MAX_DOUBLINGS)


def _fullest(live: Mapping[int, int], doublings: int) -> int:
    """The replies in the fullest shard."""
    shards: Counter[int] = Counter()
    for number, count in live.items():
        shards[number % (1 << doublings)] += count
    return max(shards.values(), default=0)


def numbers_of_shard(index: int, doublings: int) -> range:
    """The *turned* shard numbers of one shard: whatever the board's size, they are one range.

    Shards are told apart by a number's last bits (FORMAT 9.1); turned around, these are its first.
    """
    width = 1 << (MAX_DOUBLINGS - doublings)
    return range(turned(index), turned(index) + width)


def turned(number: int) -> int:
    """The 16 bits of a shard number in reverse; turned twice it is itself."""
    return int(f"{number:016b}"[::-1], 2)


def surplus(replies: int, dummies: Sequence[Dummy]) -> list[Dummy]:
    """The dummies that give way in a shard with so many live replies.

    Those that would leave next: so they were there for nearly as long as a reply is.
    """
    return sorted(dummies)[: max(0, replies + len(dummies) - REPLIES_IN_SHARD)]


def new_dummies(
    shard: range, places: int, today: date, kept_days: int, *, grown: bool, draw: Draw = secrets.randbelow
) -> Iterator[tuple[int, date]]:
    """The turned shard number and the last day of each of the dummies that fill so many free places.

    What is in the place of something that left stays for as long as a reply would.  Where the board is new
    or has *grown*, no place was anybody's, and if all stayed equally long they would leave on one day.
    The number is any of the shard's, so that dummies are parted as replies are when the board doubles.
    """
    for _ in range(places):
        days = draw(kept_days + 1) if grown else kept_days
        yield shard[draw(len(shard))], today + timedelta(days=days)

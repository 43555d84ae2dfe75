"""Carrying a pack to the server: first what is taken back, then what the server does not have yet.

It may be killed at any point. The next run asks anew what is missing, and a pack changes nothing when it is
pushed again.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from offramp.crypto.pack import HEADER
from offramp.desk.courier.client import MOST_IDS, Courier
from offramp.desk.courier.retrying import Retrier, Watcher
from offramp.desk.errors import PostsRefused
from offramp.desk.pack_file import Packed, PackFile

REQUEST_BYTES: Final = 1024 * 1024
MOST_REFUSED: Final = 16
"""So many posts that the server refuses are looked for one by one; after that it is not about single ones."""


CardFate = Literal["none", "new", "known", "older", "refused"]
"""What became of a card: there was none, it is on the server now, was there, is older than the one there, or does
not fit the server's calendar or clock."""


@dataclass(slots=True)
class Outcome:
    """How many replies and parcels are new on the server, were known to it, and did not stay there.

    And how many words that take back it has; how many envelopes for the other desks are new on it, and were
    there; how many posts of these kinds it refused; and what became of the card.
    """

    new: int = 0
    known: int = 0
    dropped: int = 0
    taken_back: int = 0
    told: int = 0
    told_before: int = 0
    refused: int = 0
    card: CardFate = "none"


def push_all(
    courier: Courier,
    pack: PackFile,
    day: date,
    watcher: Watcher,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Push what is still to be kept on `day`. Raises CourierErrors, and OSError for the pack.

    What the server refuses does not keep the rest from it: whoever fills one place of the board must not
    silence everybody, nor close the site. Raises PostsRefused where it takes nothing of the rest.
    """
    run = _Run(courier, pack, Retrier(watcher, sleep))
    live = pack.live(day)
    gone = [one for one in live if one.is_taken_back]
    posts = [one for one in live if not one.is_taken_back and not one.is_card]
    card = _carry_card(run, [one for one in live if one.is_card])
    not_gone = run.carry(gone)
    missing = run.missing(posts)
    wanted = [one for one in posts if one.id in missing]
    refused = run.carry(wanted)
    if not_gone + refused and not_gone + refused == len(gone) + len(wanted):
        raise PostsRefused
    # Asked again, for a receipt does not say which: what is past its day on the server's clock.
    not_there = run.missing(wanted) if wanted else set()
    told, answers = _envelopes(wanted), len(wanted) - _envelopes(wanted)
    absent = [one for one in wanted if one.id in not_there]
    absent_answers = len(absent) - _envelopes(absent)
    return Outcome(
        new=answers - absent_answers,
        known=len(posts) - _envelopes(posts) - answers,
        dropped=max(0, absent_answers - refused),
        taken_back=len(gone) - not_gone,
        told=told - _envelopes(absent),
        told_before=_envelopes(posts) - told,
        refused=not_gone + refused,
        card=card,
    )


def _carry_card(run: _Run, cards: list[Packed]) -> CardFate:
    if not cards:
        return "none"
    if not run.missing(cards):
        return "known"
    if run.carry(cards):
        return "refused"
    # A card that another desk signed later stays in its place.
    return "older" if run.missing(cards) else "new"


def _envelopes(posts: Iterable[Packed]) -> int:
    return sum(one.is_envelope for one in posts)


@dataclass(frozen=True, slots=True)
class _Run:
    courier: Courier
    pack: PackFile
    retrier: Retrier

    def missing(self, posts: list[Packed]) -> set[bytes]:
        """Which of these the server does not have."""
        missing: set[bytes] = set()
        for start in range(0, len(posts), MOST_IDS):
            names = [one.id for one in posts[start : start + MOST_IDS]]
            missing |= self.retrier.patiently(functools.partial(self.courier.missing, names))
        return missing

    def carry(self, posts: list[Packed]) -> int:
        """Push all of these but what the server refuses; how many that is."""
        if posts:
            self.retrier.watcher.found(len(posts), sum(one.length for one in posts))
        refused = 0
        left = list(_requests(posts))[::-1]
        while left:
            request = left.pop()
            body = HEADER + b"".join(map(self.pack.frame_of, request))
            try:
                self.retrier.patiently(functools.partial(self.courier.push, body))
            except PostsRefused:
                # Nothing of it was kept, and the server does not say for which.
                half = len(request) // 2
                if half:
                    left += [request[half:], request[:half]]
                    continue
                refused += 1
                if refused > MOST_REFUSED:
                    raise
            self.retrier.watcher.got(sum(one.length for one in request))
        return refused


def _requests(posts: Iterable[Packed]) -> Iterator[list[Packed]]:
    """Cut into requests of at most 1 MiB; a longer post is a request of its own."""
    request: list[Packed] = []
    for one in posts:
        if request and len(HEADER) + sum(other.length for other in request) + one.length > REQUEST_BYTES:
            yield request
            request = []
        request.append(one)
    if request:
        yield request

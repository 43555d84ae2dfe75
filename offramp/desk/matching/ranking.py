"""For one request: the advisers, best first, each with what speaks for and against them, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from offramp.desk.cases.merging import main_of
from offramp.desk.desk import Desk
from offramp.desk.handing.advisers import Vetting
from offramp.desk.matching.asks import asks_of
from offramp.desk.matching.handed import handed
from offramp.desk.matching.profiles import Candidate, candidates
from offramp.desk.matching.scoring import Finding, findings

_DECLINED: Final = "declined"
_NOT_ENROLLED: Final = "Not enrolled yet: their key has to be checked before anything can be handed over."


@dataclass(frozen=True, slots=True)
class Match:
    """An adviser beside a request. An organizer decides; this only says why one might.

    `obstacles` are what rules them out, each in a few words. `left`: for how many more people they have time.
    """

    adviser_id: bytes  # [16]
    name: str
    points: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    vetting: Vetting
    is_vetted: bool
    may_be_handed: bool
    obstacles: tuple[str, ...]
    left: int

    @property
    def fits(self) -> bool:
        return not self.obstacles


class Weighed(NamedTuple):
    """How an adviser and a request go together, in an order that sorts the best first."""

    has_obstacle: bool
    minus_points: int
    lot: bytes
    """Who comes first among equals: another one for each case, so that the same few are not always on top."""
    candidate: Candidate


def rank(desk: Desk, case: bytes, limit: int = 50) -> list[Match]:
    """Vetted advisers first, then those who would fit if they were; in each group those who fit first, by points.

    At most `limit` of each. Whoever was declined is left out, and among those not vetted whoever does not fit.
    Raises NotARequest.
    """
    everybody = candidates(desk)
    vetted = weigh(desk, case, (one for one in everybody if one.is_vetted))
    others = weigh(desk, case, (one for one in everybody if not one.is_vetted))
    would_fit = [one for one in others[:limit] if not one.has_obstacle]
    return [match(desk, case, one.candidate) for one in (*vetted[:limit], *would_fit)]


def weigh(desk: Desk, case: bytes, among: Iterable[Candidate]) -> list[Weighed]:
    """These advisers, the best for a request first. Raises NotARequest.

    Without the words, which few of thousands are shown with.
    """
    main = main_of(desk, case)
    asks, before = asks_of(desk, main), handed(desk).get(main, [])
    found = [
        Weighed(*_weight(findings(asks, one, before)), _lot(main, one.profile.id), one)
        for one in among
        if one.vetting != _DECLINED
    ]
    return sorted(found, key=lambda one: one[:3])


def match(desk: Desk, case: bytes, candidate: Candidate) -> Match:
    """An adviser beside a request, in words. Raises NotARequest."""
    main = main_of(desk, case)
    return _match(candidate, findings(asks_of(desk, main), candidate, handed(desk).get(main, [])))


def _weight(found: Iterable[Finding]) -> tuple[bool, int]:
    points, has_obstacle = 0, False
    for one in found:
        points += one.points
        has_obstacle = has_obstacle or bool(one.obstacle)
    return has_obstacle, -points


def _match(candidate: Candidate, findings: Iterable[Finding]) -> Match:
    found = list(findings)
    against = [one.against for one in found if one.against]
    if candidate.is_vetted and not candidate.may_be_handed:
        against.append(_NOT_ENROLLED)
    return Match(
        candidate.profile.id,
        candidate.profile.name,
        max(0, sum(one.points for one in found)),
        tuple(one.reason for one in found if one.reason),
        tuple(against),
        candidate.vetting,
        candidate.is_vetted,
        candidate.may_be_handed,
        tuple(one.obstacle for one in found if one.obstacle),
        candidate.left,
    )


def _lot(case: bytes, adviser: bytes) -> bytes:
    return hashlib.blake2b(adviser, key=case, digest_size=8).digest()

"""For all open requests at once: who could help whom, within everybody's time."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import networkx

from offramp.desk import days
from offramp.desk.cases.merging import main_cases
from offramp.desk.cases.status import status_of
from offramp.desk.desk import Desk
from offramp.desk.matching.handed import handed
from offramp.desk.matching.profiles import candidates
from offramp.desk.matching.ranking import Match, Weighed, match, weigh

_CANDIDATES: Final = 50
"""Advisers that are looked at for each request, the best ones. A request needs no more of them than there are
requests, so up to this many requests the proposal is the best one that there is."""
_OPEN: Final = ("new", "open")

Points = Mapping[bytes, Mapping[bytes, int]]
"""Request [16], then adviser [16], then the points of the two together, 0 or more."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A request [16] and the adviser who is proposed for it."""

    case: bytes
    match: Match


@dataclass(frozen=True, slots=True)
class Left:
    """A request [16] for which nobody is proposed, and why."""

    case: bytes
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be; nothing happens by itself."""

    pairs: tuple[Pair, ...]
    left: tuple[Left, ...]


def propose(desk: Desk) -> Proposal:
    """Vetted advisers for all requests that are new or open and with nobody yet.

    As many requests as possible get somebody, and among the ways to do so the points are highest. Nobody gets
    more than they have time for. Desks with the same letters and events propose the same.
    """
    now = (desk.changes, days.today())
    kept: tuple[object, Proposal] | None = desk.memo.get(propose)
    if kept is None or kept[0] != now:
        kept = desk.memo[propose] = (now, _propose(desk))
    return kept[1]


def _propose(desk: Desk) -> Proposal:
    vetted = {one.profile.id: one for one in candidates(desk) if one.is_vetted}
    weighed = {case: weigh(desk, case, vetted.values()) for case in open_requests(desk)}
    fitting = {case: [one for one in found if not one.has_obstacle] for case, found in weighed.items()}
    chosen = _in_rounds(fitting, {name: one.left for name, one in vetted.items()})
    pairs = [Pair(case, match(desk, case, vetted[chosen[case]])) for case in sorted(chosen)]
    left = [Left(case, _why(desk, case, found)) for case, found in weighed.items() if case not in chosen]
    return Proposal(tuple(pairs), tuple(left))


def open_requests(desk: Desk) -> list[bytes]:
    """Requests [16] that are new or open, and that no adviser has."""
    given = {case for case, found in handed(desk).items() if any(one.is_open for one in found)}
    return sorted(
        case
        for case in main_cases(desk)
        if desk.cases[case].kind == "request" and status_of(desk, case).name in _OPEN and case not in given
    )


def _in_rounds(fitting: Mapping[bytes, list[Weighed]], room: dict[bytes, int]) -> dict[bytes, bytes]:
    """Where many requests have the same best advisers, those who are left over are looked at again."""
    chosen: dict[bytes, bytes] = {}
    while True:
        points = {case: _best(found, room) for case, found in fitting.items() if case not in chosen}
        new = assign(points, room)
        if not new:
            return chosen
        chosen |= new
        for adviser in new.values():
            room[adviser] -= 1


def _best(found: Iterable[Weighed], room: Mapping[bytes, int]) -> dict[bytes, int]:
    free = (one for one in found if room[one.candidate.profile.id])
    return {
        one.candidate.profile.id: max(0, -one.minus_points) for one in itertools.islice(free, _CANDIDATES)
    }


def assign(points: Points, room: Mapping[bytes, int]) -> dict[bytes, bytes]:
    """The adviser of each request, as a cheapest flow from requests through advisers who have room for so many.

    First as many requests as possible, then as many points as possible.
    """
    pairs = [(case, adviser) for case in sorted(points) for adviser in sorted(points[case])]
    if not pairs:
        return {}
    _, flow = networkx.network_simplex(_graph(points, room, pairs))
    return {case: adviser for case, adviser in pairs if flow["request", case].get(("adviser", adviser))}


def _graph(
    points: Points, room: Mapping[bytes, int], pairs: Iterable[tuple[bytes, bytes]]
) -> networkx.DiGraph:
    # One more request is worth more than all points together could be.
    one_more = 1 + sum(max(found.values(), default=0) for found in points.values())
    graph = networkx.DiGraph()
    graph.add_node("end", demand=len(points))
    for case in sorted(points):
        graph.add_node(("request", case), demand=-1)
        graph.add_edge(("request", case), "end", capacity=1, weight=0)  # nobody
    for case, adviser in pairs:
        weight = -(one_more + points[case][adviser])
        graph.add_edge(("request", case), ("adviser", adviser), capacity=1, weight=weight)
        graph.add_edge(("adviser", adviser), "end", capacity=room[adviser], weight=0)
    return graph


def _why(desk: Desk, case: bytes, weighed: list[Weighed]) -> str:
    if not weighed:
        return "No adviser is vetted yet."
    if not weighed[0].has_obstacle:
        return "Whoever would fit is proposed for somebody else."
    obstacles = Counter(match(desk, case, one.candidate).obstacles[0] for one in weighed)
    counted = ", ".join(f"{what}: {number}" for what, number in sorted(obstacles.items()))
    return f"None of {len(weighed)} vetted advisers fits ({counted})."

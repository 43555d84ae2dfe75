"""Who could help whom: nobody gets more than they have time for, and there is no better way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from offramp.desk import days
from offramp.desk.cases.triage import assign as assign_organizer
from offramp.desk.cases.triage import merge, set_status
from offramp.desk.desk import Desk
from offramp.desk.matching.proposal import assign, propose
from tests.desk.volunteers import Fields, hand, offer, request, vet

REQUESTS = [bytes([1, one]) * 8 for one in range(5)]
ADVISERS = [bytes([2, one]) * 8 for one in range(4)]
ABLE: Fields = {"skills": ["Résumés"], "languages": "English", "hours": "An hour a week"}
ASKED: Fields = {"help": ["Résumé"]}


@st.composite
def lists(draw: st.DrawFn) -> tuple[dict[bytes, dict[bytes, int]], dict[bytes, int]]:
    """A few requests, who would do for each and how well, and for how many each adviser has time."""
    points = {
        case: draw(st.dictionaries(st.sampled_from(ADVISERS), st.integers(0, 120)))
        for case in REQUESTS[: draw(st.integers(0, 5))]
    }
    return points, {one: draw(st.integers(0, 3)) for one in ADVISERS}


def best(points: dict[bytes, dict[bytes, int]], room: dict[bytes, int]) -> tuple[int, int]:
    """How many requests can get somebody at most, and for how many points: by trying everything."""
    choices = [[None, *found] for found in points.values()]
    found = [(0, 0)]
    for chosen in product(*choices):
        used = Counter(one for one in chosen if one is not None)
        if all(number <= room[one] for one, number in used.items()):
            total = sum(own[one] for own, one in zip(points.values(), chosen, strict=True) if one is not None)
            found.append((used.total(), total))
    return max(found)


@given(lists())
def test_there_is_no_better_way(given_lists: tuple[dict[bytes, dict[bytes, int]], dict[bytes, int]]) -> None:
    points, room = given_lists
    found = assign(points, room)
    used = Counter(found.values())
    assert all(number <= room[one] for one, number in used.items())
    assert (len(found), sum(points[case][one] for case, one in found.items())) == best(points, room)


@given(lists(), st.randoms())
def test_the_order_in_which_things_are_known_does_not_matter(
    given_lists: tuple[dict[bytes, dict[bytes, int]], dict[bytes, int]], random: Random
) -> None:
    points, room = given_lists
    shuffled = {case: dict(random.sample(list(own.items()), len(own))) for case, own in points.items()}
    again = {case: shuffled[case] for case in random.sample(list(shuffled), len(shuffled))}
    assert assign(again, room) == assign(points, room)


def test_nobody_gets_more_than_they_have_time_for(unlocked: Desk) -> None:
    hour, week = ({**ABLE, "hours": one} for one in ("An hour a week", "Two to four hours a week"))
    one, two = offer(unlocked, hour, vetted=True), offer(unlocked, week, vetted=True)
    for _ in range(4):
        request(unlocked, ASKED)
    found = propose(unlocked)
    assert Counter(pair.match.adviser_id for pair in found.pairs) == {one: 1, two: 2}
    assert [left.why for left in found.left] == ["Whoever would fit is proposed for somebody else."]


def test_what_is_with_somebody_already_takes_their_time(unlocked: Desk) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    taken, free = request(unlocked, ASKED), request(unlocked, ASKED)
    hand(unlocked, taken, adviser, last_day=days.today() + timedelta(days=9))
    found = propose(unlocked)
    assert found.pairs == ()
    assert [(left.case, left.why) for left in found.left] == [
        (free, "None of 1 vetted advisers fits (no time left: 1).")
    ]


def test_only_vetted_advisers_are_proposed(unlocked: Desk) -> None:
    offer(unlocked, ABLE)
    vet(unlocked, offer(unlocked, ABLE), "asked")
    case = request(unlocked, ASKED)
    assert [(left.case, left.why) for left in propose(unlocked).left] == [(case, "No adviser is vetted yet.")]


def test_it_looks_at_every_request_that_is_open_whoever_takes_care_of_it(unlocked: Desk) -> None:
    offer(unlocked, {**ABLE, "hours": "More"}, vetted=True)
    new, opened, waiting, done, spam, merged = (request(unlocked, ASKED) for _ in range(6))
    for case, status in ((opened, "open"), (waiting, "waiting"), (done, "done"), (spam, "spam")):
        set_status(unlocked, [case], status)  # type: ignore[arg-type]  # each is a status
    merge(unlocked, [new, merged])
    assign_organizer(unlocked, [opened], "alice")
    assert [pair.case for pair in propose(unlocked).pairs] == sorted((new, opened))


def test_where_many_want_the_same_advisers_all_are_looked_at(unlocked: Desk) -> None:
    """More requests than candidates for each."""
    for number in range(70):
        offer(unlocked, {**ABLE, "hours": "An hour a week" if number else "More"}, vetted=True)
    for _ in range(60):
        request(unlocked, ASKED)
    found = propose(unlocked)
    assert len(found.pairs) == 60
    assert max(Counter(pair.match.adviser_id for pair in found.pairs).values()) <= 4


def test_the_reasons_come_with_it(unlocked: Desk) -> None:
    offer(unlocked, ABLE, vetted=True)
    request(unlocked, ASKED)
    (pair,) = propose(unlocked).pairs
    assert pair.match.reasons[0] == "Can help with Résumé, as asked."

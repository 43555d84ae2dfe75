"""Floods: whatever is changed in a text, it is one group; and what people write by themselves is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.desk.cases.listing import Filter, rows
from offramp.desk.cases.similar import Group, groups
from offramp.desk.cases.sketch import CLASSES, letters_only, likeness, sketch, values
from offramp.desk.cases.triage import set_status, undo
from offramp.desk.desk import Desk
from tests.desk.cases.filled import flood, ids, sealed_offer, take_in
from tests.desk.team import Team, Worker

BASE = (
    "Hello, my name is NAME. I have been a recruiter for NUMBER years, and I would be so very happy to find "
    "a new job for every single one of you heroes, call NUMBER any time, day or night, and ask for NAME."
)
HONEST = (
    "I teach interviewing at a community college and have an hour on Thursdays.",
    "Former federal HR specialist. I know how USAJOBS résumés are rated and can translate them for companies.",
    "Puedo ayudar con cartas de presentación en español e inglés.",
    "I left law enforcement myself eight years ago and now work in insurance fraud; glad to talk it through.",
    "Software engineer. I can look over résumés for technical roles, and introduce people to three employers.",
    "Retired career counselor, licensed in Texas. Two to four hours a week.",
    "Happy to help!",
    "I'd be glad to help with anything",
)


@pytest.fixture
def flooded(team: Team, unlocked: Desk) -> list[bytes]:
    """Forty of one kind, in different clothes, among honest ones; the ids of the forty."""
    made = [
        sealed_offer(team.first, text, contact=f"{n}@example.org") for n, text in enumerate(flood(BASE, 40))
    ]
    honest = [sealed_offer(team.first, text) for text in HONEST]
    take_in(unlocked, *made, *honest)
    return ids(made)


def test_a_flood_is_one_decision(unlocked: Desk, flooded: list[bytes]) -> None:
    (group,) = groups(unlocked)
    assert set(group.ids) == set(flooded)
    assert (group.kind, group.size, group.spam) == ("offer", 40, 0)
    set_status(unlocked, group.ids, "spam")
    assert groups(unlocked) == []
    assert len(rows(unlocked, Filter(statuses=("new",)))) == len(HONEST)
    undo(unlocked)
    assert groups(unlocked) == [group]


def test_what_comes_later_joins_its_group(team: Team, unlocked: Desk, flooded: list[bytes]) -> None:
    set_status(unlocked, flooded, "spam")
    more = [sealed_offer(team.first, text, contact="more") for text in list(flood(BASE, 47))[40:]]
    take_in(unlocked, *more)
    (group,) = groups(unlocked)
    assert set(group.ids) == set(ids(more))
    assert (group.size, group.spam) == (47, 40)


def test_groups_are_the_same_each_time(unlocked: Desk, flooded: list[bytes]) -> None:
    first = groups(unlocked)
    unlocked.memo.clear()
    letters = list(unlocked.letters.items())
    unlocked.letters = dict(reversed(letters))
    assert groups(unlocked) == first


def test_follow_ups_of_one_person_are_no_flood(team: Team, unlocked: Desk) -> None:
    worker = Worker.new()
    letters = [worker.writes_again(team.first, BASE, read=str(n)) for n in range(5)]
    take_in(unlocked, worker.asks(team.first, BASE), *letters)
    assert groups(unlocked) == []


def test_requests_and_offers_are_not_mixed(team: Team, unlocked: Desk) -> None:
    asked = [Worker.new().asks(team.first, text) for text in flood(BASE, 4)]
    offered = [sealed_offer(team.first, text) for text in flood(BASE, 4)]
    take_in(unlocked, *asked, *offered)
    found: list[Group] = groups(unlocked)
    assert sorted((one.kind, len(one.ids)) for one in found) == [("offer", 4), ("request", 4)]


def test_honest_texts_are_unlike() -> None:
    made = [values(sketch(text)) for text in (*HONEST, BASE)]
    alike = [likeness(one, other) for at, one in enumerate(made) for other in made[:at]]
    assert max(alike) < 0.2


@pytest.mark.parametrize(
    "changed",
    [
        BASE.replace("NAME", "Bob").replace("NUMBER", "12"),
        BASE.upper(),
        " ".join(BASE),
        BASE.replace("a", "а").replace("c", "с").replace("p", "р"),
        "".join(f"{letter}\u200b" for letter in BASE),
        BASE.replace("recruiter", "plumber").replace("heroes", "people"),
        BASE + " Kind regards, and keep up the good work!",
    ],
)
def test_edits_leave_a_text_alike(changed: str) -> None:
    assert likeness(values(sketch(BASE)), values(sketch(changed))) >= 0.5


@given(st.text())
def test_any_text_has_a_sketch(text: str) -> None:
    made = sketch(text)
    assert len(made) == (2 * CLASSES if letters_only(text) else 0)
    assert made == sketch(text)
    if made:
        assert likeness(values(made), values(made)) == 1


@pytest.mark.parametrize(
    "text", ["a" * 10_000_000, "é" * 5_000_000, "\u200b" * 5_000_000, "a\u0301" * 3_000_000]
)
def test_an_enormous_text_is_no_burden(text: str) -> None:
    """Only its beginning is looked at: the letters of all of it would take half a minute."""
    assert len(letters_only(text)) <= 3_000
    assert len(sketch(text)) in (0, 2 * CLASSES)

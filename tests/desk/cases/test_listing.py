"""Listing, filtering, counting and searching."""

from __future__ import annotations

import pytest

from offramp.crypto.event import Json
from offramp.desk import days
from offramp.desk.cases.errors import NoSuchCase, SeveralCases
from offramp.desk.cases.finding import find_case
from offramp.desk.cases.listing import Filter, all_rows, listing, rows
from offramp.desk.cases.search import search
from offramp.desk.cases.triage import add_note, assign, set_status
from offramp.desk.desk import Decision, Desk
from tests.desk.cases.filled import ids, sealed_offer, take_in
from tests.desk.team import Team, Worker, sealed


@pytest.fixture
def some(team: Team, unlocked: Desk) -> dict[str, bytes]:
    """A person in conversation, two requests without words, and two offers."""
    worker = Worker.new()
    requests = [
        sealed(team.first, "Über alles reden", ("Lebenslauf.pdf", b"%PDF")),
        sealed(team.first, "Out!"),
    ]
    offers = [
        sealed_offer(team.first, "I write résumés", regions="Texas", contact="zoe@example.org"),
        sealed_offer(team.first, "I know employers", regions="West"),
    ]
    take_in(unlocked, worker.asks(team.first, "I am an analyst"), *requests, *offers)
    names = ("talk", "out", "zoe", "west")
    return {"analyst": worker.thread} | dict(zip(names, ids([*requests, *offers]), strict=True))


def named(desk: Desk, some: dict[str, bytes], wanted: Filter) -> set[str]:
    return {name for row in rows(desk, wanted) for name, case in some.items() if case == row.id}


def test_what_needs_attention_comes_first(team: Team, unlocked: Desk, some: dict[str, bytes]) -> None:
    set_status(unlocked, [some["out"]], "spam")
    set_status(unlocked, [some["talk"]], "open")
    set_status(unlocked, [some["west"]], "done")
    found = [row.id for row in rows(unlocked)]
    assert found == [some[name] for name in ("analyst", "zoe", "talk", "west", "out")]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), {"analyst", "talk", "out", "zoe", "west"}),
        (Filter(kind="offer"), {"zoe", "west"}),
        (Filter(statuses=("new", "open")), {"analyst", "zoe", "west", "talk"}),
        (Filter(assignee="alice"), {"talk"}),
        (Filter(assignee="", kind="request"), {"analyst", "out"}),
        (Filter(has_files=True), {"talk"}),
        (Filter(wants_answer=True), {"analyst"}),
        (Filter(answered=False, kind="request"), {"analyst", "talk", "out"}),
        (Filter(vetting="vetted"), {"zoe"}),
        (Filter(vetting="none"), {"west"}),
        (Filter(values=(("regions", "Texas"),)), {"zoe"}),
        (Filter(values=(("regions", "Texas"), ("regions", "West"))), set()),
        (Filter(conflict=True), set()),
        (Filter(words="RESUMES"), {"zoe"}),
        (Filter(words="uber reden"), {"talk"}),
        (Filter(words="ÜBER lebenslauf"), {"talk"}),
        (Filter(words="i know", kind="request"), set()),
        (Filter(words="Rückruf"), {"out"}),
        (Filter(words='"i know employers"'), {"west"}),
        (Filter(words='"employers know"'), set()),
        (Filter(words=" \n"), {"analyst", "talk", "out", "zoe", "west"}),
        (Filter(words="call again"), {"analyst"}),
    ],
)
def test_filters(unlocked: Desk, some: dict[str, bytes], wanted: Filter, names: set[str]) -> None:
    set_status(unlocked, [some["out"]], "spam")
    assign(unlocked, [some["talk"]], "alice")
    unlocked.decide(Decision(some["zoe"], "vetting", {"is": "vetted"}))
    add_note(unlocked, some["out"], "Rückruf Montag")
    add_note(unlocked, some["analyst"], "Call\nagain")
    assert named(unlocked, some, wanted) == names


def test_counts_are_of_all_statuses(unlocked: Desk, some: dict[str, bytes]) -> None:
    set_status(unlocked, [some["out"], some["west"]], "spam")
    found = listing(unlocked, Filter(statuses=("spam",), kind="request"))
    assert dict(found.counts) == {"new": 2, "spam": 1}
    assert [row.id for row in found.rows] == [some["out"]]


def test_the_list_follows_every_change(team: Team, unlocked: Desk, some: dict[str, bytes]) -> None:
    assert len(search(unlocked, "second")) == 0
    before = all_rows(unlocked)
    take_in(unlocked, sealed(team.first, "a second one"))
    assert len(all_rows(unlocked)) == len(before) + 1
    (found,) = search(unlocked, "second")
    note = add_note(unlocked, found, "nothing of note")
    assert search(unlocked, "nothing note") == [found]
    unlocked.decide(Decision(found, "note", {"text": ""}, adds=True, after=(note.id,)))
    assert search(unlocked, "nothing") == []
    before.clear()
    assert len(all_rows(unlocked)) == 6  # whoever got the list may do with it what they like


def test_a_letter_on_its_own_line_is_never_joined_to_the_next(team: Team, unlocked: Desk) -> None:
    take_in(unlocked, sealed_offer(team.first, "one", languages="two"))
    assert search(unlocked, '"one two"') == []
    assert len(search(unlocked, "one two")) == 1


def test_an_id_is_found(unlocked: Desk, some: dict[str, bytes]) -> None:
    thread = some["analyst"]
    letter = unlocked.cases[thread].letters[0].id
    for name in (thread, letter):
        assert find_case(unlocked, name.hex()) == thread
        assert find_case(unlocked, f" {name.hex()[:12].upper()} ") == thread
        assert search(unlocked, name.hex()[:12]) == [thread]
    for typed in ("", "g", "f" * 33):
        with pytest.raises(NoSuchCase):
            find_case(unlocked, typed)


def test_an_id_that_is_too_short_for_one_case(team: Team, unlocked: Desk) -> None:
    take_in(unlocked, *(sealed(team.first, f"letter {n}") for n in range(17)))
    first = {case.hex()[0] for case in unlocked.cases}
    twice = next(one for one in first if sum(case.hex()[0] == one for case in unlocked.cases) > 1)
    with pytest.raises(SeveralCases):
        find_case(unlocked, twice)


@pytest.mark.parametrize("typed", ["Straße", "STRASSE", "straße"])
def test_searching_folds_case_and_accents(team: Team, unlocked: Desk, typed: str) -> None:
    take_in(unlocked, sealed(team.first, "Meine Straße, naïve café, \u1e9e"))
    for words in (typed, "NAIVE", "cafe\u0301", "CAFÉ"):
        assert len(search(unlocked, words)) == 1


def test_what_the_team_wrote_is_searched_and_ids_are_not(unlocked: Desk, some: dict[str, bytes]) -> None:
    today = days.today().isoformat()
    answer: dict[str, Json] = {
        "number": 1,
        "day": today,
        "last_day": today,
        "text": "Here is a plan",
        "files": [["Muster.odt", 5]],
        "reply": "fed0" * 8,
        "parcels": ["cafe" * 8],
        "taken_back": None,
    }
    profile: Json = {"name": "Zoë", "skills": ["Welding"], "languages": [], "regions": ["Texas"], "hours": 4}
    unlocked.decide(Decision(some["analyst"], "answer", answer, adds=True))
    unlocked.decide(Decision(some["zoe"], "profile", profile))
    assert search(unlocked, "plan muster") == [some["analyst"]]
    assert search(unlocked, "zoe welding") == [some["zoe"]]
    for digits in ("fed", "cafe"):
        assert search(unlocked, digits) == []

"""What can be decided, and which of two decisions counts."""

from __future__ import annotations

from typing import cast

import pytest

from offramp.crypto.errors import EventMalformed
from offramp.crypto.event import Json
from offramp.crypto.signing import signing_public
from offramp.desk.desk import Decision
from offramp.desk.team import fields
from offramp.desk.team.conflicts import conflicts
from offramp.desk.team.words import FIELDS
from tests.desk.events.circle import CASE, Circle

BAD: dict[str, Json] = {
    "status": {"is": "open"},
    "assignee": 5,
    "note": {"text": "half \ud800"},
    "mood": cast("Json", 1.5),
}


@pytest.mark.parametrize("field", BAD)
def test_what_no_desk_would_take_is_not_decided(circle: Circle, field: str) -> None:
    alice = circle.desk("alice")
    with pytest.raises(EventMalformed):
        alice.decide(Decision(CASE, field, BAD[field]))
    assert not alice.events
    assert not circle.desk("alice").events


@pytest.mark.parametrize(
    ("field", "careful", "other"),
    [
        ("status", {"is": "open", "letters": 1}, {"is": "spam", "letters": 1}),
        ("status", {"is": "waiting", "letters": 1}, {"is": "done", "letters": 1}),
        ("vetting", {"is": "declined"}, {"is": "vetted"}),
        ("vetting", {"is": "asked"}, {"is": "vetted"}),
    ],
)
@pytest.mark.parametrize("first", ["alice", "bob"])
def test_the_careful_decision_counts_until_somebody_settles_it(
    circle: Circle, field: str, careful: Json, other: Json, first: str
) -> None:
    """Whoever it is, and whatever the events' ids are."""
    one, two = circle.desk(first), circle.desk("bob" if first == "alice" else "alice")
    one.decide(Decision(CASE, field, careful))
    two.decide(Decision(CASE, field, other))
    circle.exchange(one, two)
    for desk in (one, two):
        assert desk.state.value(CASE, field) == careful
        [conflict] = conflicts(desk)
        assert conflict.heads[-1].value == careful
        assert {head.author for head in conflict.heads} == set(map(signing_public, circle.keys.values()))
    two.decide(Decision(CASE, field, other))
    circle.exchange(one, two)
    for desk in (one, two):
        assert conflicts(desk) == []
        assert desk.state.value(CASE, field) == other


def test_the_same_decision_twice_is_no_conflict(circle: Circle) -> None:
    """Nor is a status that only counts another number of letters."""
    alice, bob = circle.desk("alice"), circle.desk("bob")
    alice.decide(Decision(CASE, "status", {"is": "done", "letters": 1}))
    bob.decide(Decision(CASE, "status", {"is": "done", "letters": 2}))
    circle.exchange(alice, bob)
    assert conflicts(alice) == conflicts(bob) == []
    assert alice.state.value(CASE, "status") == bob.state.value(CASE, "status")


def test_notes_do_not_contradict(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    for desk in (alice, bob):
        desk.decide(Decision(CASE, "note", {"text": desk.me.name}, adds=True))
    circle.exchange(alice, bob)
    assert conflicts(alice) == []
    texts = [head.value for head in alice.state.heads(CASE, "note")]
    assert sorted(map(str, texts)) == ["{'text': 'alice'}", "{'text': 'bob'}"]


def test_whatever_can_be_in_conflict_has_a_name_for_people() -> None:
    assert set(FIELDS) == {name for name, one in fields.FIELDS.items() if not one.collects}

"""In whatever order events come, how often, and in whatever letters: desks that have the same show the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.crypto.event import Event, Json
from offramp.desk import keys
from offramp.desk.desk import Decision, Desk
from offramp.desk.team.chains import forks, missing
from offramp.desk.team.conflicts import conflicts
from offramp.desk.team.sharing import share
from offramp.desk.team.state import State
from offramp.desk.vault import vault
from tests.desk.events.circle import CASE, OTHER_CASE, Circle, says, seen
from tests.desk.team import CHEAP

CASES = (CASE, OTHER_CASE)


@dataclass(frozen=True)
class Step:
    """Somebody decides something, and then perhaps hears of what some others have decided."""

    who: int
    case: int
    field: str
    value: int
    hears: tuple[int, ...]


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, 1),
        st.integers(0, 1),
        st.sampled_from(["status", "assignee", "note", "note changed", "vetting"]),
        st.integers(0, 3),
        st.lists(st.integers(0, 20), max_size=4).map(tuple),
    ),
    min_size=1,
    max_size=10,
)


def decided(desk: Desk, step: Step) -> Event:
    """The step's decision, as the person at this desk makes it with what they know."""
    case = CASES[step.case]
    values: dict[str, Json] = {
        "status": {"is": ("open", "waiting", "done", "spam")[step.value], "letters": step.value},
        "assignee": ("", "alice", "bob", "carol")[step.value],
        "note": {"text": f"note {step.value}"},
        "vetting": {"is": ("none", "asked", "vetted", "declined")[step.value]},
    }
    if step.field != "note changed":
        return desk.decide(Decision(case, step.field, values[step.field], adds=step.field == "note"))
    after = desk.state.head_ids(case, "note")[:1]
    return desk.decide(Decision(case, "note", {"text": "changed"}, adds=True, after=after))


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, data=st.data())
def test_desks_agree(steps: list[Step], data: st.DataObject) -> None:
    """Two desks decide and hear of each other in pieces; a third hears of all at the end, in any order."""
    with _circle() as circle:
        desks = [circle.desk("alice"), circle.desk("bob")]
        letters: list[bytes] = []
        for step in steps:
            decided(desks[step.who], step)
            letters += [one for one in share(desks[step.who]) if one not in letters]
            circle.carry([letters[heard % len(letters)] for heard in step.hears], desks[step.who])
        for desk in (*desks, carol := circle.desk("carol")):
            for part in _deliveries(data, letters):
                circle.carry(part, desk)
        for desk in (*desks, carol):
            assert seen(desk) == seen(carol)
            assert conflicts(desk) == conflicts(carol)
            assert (missing(desk), forks(desk)) == ([], [])
            assert share(desk) == []
        assert len(carol.events) == len(steps)
        before = seen(desks[0])
        assert seen(circle.desk("alice")) == before  # and after unlocking


def _deliveries(data: st.DataObject, letters: list[bytes]) -> Iterator[list[bytes]]:
    """All letters in some order, some of them several times, cut into bundles."""
    again = data.draw(st.lists(st.sampled_from(letters), max_size=4))
    order = data.draw(st.permutations([*letters, *again]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
        yield order[start:end]


def _circle() -> _Lent:
    return _Lent()


class _Lent:
    """A circle in a folder of its own: hypothesis and pytest's folders do not go together."""

    def __enter__(self) -> Circle:
        self._folder = tempfile.TemporaryDirectory()
        self._patch = pytest.MonkeyPatch()
        for name, value in CHEAP.items():
            self._patch.setitem(keys.test_only_cost, name, value)
            self._patch.setitem(vault.test_only_cost, name, value)
        self._circle = Circle(Path(self._folder.name) / "circle")
        self._circle.sign("alice", "bob", "carol")
        return self._circle

    def __exit__(self, *_: object) -> None:
        self._circle.lock()
        self._patch.undo()
        self._folder.cleanup()


def shown(state: State) -> dict[tuple[bytes, str], object]:
    return {
        (subject, name): state.heads(subject, name)
        for subject in state.subjects()
        for name in state.fields(subject)
    }


@settings(deadline=None)
@given(data=st.data())
def test_a_state_is_the_same_from_events_in_any_order(events: list[Event], data: st.DataObject) -> None:
    order = data.draw(st.permutations([*events, *events[:3]]))
    split = data.draw(st.integers(0, len(order)))
    state = State(order[:split])
    for event in order[split:]:
        state.apply(event)
    assert shown(state) == shown(State(events))


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Two people who contradict each other, settle it, and contradict each other again."""
    with _circle() as circle:
        alice, bob = circle.desk("alice"), circle.desk("bob")
        made = [says(alice, "open"), says(bob, "done"), says(bob, "spam", OTHER_CASE)]
        circle.exchange(alice, bob)
        made += [says(alice, "waiting"), says(bob, "open")]
        circle.exchange(alice, bob)
        made += [says(alice, "done"), bob.decide(Decision(CASE, "note", {"text": "hm"}, adds=True))]
        return made


def test_every_order_of_a_contradiction(events: list[Event]) -> None:
    wanted = shown(State(events[:5]))
    assert all(shown(State(order)) == wanted for order in permutations(events[:5]))
    assert State(events[:5]).in_conflict(CASE, "status")
    assert State(events[:5]).value(CASE, "status") == {"is": "open", "letters": 1}

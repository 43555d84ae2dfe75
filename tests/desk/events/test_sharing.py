"""What one organizer decides, the others see; and nothing is pushed again that has come back."""

from __future__ import annotations

import pytest

from offramp.crypto.envelope import read_header
from offramp.desk.desk import Decision
from offramp.desk.team.sharing import SHARED, share, shared, to_share
from offramp.desk.vault.vault import HOUSE
from tests.desk.events.circle import CASE, OTHER_CASE, Circle, says, seen
from tests.desk.team import sealed


def test_a_decision_reaches_the_others(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(alice, "open")
    [found] = circle.carry(share(alice), bob)
    assert (found.events, found.refused) == (1, [])
    assert bob.state.value(CASE, "status") == {"is": "open", "letters": 1}
    assert bob.team.name_of(bob.state.heads(CASE, "status")[0].author) == "alice"
    assert seen(circle.desk("bob")) == seen(alice)  # unlocked anew


def test_what_is_shared_stays_the_same_to_the_byte_until_it_has_come_back(circle: Circle) -> None:
    alice = circle.desk("alice")
    says(alice, "open")
    [first] = share(alice)
    assert share(alice) == share(circle.desk("alice")) == [first]
    alice = circle.desks["alice"]
    says(alice, "done")
    both = share(alice)
    assert len(both) == 2
    assert first in both
    circle.carry([first], alice)
    assert set(share(alice)) == set(both) - {first}
    circle.carry(both, alice)
    assert share(alice) == []
    assert to_share(alice) == []
    assert list(shared(circle.desk("alice"))) == []


def test_events_of_others_are_not_shared_again(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(alice, "open")
    circle.exchange(alice, bob)
    assert share(bob) == []


def test_a_newer_keyset_has_what_did_not_come_back_sealed_anew(circle: Circle) -> None:
    alice = circle.desk("alice")
    says(alice, "open")
    [old] = share(alice)
    newer = circle.sign("alice", "bob")
    alice = circle.desk("alice")
    [new] = share(alice)
    assert new != old
    assert read_header(new).keyset_id == newer.id
    assert [name for _, name in alice.small[SHARED]] == [one.id for one in shared(alice)]
    assert alice.vault.get(HOUSE, "shared_envelope", next(shared(alice)).id) == new


def test_a_keyset_that_changes_nothing_has_nothing_sealed_that_came_back(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(alice, "open")
    circle.exchange(alice, bob)
    circle.sign("alice", "bob")
    assert share(circle.desk("alice")) == []


def test_a_new_organizer_gets_what_was_decided_before(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(alice, "open")
    says(bob, "done", OTHER_CASE)
    circle.exchange(alice, bob)
    circle.sign("alice", "bob", "carol")
    alice, bob, carol = (circle.desk(name) for name in ("alice", "bob", "carol"))
    circle.exchange(alice, bob, carol)
    assert seen(carol) == seen(alice) == seen(bob)
    assert carol.state.value(OTHER_CASE, "status") == {"is": "done", "letters": 1}
    assert share(alice) == share(bob) == share(carol) == []


def test_what_somebody_decided_who_left_reaches_a_new_organizer(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(bob, "done")
    circle.exchange(alice, bob)
    circle.sign("alice", "carol")
    alice, carol = circle.desk("alice"), circle.desk("carol")
    circle.exchange(alice, carol)
    assert carol.state.value(CASE, "status") == {"is": "done", "letters": 1}
    assert [one.name for one in carol.team.former] == ["bob"]


def test_somebody_alone_shares_with_nobody(circle: Circle) -> None:
    circle.sign("alice")
    alice = circle.desk("alice")
    says(alice, "open")
    assert share(alice) == []


def test_without_a_team_list_there_is_nobody_to_tell(circle: Circle) -> None:
    for path in circle.folder.team.iterdir():
        path.unlink()
    alice = circle.desk("alice")
    says(alice, "open")
    assert share(alice) == []
    assert [one.name for one in alice.team.members] == ["alice"]


def test_ten_thousand_decisions_are_few_letters(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    cases = [number.to_bytes(16) for number in range(1, 9_001)]
    alice.decide(*(Decision(case, "status", {"is": "spam", "letters": 1}) for case in cases))
    for _ in range(20):
        says(alice, "done")
    envelopes = share(alice)
    assert len(envelopes) <= 2
    [found] = circle.carry(envelopes, bob)
    assert found.events == 21
    assert seen(bob) == seen(alice)


def test_a_letter_with_something_in_it_that_was_forgotten_is_made_anew(circle: Circle) -> None:
    alice = circle.desk("alice")
    gone, stays = says(alice, "open"), says(alice, "open", OTHER_CASE)
    [old] = share(alice)
    del alice.events[gone.id]  # as forgetting does
    [new] = share(alice)
    assert new != old
    assert [one.events for one in shared(alice)] == [frozenset({stays.id})]


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_ordinary_letters_beside_them_are_imported_as_ever(circle: Circle, name: str) -> None:
    alice = circle.desk("alice")
    says(alice, "open")
    [found] = circle.carry([sealed(circle.keysets[0]), *share(alice)], circle.desk(name))
    assert (found.letters, found.refused) == (1, [])

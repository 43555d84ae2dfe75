"""What comes in a team letter is believed only if an organizer signed it, and only once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offramp.crypto.errors import (
    EventForged,
    EventFromStranger,
    EventMalformed,
    EventOfAnotherCampaign,
    EventReplayed,
    UnsupportedVersion,
)
from offramp.crypto.event import Change, sign_event
from offramp.crypto.opening import OpeningKey
from offramp.crypto.signing import signing_seed
from offramp.desk import days
from offramp.desk.cases.importing import Imported
from offramp.desk.desk import Desk, Person
from offramp.desk.team.chains import Fork, Missing, forgotten_event, forks, missing
from offramp.desk.team.receiving import MOST_REFUSED, receive_one, team_letters
from offramp.desk.team.sharing import share
from tests.desk.events.circle import CASE, OTHER_CASE, Circle, forged, says, seen
from tests.desk.team import person

OPEN = Change(CASE, "status", {"is": "open", "letters": 1})


def arrives(circle: Circle, desk: Desk, *events: bytes) -> Imported:
    [found] = circle.carry([circle.letter(*events)], desk)
    return found


def reasons(found: Imported) -> list[type[Exception]]:
    return [type(reason) for _, reason in found.refused]


def signed_by(circle: Circle, name: str, *changes: Change, number: int = 1) -> bytes:
    return forged(signing_seed(circle.keys[name]), *changes, number=number).raw


def test_forged_in_every_byte(circle: Circle) -> None:
    """Whatever is changed in an event, it is refused by name, and nothing of it has an effect."""
    bob = circle.desk("bob")
    raw = signed_by(circle, "alice", OPEN)
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 1
        found = arrives(circle, bob, bytes(changed))
        assert found.events == 0
        [reason] = reasons(found)
        assert reason in (EventForged, EventMalformed, EventFromStranger, UnsupportedVersion)
    assert not bob.events
    assert seen(bob) == {}
    assert arrives(circle, bob, raw).events == 1


def test_refused_by_name(circle: Circle) -> None:
    bob = circle.desk("bob")
    stranger = forged(bytes(32), OPEN).raw
    adviser = Person.adviser("dana", OpeningKey.generate())
    other = forged(signing_seed(circle.keys["alice"]), OPEN, campaign="other").raw
    good = signed_by(circle, "alice", OPEN)
    bad_value = signed_by(circle, "alice", Change(CASE, "status", {"is": "gone", "letters": 1}))
    found = arrives(
        circle,
        bob,
        stranger,
        forged(adviser.seed, OPEN).raw,
        other,
        good[:-1] + bytes((good[-1] ^ 1,)),
        b"not an event",
        bad_value,
        good[:16] + b"\2" + good[17:],
    )
    assert reasons(found) == [
        EventFromStranger,
        EventFromStranger,
        EventOfAnotherCampaign,
        EventForged,
        EventMalformed,
        EventMalformed,
        UnsupportedVersion,
    ]
    assert found.events == 0
    assert not bob.events
    [kept] = team_letters(circle.desk("bob"))
    assert kept.refused == {
        "EventFromStranger": 2,
        "EventOfAnotherCampaign": 1,
        "EventForged": 1,
        "EventMalformed": 2,
        "UnsupportedVersion": 1,
    }


def test_one_bad_event_does_not_keep_the_good_ones_out(circle: Circle) -> None:
    bob = circle.desk("bob")
    found = arrives(circle, bob, b"noise", signed_by(circle, "alice", OPEN), b"")
    assert (found.events, reasons(found)) == (1, [EventMalformed, EventMalformed])


def test_a_replay_changes_nothing(circle: Circle) -> None:
    """Also where it would bring back what was decided otherwise since."""
    alice, bob = circle.desk("alice"), circle.desk("bob")
    early = says(alice, "open")
    circle.exchange(alice, bob)
    says(alice, "done")
    circle.exchange(alice, bob)
    before = seen(bob)
    found = arrives(circle, bob, early.raw, early.raw)
    assert (found.events, found.refused, seen(bob)) == (0, [], before)
    with pytest.raises(EventReplayed):
        receive_one(bob, early.raw)


def test_twice_in_one_bundle_is_once(circle: Circle) -> None:
    bob = circle.desk("bob")
    raw = signed_by(circle, "alice", OPEN)
    [found] = circle.carry([circle.letter(raw, raw), circle.letter(raw)], bob)
    assert (found.events, found.refused, len(bob.events)) == (1, [], 1)


def test_what_was_forgotten_stays_away(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    event = says(alice, "open")
    circle.carry(share(alice), bob)
    bob.keep(forgotten_event(event))
    bob.events.pop(event.id)
    found = arrives(circle, bob, event.raw)
    assert (found.events, found.refused) == (0, [])
    assert event.id not in bob.events
    assert missing(bob) == []


def test_my_own_numbers_go_on_after_what_was_forgotten(circle: Circle) -> None:
    alice = circle.desk("alice")
    first, last = says(alice, "open"), says(alice, "done")
    alice.keep(forgotten_event(last))
    alice.events.pop(last.id)
    after = says(alice, "open", OTHER_CASE)
    assert (after.number, after.previous) == (3, last.id)
    assert first.number == 1


def test_events_of_a_field_that_is_not_known_yet_are_kept(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    raw = signed_by(circle, "alice", Change(CASE, "mood", {"anything": [1, None]}))
    assert arrives(circle, bob, raw).events == 1
    assert bob.state.value(CASE, "mood") == {"anything": [1, None]}
    assert alice.state.value(CASE, "mood") is None


def test_a_letter_full_of_noise_costs_little_and_says_so(circle: Circle) -> None:
    bob = circle.desk("bob")
    found = arrives(circle, bob, *[b"noise"] * 1000)
    assert len(found.refused) == MOST_REFUSED


def test_somebody_who_left_cannot_decide_any_more(circle: Circle) -> None:
    today = days.today()
    early = signed_by(circle, "bob", OPEN)
    circle.sign("alice", day=today - timedelta(days=1))
    alice = circle.desk("alice")
    assert reasons(arrives(circle, alice, early)) == [EventFromStranger]
    before = sign_event(
        signing_seed(circle.keys["bob"]),
        campaign="quit-ice",
        number=1,
        previous=bytes(16),
        day=today - timedelta(days=1),
        changes=(OPEN,),
    )
    assert arrives(circle, alice, before.raw).events == 1
    assert alice.team.name_of(before.author) == "bob"


def test_somebody_who_came_back_can(circle: Circle) -> None:
    yesterday = days.today() - timedelta(days=1)
    circle.sign("alice", day=yesterday)
    circle.sign("alice", "bob", day=yesterday)
    assert arrives(circle, circle.desk("alice"), signed_by(circle, "bob", OPEN)).events == 1


def test_what_is_missing_is_told(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    made = [says(alice, word) for word in ("open", "waiting", "done", "open")]
    arrives(circle, bob, made[1].raw, made[3].raw)
    assert missing(bob) == [Missing(alice.me.public, 2)]
    arrives(circle, bob, made[2].raw, made[0].raw)
    assert missing(bob) == []


def test_one_number_twice_is_kept_and_shown(circle: Circle) -> None:
    """A desk that was brought back from a backup, or a key in other hands: the team must see it."""
    bob = circle.desk("bob")
    one = signed_by(circle, "alice", OPEN)
    other = signed_by(circle, "alice", Change(CASE, "status", {"is": "done", "letters": 1}))
    found = arrives(circle, bob, one, other)
    assert (found.events, found.refused) == (2, [])
    author = person("alice", circle.keys["alice"]).public
    assert forks(bob) == [Fork(author, 1, tuple(sorted(bob.events)))]
    assert bob.state.in_conflict(CASE, "status")


def test_a_crash_in_between_leaves_a_letter_to_be_read_again(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    says(alice, "open")
    envelopes = share(alice)

    class Stopped(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(type(bob), "take_event", stop)
        with pytest.raises(Stopped):
            circle.carry(envelopes, bob)
    bob = circle.desk("bob")
    circle.carry(envelopes, bob)
    assert seen(bob) == seen(alice)
    assert share(bob) == []

"""What is shown as one: retries by themselves, and what an organizer merged."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from offramp.crypto.sealing import seal
from offramp.desk.cases.duplicates import proposals
from offramp.desk.cases.errors import DifferentKinds, NeedsTwoCases, NotMerged
from offramp.desk.cases.listing import rows
from offramp.desk.cases.merging import letters_of, main_of, members_of
from offramp.desk.cases.search import search
from offramp.desk.cases.status import status_of
from offramp.desk.cases.triage import add_note, merge, notes_of, set_status, undo, unmerge
from offramp.desk.desk import Desk
from tests.desk.cases.filled import exchange, ids, sealed_offer, take_in
from tests.desk.team import Team, Worker, letter, sealed


@pytest.fixture
def three(team: Team, unlocked: Desk, bobs: Desk) -> list[bytes]:
    made = [sealed(team.first, f"letter {n}") for n in range(3)]
    take_in(unlocked, *made)
    take_in(bobs, *made)
    return ids(made)


def test_a_letter_that_came_twice_is_one_case(team: Team, unlocked: Desk) -> None:
    made = [sealed(team.first, "the same", ("cv.pdf", b"%PDF")) for _ in range(3)]
    take_in(unlocked, *made)
    (row,) = rows(unlocked)
    assert (row.letters, row.merged, row.files) == (1, 2, 1)
    assert set(members_of(unlocked, row.id)) == set(ids(made))
    assert {main_of(unlocked, one) for one in ids(made)} == {row.id}


@pytest.mark.parametrize("what", ["text", "file", "file's name", "purpose"])
def test_what_differs_in_anything_is_not_the_same(team: Team, unlocked: Desk, what: str) -> None:
    one = letter(team.first, "the same", ("cv.pdf", b"1234"))
    other = {
        "text": letter(team.first, "the same.", ("cv.pdf", b"1234")),
        "file": letter(team.first, "the same", ("cv.pdf", b"1235")),
        "file's name": letter(team.first, "the same", ("CV.pdf", b"1234")),
        "purpose": replace(one, purpose="offer"),
    }[what]
    take_in(unlocked, seal(one, team.first), seal(other, team.first))
    assert len(rows(unlocked)) == 2


def test_the_same_under_other_words_is_only_proposed(team: Team, unlocked: Desk) -> None:
    """Each can be answered under its own words alone."""
    one, other = Worker.new(), Worker.new()
    take_in(unlocked, one.asks(team.first, "the same"), other.asks(team.first, "the same"))
    assert len(rows(unlocked)) == 2
    (found,) = proposals(unlocked)
    assert set(found.ids) == {one.thread, other.thread}
    merge(unlocked, found.ids)
    assert proposals(unlocked) == []


def test_the_same_way_to_reach_them_is_proposed(team: Team, unlocked: Desk) -> None:
    made = [
        sealed_offer(team.first, "I can help.", contact="Zoë@Example.org"),
        sealed_offer(team.first, "Did you get my offer?", contact="zoe@example.org "),
        sealed_offer(team.first, "Somebody else", contact="somebody@example.org"),
    ]
    take_in(unlocked, *made)
    (found,) = proposals(unlocked)
    assert set(found.ids) == set(ids(made)[:2])
    merge(unlocked, found.ids)
    unmerge(unlocked, found.ids[0])
    assert proposals(unlocked) == []  # somebody has decided


def test_a_retry_that_comes_later_joins_the_case_that_was_decided_about(team: Team, unlocked: Desk) -> None:
    for _ in range(6):  # ids are random, and the older must win however they compare
        first, again = (sealed(team.first, "the same") for _ in range(2))
        take_in(unlocked, first)
        case = main_of(unlocked, ids([first])[0])
        set_status(unlocked, [case], "done")
        take_in(unlocked, again)
        assert main_of(unlocked, ids([again])[0]) == case
        assert status_of(unlocked, ids([again])[0]).name == "done"


def test_merged_cases_are_one_and_apart_again(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    add_note(unlocked, three[1], "about the second")
    merge(unlocked, three[:2])
    assert len(rows(unlocked)) == 2
    assert len(letters_of(unlocked, three[1])) == 2
    assert [one.text for one in notes_of(unlocked, three[0])] == ["about the second"]
    set_status(unlocked, three[:2], "done")
    assert status_of(unlocked, three[1]).name == "done"
    exchange(unlocked, bobs)
    assert rows(bobs) == rows(unlocked)
    unmerge(bobs, three[1])
    exchange(unlocked, bobs)
    assert len(rows(unlocked)) == 3
    assert status_of(unlocked, three[1]).name == "new"
    with pytest.raises(NotMerged):
        unmerge(unlocked, three[2])


def test_merging_is_undone(unlocked: Desk, three: list[bytes]) -> None:
    before = rows(unlocked)
    merge(unlocked, three)
    undo(unlocked)
    assert rows(unlocked) == before


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_merging_in_a_circle_is_the_same_on_every_desk(
    unlocked: Desk, bobs: Desk, three: list[bytes], order: tuple[int, ...]
) -> None:
    """Two people merge the same cases the other way round, not knowing of each other."""
    one, two, three_ = (three[n] for n in order)
    merge(unlocked, [one, two])
    merge(unlocked, [two, three_])
    merge(bobs, [two, one])
    merge(bobs, [three_, two])
    exchange(unlocked, bobs)
    assert rows(unlocked) == rows(bobs)
    assert len(rows(unlocked)) == 1


def test_what_cannot_be_merged(team: Team, unlocked: Desk, three: list[bytes]) -> None:
    offer = sealed_offer(team.first, "I can help.")
    take_in(unlocked, offer)
    with pytest.raises(DifferentKinds):
        merge(unlocked, [three[0], *ids([offer])])
    with pytest.raises(NeedsTwoCases):
        merge(unlocked, [three[0], three[0]])


def test_a_case_merged_into_one_that_is_not_here_is_still_shown(
    team: Team, unlocked: Desk, bobs: Desk
) -> None:
    """Bob's desk has letters that alice's has not fetched yet."""
    made = [sealed(team.first, f"letter {n}") for n in range(3)]
    take_in(bobs, *made)
    take_in(unlocked, *made[1:])
    merge(bobs, ids(made))
    exchange(unlocked, bobs)
    assert len(rows(unlocked)) == 1
    take_in(unlocked, *made)
    assert rows(unlocked) == rows(bobs)


def test_what_comes_to_a_merged_case_is_seen(team: Team, unlocked: Desk, bobs: Desk) -> None:
    """The list, the search and the status go by all that is shown as one."""
    one, other = Worker.new(), Worker.new()
    first = (one.asks(team.first, "first"), other.asks(team.first, "lost my words"))
    take_in(unlocked, *first)
    take_in(bobs, *first)
    merge(unlocked, [one.thread, other.thread])
    set_status(unlocked, [one.thread], "done")
    assert [(row.letters, row.status) for row in rows(unlocked)] == [(2, "done")]
    assert search(unlocked, "bananas") == []
    take_in(unlocked, other.writes_again(team.first, "bananas"))
    assert [(row.letters, row.status) for row in rows(unlocked)] == [(3, "open")]
    assert search(unlocked, "bananas") == [one.thread]
    add_note(bobs, other.thread, "bob knew nothing of the merging")
    exchange(unlocked, bobs)
    assert rows(unlocked)[0].notes == 1
    unmerge(unlocked, other.thread)
    assert [row.notes for row in rows(unlocked) if row.id == one.thread] == [0]
    assert search(unlocked, "bananas") == [other.thread]

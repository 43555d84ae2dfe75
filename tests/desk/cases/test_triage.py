"""Status, assignment, notes and undo."""

from __future__ import annotations

import pytest

from offramp.desk.cases.errors import EmptyNote, NoSuchNote, NoteTooLong, NothingToUndo, NotUndoable
from offramp.desk.cases.listing import rows
from offramp.desk.cases.status import STATUSES, assignee_of, status_of
from offramp.desk.cases.triage import add_note, assign, change_note, notes_of, set_status, undo
from offramp.desk.desk import Decision, Desk
from tests.desk.cases.filled import exchange, ids, take_in
from tests.desk.team import Team, Worker, sealed


@pytest.fixture
def three(team: Team, unlocked: Desk, bobs: Desk) -> list[bytes]:
    """Three cases at both desks."""
    made = [sealed(team.first, f"letter {n}") for n in range(3)]
    take_in(unlocked, *made)
    take_in(bobs, *made)
    return ids(made)


@pytest.mark.parametrize("status", STATUSES[1:])
def test_a_status_is_one_event_for_many_cases(unlocked: Desk, three: list[bytes], status: str) -> None:
    event = set_status(unlocked, three, status)  # type: ignore[arg-type]
    assert event is not None
    assert len(event.changes) == 3
    assert {status_of(unlocked, case).name for case in three} == {status}
    assert set_status(unlocked, three, status) is None  # type: ignore[arg-type]
    assert len(unlocked.events) == 1


def test_new_is_what_nobody_decided(unlocked: Desk, three: list[bytes]) -> None:
    assert status_of(unlocked, three[0]).since is None
    assert set_status(unlocked, three[:1], "new") is not None


@pytest.mark.parametrize("status", ["waiting", "done"])
def test_whoever_writes_again_is_open_again(team: Team, unlocked: Desk, status: str) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.asks(team.first, "first"))
    set_status(unlocked, [worker.thread], status)  # type: ignore[arg-type]
    take_in(unlocked, worker.writes_again(team.first, "second"))
    found = status_of(unlocked, worker.thread)
    assert (found.name, found.decided, found.wrote_again) == ("open", status, True)
    assert rows(unlocked)[0].wrote_again
    set_status(unlocked, [worker.thread], status)  # type: ignore[arg-type]
    assert status_of(unlocked, worker.thread).name == status


def test_spam_stays_spam_however_much_they_write(team: Team, unlocked: Desk) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.asks(team.first, "first"))
    set_status(unlocked, [worker.thread], "spam")
    take_in(unlocked, worker.writes_again(team.first, "second"))
    assert status_of(unlocked, worker.thread)[:3] == ("spam", "spam", False)


def test_a_retry_is_not_writing_again(team: Team, unlocked: Desk) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.asks(team.first, "the same"))
    set_status(unlocked, [worker.thread], "waiting")
    take_in(unlocked, worker.asks(team.first, "the same"))
    assert len(unlocked.cases[worker.thread].letters) == 2
    assert status_of(unlocked, worker.thread).name == "waiting"


def test_two_who_decide_differently_are_shown(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three[:1], "done")
    set_status(bobs, three[:1], "open")
    exchange(unlocked, bobs)
    assert status_of(unlocked, three[0]) == status_of(bobs, three[0])
    assert status_of(unlocked, three[0]).conflict
    assert rows(unlocked)[0].id == three[0]
    set_status(unlocked, three[:1], "done")
    exchange(unlocked, bobs)
    assert status_of(bobs, three[0])[:4] == ("done", "done", False, False)


def test_two_who_agree_are_no_conflict(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three, "done")
    set_status(bobs, three, "done")
    exchange(unlocked, bobs)
    assert not status_of(unlocked, three[0]).conflict


def test_assigning(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    assert assign(unlocked, three, "") is None
    assign(unlocked, three[:2], "bob")
    assert [assignee_of(unlocked, case) for case in three] == ["bob", "bob", ""]
    assert assign(unlocked, three[:1], "bob") is None
    exchange(unlocked, bobs)
    assert [row.assignee for row in rows(bobs)].count("bob") == 2


def test_notes_are_written_changed_and_withdrawn(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    mine = add_note(unlocked, three[0], "  call back \n").id
    add_note(bobs, three[0], "bob's")
    exchange(unlocked, bobs)
    assert [one.text for one in notes_of(bobs, three[0])] == [
        one.text for one in notes_of(unlocked, three[0])
    ]
    assert {one.text for one in notes_of(bobs, three[0])} == {"call back", "bob's"}
    changed = change_note(bobs, three[0], mine, "called back").id
    exchange(unlocked, bobs)
    assert {one.text for one in notes_of(unlocked, three[0])} == {"called back", "bob's"}
    with pytest.raises(NoSuchNote):
        change_note(unlocked, three[0], mine, "too late")
    change_note(unlocked, three[0], changed, " ")
    assert [one.text for one in notes_of(unlocked, three[0])] == ["bob's"]
    assert next(row for row in rows(unlocked) if row.id == three[0]).notes == 1


@pytest.mark.parametrize(("text", "reason"), [(" \n ", EmptyNote), ("x" * 20_001, NoteTooLong)])
def test_a_note_that_is_none(unlocked: Desk, three: list[bytes], text: str, reason: type[Exception]) -> None:
    with pytest.raises(reason):
        add_note(unlocked, three[0], text)
    assert unlocked.events == {}


def test_undo_gives_back_what_was_there_for_all_cases(unlocked: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three[:1], "open")
    set_status(unlocked, three, "spam")
    done = undo(unlocked)
    assert set(done.given_back) == set(three)
    assert [status_of(unlocked, case).name for case in three] == ["open", "new", "new"]
    assert len(unlocked.events) == 3


def test_undoing_twice_goes_further_back(unlocked: Desk, three: list[bytes]) -> None:
    before = rows(unlocked)
    set_status(unlocked, three[:1], "open")
    assign(unlocked, three[:1], "bob")
    note = add_note(unlocked, three[0], "one").id
    change_note(unlocked, three[0], note, "two")
    undo(unlocked)
    assert [one.text for one in notes_of(unlocked, three[0])] == ["one"]
    for _ in range(3):
        undo(unlocked)
    assert rows(unlocked) == before
    with pytest.raises(NothingToUndo):
        undo(unlocked)


def test_undo_leaves_what_has_moved_on(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three, "spam")
    exchange(unlocked, bobs)
    set_status(bobs, three[:1], "open")
    exchange(unlocked, bobs)
    done = undo(unlocked)
    assert done.moved_on == (three[0],)
    assert set(done.given_back) == set(three[1:])
    assert [status_of(unlocked, case).name for case in three] == ["open", "new", "new"]


def test_undo_is_ones_own(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(bobs, three, "spam")
    exchange(unlocked, bobs)
    with pytest.raises(NothingToUndo):
        undo(unlocked)


def test_an_event_by_its_id_is_undone(unlocked: Desk, three: list[bytes]) -> None:
    first = set_status(unlocked, three[:1], "open")
    set_status(unlocked, three[1:], "done")
    assert first is not None
    assert undo(unlocked, first.id).given_back == (three[0],)
    assert [status_of(unlocked, case).name for case in three] == ["new", "done", "done"]


def test_what_has_left_the_house_is_not_undone(unlocked: Desk, three: list[bytes]) -> None:
    unlocked.decide(
        Decision(three[0], "draft_done", {"draft": "00" * 16, "what": "used"}, adds=True),
        Decision(three[0], "status", {"is": "open", "letters": 1}),
    )
    with pytest.raises(NotUndoable):
        undo(unlocked)
    assert status_of(unlocked, three[0]).name == "open"


def test_a_decision_of_one_case_lies_in_its_room(unlocked: Desk, three: list[bytes]) -> None:
    """So it is destroyed with the case; an undo of it too."""
    set_status(unlocked, three[:1], "open")
    undo(unlocked)
    rooms = {one.room for one in unlocked.vault.records() if one.kind == "event"}
    assert rooms == {three[0]}

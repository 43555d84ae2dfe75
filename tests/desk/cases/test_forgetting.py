"""Forgetting: what is over for long enough is gone, with its keys, and nothing brings it back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.bundle import read_bundle
from offramp.crypto.envelope import envelope_id
from offramp.crypto.errors import NotABundle
from offramp.crypto.event import Json
from offramp.desk import days
from offramp.desk.bundle_lock import locked
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.errors import BadNumberOfDays, NotOver, StillAtWork
from offramp.desk.cases.forgetting import (
    days_kept,
    drop_forgotten,
    due,
    forget,
    forget_due,
    held,
    set_days_kept,
)
from offramp.desk.cases.importing import import_bundle
from offramp.desk.cases.listing import rows
from offramp.desk.cases.merging import members_of
from offramp.desk.cases.search import search
from offramp.desk.cases.status import status_of
from offramp.desk.cases.triage import add_note, merge, set_status, undo
from offramp.desk.desk import Decision, Desk
from offramp.desk.errors import BundleInUse
from offramp.desk.team.chains import missing
from tests.desk.cases.filled import bundle_of, exchange, ids, sealed_offer, take_in
from tests.desk.team import PASSPHRASE, Team, Worker, sealed, write_bundle


@pytest.fixture
def three(team: Team, unlocked: Desk, bobs: Desk) -> list[bytes]:
    made = [sealed(team.first, f"letter {n}", (f"{n}.pdf", bytes(9))) for n in range(3)]
    take_in(unlocked, *made)
    take_in(bobs, *made)
    return ids(made)


def later(monkeypatch: pytest.MonkeyPatch, number: int) -> date:
    """So many days from now on every desk."""
    day = days.today() + timedelta(days=number)
    monkeypatch.setattr(days, "today", lambda: day)
    return day


def unlock(desk: Desk, place: Path) -> Desk:
    desk.lock()
    return Desk.unlock(desk.vault.path, PASSPHRASE, CampaignFolder(place / "campaign"))


def test_what_is_held_and_until_when(
    unlocked: Desk, three: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = days.today()
    set_status(unlocked, three[:1], "done")
    set_status(unlocked, three[1:2], "spam")
    found = {one.case: one for one in held(unlocked)}
    assert {one.since for one in found.values()} == {today}
    assert [found[case].until for case in three] == [today + timedelta(days=90)] * 2 + [None]
    assert found[three[0]].file_bytes == 9
    assert due(unlocked) == []
    later(monkeypatch, 89)
    assert due(unlocked) == []
    later(monkeypatch, 1)
    assert {one.case for one in due(unlocked)} == set(three[:2])
    assert held(unlocked)[-1].case == three[2]


def test_what_is_due_is_destroyed_and_stays_away(
    team: Team, unlocked: Desk, three: list[bytes], desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_status(unlocked, three[:2], "done")
    add_note(unlocked, three[0], "a note about them")
    later(monkeypatch, 90)
    assert forget_due(unlocked) == 2
    opened = unlock(unlocked, desk)
    assert [row.id for row in rows(opened)] == [three[2]]
    assert search(opened, "note") == []
    rooms = {record.room for record in (*opened.vault.records(), *opened.vault.large_records())}
    assert rooms.isdisjoint(three[:2])
    found = import_bundle(opened, bundle_of(opened))
    assert (found.letters, found.known) == (0, 3)
    assert len(rows(opened)) == 1
    opened.lock()


def test_the_number_of_days_is_set_and_kept(unlocked: Desk, three: list[bytes], desk: Path) -> None:
    for wrong in (0, -1, 3651):
        with pytest.raises(BadNumberOfDays):
            set_days_kept(unlocked, wrong)
    set_days_kept(unlocked, 7)
    opened = unlock(unlocked, desk)
    assert days_kept(opened) == 7
    set_status(opened, three[:1], "done")
    assert held(opened)[0].until == days.today() + timedelta(days=7)
    opened.lock()


def test_only_what_is_over_is_forgotten(team: Team, unlocked: Desk, three: list[bytes]) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.asks(team.first, "first"))
    set_status(unlocked, [*three[:2], worker.thread], "done")
    take_in(unlocked, worker.writes_again(team.first, "second"))
    for case in (three[2], worker.thread):
        with pytest.raises(NotOver):
            forget(unlocked, [three[0], case])
    assert len(unlocked.cases) == 4
    assert forget(unlocked, three[:2]) == 2


def test_what_two_disagree_about_is_not_over(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three[:1], "done")
    set_status(bobs, three[:1], "spam")
    exchange(unlocked, bobs)
    with pytest.raises(NotOver):
        forget(unlocked, three[:1])


@pytest.mark.parametrize("vetting", ["asked", "vetted"])
def test_an_adviser_is_not_forgotten(team: Team, unlocked: Desk, vetting: str) -> None:
    """Their offer's room holds their vetting and their key."""
    made = sealed_offer(team.first, "I can help.")
    take_in(unlocked, made)
    set_status(unlocked, ids([made]), "done")
    unlocked.decide(Decision(ids([made])[0], "vetting", {"is": vetting}))
    assert held(unlocked)[0].until is None
    with pytest.raises(StillAtWork):
        forget(unlocked, ids([made]))
    unlocked.decide(Decision(ids([made])[0], "vetting", {"is": "declined"}))
    assert forget(unlocked, ids([made])) == 1


def test_what_is_handed_over_is_not_forgotten(unlocked: Desk, three: list[bytes]) -> None:
    today = days.today().isoformat()
    value: dict[str, Json] = {
        "id": "11" * 16,
        "adviser": "22" * 16,
        "day": today,
        "last_day": today,
        "parts": [],
        "ended": None,
    }
    given = unlocked.decide(Decision(three[0], "hand_off", value, adds=True))
    set_status(unlocked, three[:1], "done")
    with pytest.raises(StillAtWork):
        forget(unlocked, three[:1])
    unlocked.decide(Decision(three[0], "hand_off", value | {"ended": today}, adds=True, after=(given.id,)))
    assert forget(unlocked, three[:1]) == 1


def test_all_that_is_shown_as_one_goes(team: Team, unlocked: Desk, three: list[bytes], desk: Path) -> None:
    merge(unlocked, three[:2])
    twice = [sealed(team.first, "letter 0", ("0.pdf", bytes(9)))]
    take_in(unlocked, *twice)
    set_status(unlocked, three[:1], "spam")
    assert set(members_of(unlocked, three[0])) >= set(three[:2])
    gone = members_of(unlocked, three[0])
    forget(unlocked, three[:1])
    opened = unlock(unlocked, desk)
    assert opened.cases.keys().isdisjoint(gone)
    opened.lock()


def test_an_event_about_several_cases_stays_for_the_others(
    unlocked: Desk, three: list[bytes], desk: Path
) -> None:
    event = set_status(unlocked, three, "done")
    assert event is not None
    forget(unlocked, three[:2])
    opened = unlock(unlocked, desk)
    assert status_of(opened, three[2]).name == "done"
    assert opened.state.fields(three[0]) == frozenset()
    forget(opened, three[2:])
    last = unlock(opened, desk)
    assert last.events == {}
    assert last.state.fields(three[2]) == frozenset()
    last.lock()


def test_whoever_writes_long_after_is_new(team: Team, unlocked: Desk, three: list[bytes], desk: Path) -> None:
    worker = Worker.new()
    take_in(unlocked, worker.asks(team.first, "first"))
    set_status(unlocked, [worker.thread, *three], "done")
    forget(unlocked, [worker.thread])
    take_in(unlocked, worker.writes_again(team.first, "me again"))
    opened = unlock(unlocked, desk)
    assert status_of(opened, worker.thread).name == "new"
    set_status(opened, [worker.thread], "waiting")
    opened = unlock(opened, desk)
    assert status_of(opened, worker.thread).name == "waiting"
    opened.lock()


def test_decisions_go_on_after_the_last_one_was_forgotten(
    unlocked: Desk, bobs: Desk, three: list[bytes], desk: Path
) -> None:
    """An event's number is never given twice: other desks would take that for a forgery."""
    set_status(unlocked, three[:1], "done")
    exchange(unlocked, bobs)
    forget(unlocked, three[:1])
    opened = unlock(unlocked, desk)
    event = set_status(opened, three[1:2], "open")
    assert event is not None
    assert event.number == 2
    exchange(opened, bobs)
    assert missing(opened) == missing(bobs) == []
    assert status_of(bobs, three[1]).name == "open"
    opened.lock()


def test_what_others_decide_about_it_later_goes_too(unlocked: Desk, bobs: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three[:1], "done")
    exchange(unlocked, bobs)
    forget(unlocked, three[:1])
    add_note(bobs, three[0], "a late note about them")
    exchange(unlocked, bobs)
    forget_due(unlocked)
    assert three[0] not in {record.room for record in unlocked.vault.records()}
    assert unlocked.state.fields(three[0]) == frozenset()


def test_an_undo_of_what_was_forgotten_is_no_trouble(unlocked: Desk, three: list[bytes]) -> None:
    set_status(unlocked, three, "done")
    forget(unlocked, three[:1])
    done = undo(unlocked)
    assert set(done.given_back) == set(three[1:])
    assert three[0] not in {record.room for record in unlocked.vault.records()}


def test_the_bundle_loses_it_too(team: Team, unlocked: Desk, three: list[bytes]) -> None:
    path = bundle_of(unlocked)
    before = list(read_bundle(path))
    old = path.open("rb")
    set_status(unlocked, three[:2], "spam")
    forget(unlocked, three[:2])
    assert drop_forgotten(unlocked, path) == 2
    assert list(read_bundle(path)) == before[2:]
    assert path.stat().st_mode & 0o777 == 0o600
    with old:  # whoever still has the old file open, or finds its blocks, finds zeros
        left = old.read()
    assert before[0] not in left
    assert before[2] in left
    assert drop_forgotten(unlocked, path) == 0
    write_bundle(path, before[0])  # a courier brings an older copy
    assert import_bundle(unlocked, path).letters == 0
    assert drop_forgotten(unlocked, path) == 1


def test_a_bundle_that_is_being_fetched_into_is_left_alone(unlocked: Desk, three: list[bytes]) -> None:
    path = bundle_of(unlocked)
    whole = path.read_bytes()
    set_status(unlocked, three[:1], "spam")
    forget(unlocked, three[:1])
    with locked(path), pytest.raises(BundleInUse):
        drop_forgotten(unlocked, path)
    assert path.read_bytes() == whole


def test_a_damaged_bundle_is_left_as_it_is(unlocked: Desk, three: list[bytes]) -> None:
    path = bundle_of(unlocked)
    set_status(unlocked, three, "spam")
    forget(unlocked, three)
    length = len(next(read_bundle(path)))
    with path.open("r+b") as file:
        file.seek(17 + 4 + length)
        file.write(b"\xff")
    whole = path.read_bytes()
    with pytest.raises(NotABundle):
        drop_forgotten(unlocked, path)
    assert path.read_bytes() == whole


def test_whoever_waited_for_the_lock_does_not_get_the_old_file(desk: Path, team: Team) -> None:
    """A fetch that opened the file before it was replaced must not write to what nobody reads."""
    path = write_bundle(desk / "one.bundle", sealed(team.first))
    stat = type(path).stat

    def replaced_meanwhile(self: Path) -> object:
        if self == path:
            write_bundle(desk / "new.bundle").replace(path)
        return stat(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(path), "stat", replaced_meanwhile)
        with pytest.raises(BundleInUse):
            locked(path).__enter__()
    with locked(path):
        pass


def test_ids_are_all_that_stays(team: Team, unlocked: Desk, three: list[bytes]) -> None:
    letters = [envelope_id(one) for one in read_bundle(bundle_of(unlocked))]
    set_status(unlocked, three, "done")
    forget(unlocked, three)
    of_the_desk = {"me", "opening_key", "last_import", "last_open", "known_root"}
    left = [one for one in unlocked.vault.records() if one.kind not in of_the_desk]
    assert {one.kind for one in left} == {"forgotten", "forgotten_parts"}
    assert {one.name for one in left} >= set(letters)
    assert all(len(one.value) in (0, 36) for one in left)

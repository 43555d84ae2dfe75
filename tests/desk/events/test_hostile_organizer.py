"""An organizer who turned, or was removed and writes an earlier day: others' desks go on, and lose nothing."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.envelope import envelope_id
from offramp.crypto.event import Change, Json, sign_event
from offramp.crypto.pack import read_pack
from offramp.crypto.signing import signing_seed
from offramp.desk import days
from offramp.desk.answers.kept import all_answers
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.writing import write_answer
from offramp.desk.cases import merging
from offramp.desk.cases.forgetting import due, forget_due, held
from offramp.desk.cases.listing import all_rows
from offramp.desk.cases.merging import main_cases, members_of
from offramp.desk.cases.status import status_of
from offramp.desk.cases.triage import set_status
from offramp.desk.desk import Desk
from offramp.desk.handing.handing_over import all_hand_offs
from tests.desk.events.circle import Circle, says
from tests.desk.team import Worker, sealed

DONE: Json = {"is": "done", "letters": 2**32 - 1}


def decides(circle: Circle, desk: Desk, *changes: Change, day: date | None = None, number: int = 1) -> bytes:
    """What bob signs, whatever his desk would say to it, reaches this desk; the event's id."""
    event = sign_event(
        signing_seed(circle.keys["bob"]),
        campaign="quit-ice",
        number=number,
        previous=bytes(16),
        day=day or days.today(),
        changes=changes,
    )
    [found] = circle.carry([circle.letter(event.raw)], desk)
    assert (found.events, found.refused) == (1, [])
    return event.id


def letters(circle: Circle, desk: Desk, number: int) -> list[bytes]:
    made = [sealed(circle.keysets[-1], f"letter {n}") for n in range(number)]
    circle.carry(made, desk)
    return [envelope_id(one) for one in made]


def test_a_day_long_past_destroys_nothing(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over is destroyed by itself after ninety days: from the day on which this desk heard of it."""
    alice = circle.desk("alice")
    [case] = letters(circle, alice, 1)
    decides(circle, alice, Change(case, "status", DONE), day=date(2020, 1, 1))
    assert due(alice) == []
    assert forget_due(alice) == 0
    alice = circle.desk("alice")
    assert held(alice)[0].until == days.today() + timedelta(days=90)
    day = days.today() + timedelta(days=90)
    monkeypatch.setattr(days, "today", lambda: day)
    assert [one.case for one in due(alice)] == [case]


def test_nothing_goes_along_with_what_was_over_long_ago(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = circle.desk("alice")
    old, live = letters(circle, alice, 2)
    decides(circle, alice, Change(old, "status", DONE))
    day = days.today() + timedelta(days=90)
    monkeypatch.setattr(days, "today", lambda: day)
    decides(circle, alice, Change(live, "same_as", old.hex()), number=2, day=date(2020, 1, 1))
    assert members_of(alice, live) == (old, live)
    assert due(alice) == []


def test_a_day_that_never_comes_breaks_nothing(circle: Circle) -> None:
    alice = circle.desk("alice")
    [case] = letters(circle, alice, 1)
    decides(circle, alice, Change(case, "status", DONE), day=date.max)
    assert held(alice)[0].until == days.today() + timedelta(days=90)


def test_a_change_of_what_was_never_said_breaks_nothing(circle: Circle) -> None:
    """It says that it replaces an answer, or a hand-off, and names a decision about something else."""
    alice = circle.desk("alice")
    [case] = letters(circle, alice, 1)
    event = set_status(alice, [case], "open")
    assert event is not None
    today, name = days.today().isoformat(), secrets.token_hex(16)
    answer: Json = {
        "number": 1,
        "day": today,
        "last_day": today,
        "text": "",
        "files": [],
        "reply": name,
        "parcels": [],
        "taken_back": None,
    }
    hand_off: Json = {
        "id": name,
        "adviser": name,
        "day": today,
        "last_day": today,
        "parts": [],
        "ended": None,
    }
    decides(
        circle,
        alice,
        Change(case, "answer", answer, (event.id,)),
        Change(case, "hand_off", hand_off, (event.id,)),
    )
    bob = alice.team.by_name("bob")
    assert bob is not None
    assert [one.author for one in all_answers(alice)] == [bob.ed25519]
    assert [one.by for one in all_hand_offs(alice)] == [bob.ed25519]


def test_made_up_numbers_and_days_of_answers_stop_no_answer(circle: Circle, tmp_path: Path) -> None:
    """Numbers must not run out, and a server refuses a pack with anything in it that is to be kept for ever."""
    alice = circle.desk("alice")
    worker = Worker.new()
    circle.carry([worker.asks(circle.keysets[-1], "hello")], alice)
    made_up: Json = {
        "number": 2**32 - 1,
        "day": "9999-12-31",
        "last_day": "9999-12-31",
        "text": "",
        "files": [],
        "reply": secrets.token_hex(16),
        "parcels": [],
        "taken_back": "9999-12-31",
    }
    decides(circle, alice, Change(worker.thread, "answer", made_up))
    with opened_outbox(tmp_path / "outbox.pack") as outbox:
        record = write_answer(alice, worker.thread, "Hello!", (), outbox)
    assert record.number == 1
    latest = days.today() + timedelta(days=alice.campaign.answers.kept_days)
    posts = list(read_pack(tmp_path / "outbox.pack"))
    assert len(posts) == 2
    assert max(one.last_day for one in posts) <= latest


def test_nobody_puts_words_into_the_writers_mouth(circle: Circle, tmp_path: Path) -> None:
    """Whoever takes an answer back names its event; other words in there do not become its writer's."""
    alice, worker = circle.desk("alice"), Worker.new()
    circle.carry([worker.asks(circle.keysets[-1], "Is there work for me?")], alice)
    with opened_outbox(tmp_path / "outbox.pack") as outbox:
        write_answer(alice, worker.thread, "There is.", (), outbox)
    [head] = alice.state.heads(worker.thread, "answer")
    assert isinstance(head.value, dict)
    other: Json = head.value | {"text": "There is none.", "taken_back": f"{days.today()}"}
    decides(circle, alice, Change(worker.thread, "answer", other, (head.event,)))
    [shown] = all_answers(alice)
    assert (shown.text, shown.author) == ("There is.", alice.me.public)
    assert shown.taken_back == days.today()


def test_a_long_chain_of_merged_cases_is_gone_through_once(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = circle.desk("alice")
    cases = letters(circle, alice, 60)
    chain = zip(cases, [*cases[1:], cases[50]], strict=True)
    decides(circle, alice, *(Change(one, "same_as", other.hex()) for one, other in chain))
    steps = 0

    class Counted(dict[bytes, bytes]):
        def get(self, key: bytes, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
            nonlocal steps
            steps += 1
            return super().get(key, default)

    decided = merging._decided
    into = Counted(decided(alice))
    known: dict[bytes, bytes] = {}
    assert {merging._root(case, into, known) for case in cases} == {min(cases[50:])}
    assert steps <= len(cases)
    assert len(list(main_cases(alice))) == 1
    assert len(all_rows(alice)) == 1


def test_decisions_of_ones_own_count_from_their_own_day(circle: Circle) -> None:
    alice = circle.desk("alice")
    [case] = letters(circle, alice, 1)
    says(alice, "done", case)
    assert status_of(alice, case).name == "done"
    assert held(alice)[0].over_since == days.today()

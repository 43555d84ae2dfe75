"""The team's own numbers: exact, without spam, and each person once."""

from __future__ import annotations

from datetime import timedelta

from offramp.crypto.event import Json
from offramp.desk import days
from offramp.desk.cases.triage import merge, set_status
from offramp.desk.desk import Decision, Desk
from offramp.desk.numbers.counting import team_numbers
from offramp.desk.numbers.facts import OTHER, monday
from offramp.desk.numbers.table import Table
from tests.desk.volunteers import offer, request

TODAY = days.today()


def tables(desk: Desk) -> dict[str, Table]:
    return {one.name: one for one in team_numbers(desk)}


def counts(desk: Desk, table: str, label: str) -> tuple[int | None, ...]:
    return next(row.counts for row in tables(desk)[table].rows if row.label == label)


def answered(desk: Desk, case: bytes, after: int, taken_back: bool = False) -> None:
    day = (desk.cases[case].arrived + timedelta(days=after)).isoformat()
    value: dict[str, Json] = {
        "number": 1,
        "day": day,
        "last_day": day,
        "text": "",
        "files": [],
        "parcels": [],
    }
    value |= {"reply": case.hex(), "taken_back": day if taken_back else None}
    desk.decide(Decision(case, "answer", value, adds=True))


def test_requests_and_offers_stand_under_what_they_chose(unlocked: Desk) -> None:
    request(unlocked, {"agency": "CBP: Border Patrol", "region": "Texas", "help": ["Résumé", "Interviews"]})
    request(unlocked, {"region": "Texas"})
    offer(unlocked, {"skills": ["Résumés"], "regions": ["Texas", "West"]})
    assert counts(unlocked, "agencies", "CBP: Border Patrol") == (1,)
    assert counts(unlocked, "agencies", "Not said") == (1,)
    assert counts(unlocked, "regions", "Texas") == (2, 1)
    assert counts(unlocked, "regions", "West") == (0, 1)
    assert counts(unlocked, "help", "Interviews") == (1,)
    assert counts(unlocked, "skills", "Résumés") == (1,)
    assert counts(unlocked, "status", "New") == (2, 1)


def test_each_week_has_its_row_also_one_in_which_nothing_came(unlocked: Desk) -> None:
    request(unlocked, {}, arrived=TODAY - timedelta(days=21))
    request(unlocked, {}, arrived=TODAY)
    weeks = tables(unlocked)["weeks"].rows
    assert [row.label for row in weeks] == [
        (monday(TODAY) - timedelta(weeks=one)).isoformat() for one in (3, 2, 1, 0)
    ]
    assert [row.counts for row in weeks] == [(1, 0), (0, 0), (0, 0), (1, 0)]


def test_spam_does_not_count_and_merged_cases_count_once(unlocked: Desk) -> None:
    first, second, spam = (request(unlocked, {"region": "Texas"}) for _ in range(3))
    set_status(unlocked, [spam], "spam")
    merge(unlocked, [first, second])
    assert counts(unlocked, "regions", "Texas") == (1, 0)


def test_the_time_to_the_first_answer(unlocked: Desk) -> None:
    long_ago = TODAY - timedelta(days=60)
    for after in (0, 2, 3, 14, 29):
        answered(unlocked, request(unlocked, {}, arrived=long_ago), after)
    answered(unlocked, request(unlocked, {}, arrived=long_ago), 1, taken_back=True)
    table = tables(unlocked)["answers"]
    assert [row.counts for row in table.rows] == [(2,), (1,), (1,), (0,), (1,), (1,)]
    assert table.note == "Half of those that were answered had the answer within 3 days."


def test_what_a_stranger_put_into_a_field_is_counted_and_never_shown(unlocked: Desk) -> None:
    request(unlocked, {"agency": "<script>alert(1)</script>"})
    assert counts(unlocked, "agencies", OTHER) == (1,)
    assert "script" not in repr(team_numbers(unlocked))

"""The public form: what it never shows, and that nothing can be computed back from it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.triage import set_status
from offramp.desk.desk import Desk
from offramp.desk.numbers import publishing
from offramp.desk.numbers.errors import NothingToPublish, ThresholdTooLow
from offramp.desk.numbers.facts import OTHER, monday
from offramp.desk.numbers.noise import shown
from offramp.desk.numbers.publishing import Cell, public_numbers, publish, published, weeks_due
from tests.desk.team import Team, new_desk
from tests.desk.volunteers import offer, request

# The first four weeks that are published together, as the campaign begins today.
FIRST = monday(days.today())


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Ten weeks from now."""
    on(monkeypatch, 10)
    return monkeypatch


def on(patch: pytest.MonkeyPatch, weeks: int) -> None:
    """Some weeks from now, on a Monday."""
    day = FIRST + timedelta(weeks=weeks)
    patch.setattr(days, "today", lambda: day)


def cells(desk: Desk, dimension: str) -> dict[tuple[date, str, str], int | None]:
    return {
        (one.start, one.kind, one.label): one.count for one in published(desk) if one.dimension == dimension
    }


def many(desk: Desk, number: int, week: int = 0, **fields: str) -> list[bytes]:
    return [request(desk, dict(fields), arrived=FIRST + timedelta(weeks=week)) for _ in range(number)]


def test_what_is_many_is_shown_about_and_what_is_few_is_not(
    unlocked: Desk, later: pytest.MonkeyPatch
) -> None:
    many(unlocked, 60, agency="CBP: Border Patrol")
    many(unlocked, 4, agency="A contractor")
    publish(unlocked)
    weeks = cells(unlocked, "all")
    requests = weeks[FIRST, "request", "all"]
    assert requests is not None
    assert 40 <= requests <= 75
    assert requests % 5 == 0
    agencies = next(one for one in public_numbers(unlocked) if one.name == "agencies")
    by_label = {row.label: row.counts[0] for row in agencies.rows}
    assert by_label["CBP: Border Patrol"] is not None
    assert by_label["A contractor"] is None
    assert by_label["CBP: Field Operations"] is None  # nobody looks the same as few
    assert OTHER not in by_label


def test_this_week_is_not_published_and_no_week_twice(
    unlocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, 0)
    with pytest.raises(NothingToPublish):
        publish(unlocked)
    on(monkeypatch, 2)
    assert weeks_due(unlocked)[-1] == FIRST + timedelta(weeks=1)
    publish(unlocked)
    assert weeks_due(unlocked) == []
    with pytest.raises(NothingToPublish):
        publish(unlocked)
    places = [one.place for one in published(unlocked)]
    assert len(places) == len(set(places))
    assert all(one.start + timedelta(weeks=one.weeks) <= days.today() for one in published(unlocked))


def test_what_was_published_stays_whatever_happens_to_the_cases(
    unlocked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise two publications, before and after, would tell about the cases in between."""
    on(monkeypatch, 6)
    ids = many(unlocked, 60, agency="CBP: Border Patrol")
    publish(unlocked)
    before = published(unlocked)
    set_status(unlocked, ids[:30], "spam")
    many(unlocked, 40, agency="A contractor")  # taken in late, with a clock set back
    on(monkeypatch, 12)
    publish(unlocked)
    after = published(unlocked)
    assert before == after[: len(before)]
    spans = {(one.start, one.weeks) for one in before}
    assert spans.isdisjoint((one.start, one.weeks) for one in after[len(before) :])


def test_each_table_has_one_dimension_and_no_totals(unlocked: Desk, later: pytest.MonkeyPatch) -> None:
    many(unlocked, 80, agency="A contractor", region="Texas")
    publish(unlocked)
    for one in published(unlocked):
        assert one.weeks == (1 if one.dimension == "all" else 4)
    for table in public_numbers(unlocked):
        assert not any("total" in row.label.lower() for row in table.rows)


def test_the_labels_do_not_tell_what_was_chosen(unlocked: Desk, later: pytest.MonkeyPatch) -> None:
    publish(unlocked)
    empty = {(one.dimension, one.label) for one in published(unlocked)}
    options = {
        option for one in unlocked.campaign.help.fields for option in one.options if one.id == "agency"
    }
    assert {("agencies", one) for one in options} <= empty
    assert all(one.count is None for one in published(unlocked))


def test_another_desk_shows_the_same(
    unlocked: Desk, later: pytest.MonkeyPatch, desk: Path, team: Team, tmp_path: Path
) -> None:
    many(unlocked, 60)
    publish(unlocked)
    bob = new_desk(tmp_path / "bob", CampaignFolder(desk / "campaign"), "bob", team.bob)
    for event in unlocked.events.values():
        bob.take_event(event)
    many(bob, 3)  # whatever he holds himself
    assert public_numbers(bob) == public_numbers(unlocked)
    on(later, 12)
    publish(bob)
    secret = publishing._secret(unlocked)
    assert publishing._secret(bob) == secret  # and goes on with the same amounts
    bob.lock()


@pytest.mark.parametrize("attempts", [400])
def test_a_hidden_number_cannot_be_taken_from_the_others(attempts: int) -> None:
    """Somebody knows how many there are in all other cells, and takes them from what is public of the weeks.

    Here are 20 requests a week, of which all but `true` are of one agency. Weeks and agencies are shown, and the
    difference is no better a guess than the middle of what is thinkable.
    """
    hits = 0
    for attempt in range(attempts):
        true, secret = attempt % 5, attempt.to_bytes(32)
        weeks = [cell(secret, "all", FIRST + timedelta(weeks=one), 1, "all", 20) for one in range(4)]
        other = cell(secret, "agencies", FIRST, 4, "CBP: Border Patrol", 80 - true)
        if other is not None and all(weeks):
            hits += sum(one or 0 for one in weeks) - other == true
    assert hits < attempts / 3


@pytest.mark.parametrize("attempts", [600])
def test_whoever_sends_in_requests_learns_hardly_whether_there_was_another_one(attempts: int) -> None:
    """They send in what makes the number tip over, every time anew, and guess from what they see."""
    best = 0.0
    for injected in (4, 9, 10, 12, 14, 100):
        right = 0
        for attempt in range(attempts):
            true, secret = attempt % 2, attempt.to_bytes(32)
            seen = cell(secret, "agencies", FIRST, 4, "A contractor", injected + true)
            right += (seen is not None and seen > injected) == bool(true)
        best = max(best, right / attempts)
    assert best < 0.77  # 0.5 is blind; with rounding alone it would be 1


def cell(secret: bytes, dimension: str, start: date, weeks: int, label: str, count: int) -> int | None:
    place = Cell("request", dimension, start, weeks, label, None).place
    return shown(count, secret, place, publishing.THRESHOLD)


def test_numbers_about_offers_are_apart(unlocked: Desk, later: pytest.MonkeyPatch) -> None:
    for _ in range(50):
        offer(unlocked, {"regions": ["Texas"]}, arrived=FIRST)
    publish(unlocked)
    weeks = cells(unlocked, "all")
    assert weeks[FIRST, "offer", "all"] is not None
    assert weeks[FIRST, "request", "all"] is None


def test_a_threshold_below_five_is_refused_and_a_higher_one_is_kept(
    unlocked: Desk, later: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ThresholdTooLow):
        publish(unlocked, threshold=4)
    many(unlocked, 60)
    publish(unlocked, threshold=70)
    assert all(one.count is None for one in published(unlocked))


def test_spans_of_four_weeks_lie_beside_each_other(unlocked: Desk, later: pytest.MonkeyPatch) -> None:
    publish(unlocked)
    starts = sorted({one.start for one in published(unlocked) if one.weeks == 4})
    assert all(two - one == timedelta(weeks=4) for one, two in itertools.pairwise(starts))
    assert starts[0] <= FIRST

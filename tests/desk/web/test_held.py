"""Held, numbers and team on pages: forgetting destroys, asks before, and refuses what is still at work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offramp.crypto.bundle import read_bundle
from offramp.desk import days
from tests.desk.team import Team, Worker, sealed
from tests.desk.web.helping import begin, handed, the_case
from tests.desk.web.test_day import imported
from tests.desk.web.visiting import Page, Visit


def done(visit: Visit, status: str = "done") -> None:
    visit.submit(the_case(visit), "/decide", status=status)


def ask(visit: Visit) -> Page:
    """Tick everything that can be ticked, and ask to forget it."""
    page = visit.get("/held")
    ticks = [one["value"] or "" for tag, one in page.controls if one.get("name") == "id"]
    return visit.submit(page, "/held/forget", id=ticks)


def test_forgetting_really_destroys(visit: Visit, team: Team) -> None:
    visit.open()
    letter = sealed(team.first, "A canary to be forgotten.", ("canary.txt", b"canary-bytes"))
    imported(visit, letter, Worker.new().asks(team.first, "Stays."))
    with visit.keeper.desk() as desk:
        gone = next(one for one in desk.cases if "canary" in desk.cases[one].letters[0].value("message"))
    page = visit.get("/requests/all")
    link = next(one for one in page.links if "/case/" in one and "canary" in visit.get(one).text)
    visit.submit(visit.get(link), "/decide", status="done")
    question = ask(visit)
    assert "Forget 1 case?" in question.text
    assert "canary" in visit.get(link).text  # nothing happened yet
    said = visit.submit(question, "/forgotten")
    assert (
        "1 case was destroyed, with the keys. 1 sealed letter was taken out of the bundle too." in said.text
    )
    assert visit.get(link).status == 404
    assert "canary" not in visit.get("/requests/all").text
    assert len(list(read_bundle(visit.place.bundle))) == 1
    with visit.keeper.desk() as desk:
        assert gone not in desk.cases
        assert not [one for one in desk.vault.records() if one.room == gone]
        assert not [one for one in desk.vault.records() if b"canary" in one.value]
    assert (
        "1 letter was forgotten" in imported(visit, letter).text
        or "canary" not in visit.get("/requests/all").text
    )


def test_what_is_not_over_has_no_box_and_is_refused(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, sealed(team.first, "I am still waiting."))
    page = visit.get("/held")
    assert not [one for tag, one in page.controls if one.get("name") == "id"]
    name = the_case(visit).form("/decide").action.split("/")[-2]
    fields = {**page.form("/held/days").fields, "id": [name]}
    refused = visit.post("/held/forgotten", fields)
    assert refused.status == 409
    assert "I am still waiting." in visit.get("/requests/all").text


def test_what_is_handed_over_stays(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    handed(visit, dana)
    done(visit)
    page = visit.get("/held")
    assert "while it is handed over" in page.text
    assert not [one for tag, one in page.controls if one.get("name") == "id"]


def test_nothing_ticked(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, sealed(team.first, "Hello."))
    done(visit)
    page = visit.submit(visit.get("/held"), "/held/forget", id=[])
    assert "Nothing was ticked." in page.text


def test_what_is_due_is_offered(visit: Visit, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    visit.open()
    imported(visit, sealed(team.first, "Hello."))
    done(visit, "spam")
    assert "Nothing is due today." in visit.get("/held").text
    visit.submit(visit.get("/held"), "/held/days", days="7")
    began = days.today()
    monkeypatch.setattr(days, "today", lambda: began + timedelta(days=7))
    page = visit.get("/held")
    assert "1 case is due to be forgotten." in page.text
    question = visit.submit(page, "/held/forget")
    visit.submit(question, "/forgotten")
    assert "Nothing is held here." in visit.get("/held").text


@pytest.mark.parametrize("number", ["0", "-1", "", "many", "99999"])
def test_a_number_of_days_that_is_none(visit: Visit, number: str) -> None:
    visit.open()
    assert visit.submit(visit.get("/held"), "/held/days", days=number).status == 409
    assert visit.get("/held").form("/held/days").fields["days"] == ["90"]


def test_pages_of_the_list(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, *(sealed(team.first, f"Letter {n} of its own kind.") for n in range(101)))
    assert "Page 2 of 2" in visit.get("/held?page=2").text
    for odd in ("0", "-3", "99", "x"):
        assert visit.get(f"/held?page={odd}").status == 200


def test_numbers_of_the_team_and_for_everybody(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, sealed(team.first, "canary-text"))
    page = visit.get("/numbers")
    assert "svg" in page.tags
    assert "canary" not in page.text
    public = visit.get(page.link("/public"))
    assert "Nobody can" in public.text or "hidden" in public.text
    for kind, name in (("html", "numbers.html"), ("csv", "numbers.csv")):
        saved = visit.post("/numbers/public/file", {**public.form("/public/file").fields, "as": kind})
        assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert saved.headers["Content-Type"] == "application/octet-stream"
        assert b"canary" not in saved.data


def test_the_team(visit: Visit) -> None:
    visit.open()
    page = visit.get("/team")
    assert "alice (you)" in page.text
    assert "bob" in page.text

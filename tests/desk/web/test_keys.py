"""The page about keys and the card, what every page warns of, and a desk that stays unlocked over midnight."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.key_list import read_key_list
from offramp.crypto.pack import CardPost, read_pack
from offramp.crypto.words import campaign_code, campaign_words, fingerprint_words
from offramp.desk import days
from offramp.desk.vault.errors import VaultDiskFailed
from offramp.desk.web import banner
from offramp.desk.web import keeper as keeper_module
from offramp.desk.web.pages import keys
from offramp.desk.weekly import warnings as said_here
from offramp.desk.weekly.cards import newest_card
from offramp.desk.weekly.stock import stock
from tests.desk.team import INTAKE, write_bundle
from tests.desk.web.browsing import until
from tests.desk.web.visiting import Page, Visit, place_at
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk

MONDAY = date(2026, 11, 16)
UNTIL_FIRST_IS_OVER = 21
"""Days from the first Monday until its key is destroyed: a week, and fourteen days of grace."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock(MONDAY)
    monkeypatch.setattr(days, "now", one)
    return one


@pytest.fixture
def aged(clock: Clock, tmp_path: Path) -> AgedDesk:
    one = make_aged_desk(tmp_path)
    one.lock()
    return one


@pytest.fixture
def visit(aged: AgedDesk) -> Iterator[Visit]:
    one = Visit(place_at(aged.home, aged.folder.path))
    yield one
    one.keeper.end()


def weeks(visit: Visit) -> list[date]:
    with visit.keeper.desk() as desk:
        return [one.week for one in stock(desk)]


def imported(visit: Visit, aged: AgedDesk, week: int = 0) -> Page:
    visit.place.bundle.unlink(missing_ok=True)
    write_bundle(visit.place.bundle, aged.letter(week))
    page = visit.submit(visit.get("/import"), "/import")
    visit.wait()
    return page


def test_the_weeks_the_calendar_and_all_words_that_people_compare(visit: Visit, aged: AgedDesk) -> None:
    visit.open()
    page = visit.get("/keys")
    assert page.text.count("(this week)") == 1
    assert "16 November 2026" in page.text
    assert "6 December 2026" in page.text  # the last day on which the first key opens anything
    assert "The calendar goes on until 7 February 2027" in page.text
    with visit.keeper.desk() as desk:
        mine = fingerprint_words(desk.me.name, desk.me.public)
    for words in (campaign_words(INTAKE, aged.root.public), mine):
        assert "".join(f"<li>{word}</li>\n" for word in words.split()) in page.data.decode()
    assert campaign_code(INTAKE, aged.root.public) in page.text


def test_a_card_is_signed_by_whoever_has_read(visit: Visit, aged: AgedDesk) -> None:
    visit.open()
    before = visit.get("/keys")
    assert "sign the card" not in before.text
    assert "imported" in before.text
    imported(visit, aged)
    page = visit.submit(visit.get("/keys"), "/card", next_by="2026-12-07")
    assert "read in the week of 16 November 2026, the next time by 7 December 2026" in page.text
    assert "The next time is by 7 December 2026." in page.text
    assert "takes no letters after 21 December 2026" in page.text
    with visit.keeper.desk() as desk:
        card = newest_card(desk)
    assert card is not None
    assert (card.week, card.next_by) == (MONDAY, date(2026, 12, 7))
    (post,) = read_pack(visit.place.outbox)
    assert isinstance(post, CardPost)
    assert post.card == card.raw


@pytest.mark.parametrize("day", ["", "x", "2026-11-15", "2027-02-01", "9999-99-99"])
def test_no_card_for_a_day_that_cannot_be_promised(visit: Visit, aged: AgedDesk, day: str) -> None:
    visit.open()
    imported(visit, aged)
    page = visit.submit(visit.get("/keys"), "/card", next_by=day)
    assert "is signed" not in page.text
    with visit.keeper.desk() as desk:
        assert newest_card(desk) is None


def test_more_keys_and_the_list_for_the_root_laptop(visit: Visit, clock: Clock) -> None:
    clock.later(14)
    visit.open()
    page = visit.submit(visit.get("/keys"), "/make")
    assert "Made keys up to the week of 15 February 2027" in page.text
    assert page.text.count("not yet") == 2
    saved = visit.submit(page, "/list")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="alice.keys"'
    found = read_key_list(saved.data, campaign="quit-ice")
    assert list(found.weeks) == weeks(visit)[2:]
    assert "a key for each of these weeks already" in visit.submit(visit.get("/keys"), "/make").text


def test_a_desk_that_stays_unlocked_destroys_at_midnight(visit: Visit, aged: AgedDesk, clock: Clock) -> None:
    aged.passes(clock, UNTIL_FIRST_IS_OVER - 1)
    visit.open()
    assert weeks(visit)[0] == MONDAY
    clock.later(1)
    assert "16 November 2026" not in visit.get("/keys").text
    assert weeks(visit)[0] == MONDAY + timedelta(days=7)


def test_it_needs_nobody_to_ask_for_a_page(visit: Visit, aged: AgedDesk, clock: Clock) -> None:
    aged.passes(clock, UNTIL_FIRST_IS_OVER - 1)
    visit.open()
    with visit.keeper.desk() as desk:
        held = desk.small
    watching = threading.Thread(target=visit.keeper.watch)
    watching.start()
    try:
        clock.later(1)
        until("the key to be destroyed", lambda: len(held["opening_key"]) == 11)
    finally:
        visit.keeper.end()
        watching.join()


def test_what_could_not_be_destroyed_is_told(
    visit: Visit, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise VaultDiskFailed

    visit.open()
    clock.later(1)
    monkeypatch.setattr(keeper_module, "destroy_due", fails)
    page = visit.get("/requests")
    assert "What is over today could not be destroyed" in page.text
    assert "could not be destroyed" not in visit.get("/requests").text


def test_a_clock_in_doubt_destroys_nothing_before_a_person_says_that_it_is_right(
    visit: Visit, clock: Clock
) -> None:
    clock.later(40)
    visit.open()
    asked = visit.get("/keys")
    assert "Is this the right date?" in asked.text
    assert "today is 26 December 2026" in asked.text
    assert weeks(visit)[0] == MONDAY
    clock.later(1)
    assert "The date is another one now" in visit.submit(asked, "/date").text
    assert weeks(visit)[0] == MONDAY
    page = visit.submit(visit.get("/keys"), "/date")
    assert (
        "Destroyed: the keys of the weeks of 16 November 2026, 23 November 2026, 30 November 2026"
        in page.text
    )
    assert weeks(visit)[0] == date(2026, 12, 7)
    assert "Is this the right date?" not in page.text


def test_what_is_urgent_stands_on_every_page_and_the_rest_is_a_hint(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = said_here.Warning(True, "The site closes tomorrow.")
    calm = said_here.Warning(False, "The calendar ends in March.")
    said = [loud, calm]
    for module in (banner, keys):
        monkeypatch.setattr(module, "warnings", lambda _: said)
    visit.open()
    for path in ("/requests", "/team", "/answers"):
        page = visit.get(path)
        assert loud.text in page.text, path
        assert calm.text not in page.text, path
        assert page.link("/keys$")
    page = visit.get("/keys")
    assert page.text.count(loud.text) == page.text.count(calm.text) == 1
    with visit.keeper.desk() as desk:
        desk.memo.clear()
    said.remove(loud)
    assert "is to be done soon" in visit.get("/requests").text
    with visit.keeper.desk() as desk:
        desk.memo.clear()
    said.clear()
    assert "is to be done soon" not in visit.get("/requests").text


def test_warnings_are_made_anew_when_something_happened_or_a_day_is_over(
    visit: Visit, aged: AgedDesk, clock: Clock
) -> None:
    visit.open()
    with visit.keeper.desk() as desk:
        before = banner.banner(desk)
        assert banner.banner(desk) is before
        clock.later(80)
        after = banner.banner(desk)
    assert after.urgent != before.urgent
    assert any("wrong" in one or "right" in one for one in after.urgent)


def test_an_advisers_desk_has_none_of_it(dana: Visit) -> None:
    page = dana.open()
    assert not [link for link in page.links if link.endswith("/keys")]
    assert dana.get("/keys").status == 409

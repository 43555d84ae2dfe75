"""Advisers on pages: vetting, and no key without its ten words; what is refused, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from offramp.crypto.opening import OpeningKey
from offramp.desk.desk import Person
from offramp.desk.handing.advisers import advisers
from offramp.desk.handing.cards import key_of, write_card
from tests.desk.team import Team
from tests.desk.web.helping import begin, card_of, enrolled, the_adviser, vetted
from tests.desk.web.visiting import Page, Visit

HOSTILE = '<script>alert(1)</script>\u202e"};{{ 7 * 191 }}'


def keys(visit: Visit) -> list[str]:
    """The ten words of every key that is enrolled."""
    with visit.keeper.desk() as desk:
        return [key.words for one in advisers(desk) for key in one.keys]


def a_card(name: str = "erin") -> bytes:
    return write_card(key_of(Person.adviser(name, OpeningKey.generate())))


def show_words(visit: Visit, page: Page, card: bytes) -> Page:
    return visit.submit(page, "/key", files=[("file", "a.adviser.toml", card)])


def test_a_key_is_enrolled_after_its_words_were_shown(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    card = card_of(dana)
    words = " ".join(re.findall(r"<li>([a-z]+)</li>", dana.get("/your-key").data.decode()))
    page = show_words(visit, vetted(visit), card)
    assert page.form("/enroll").fields["words"] == [words]
    assert keys(visit) == []
    visit.submit(page, "/enroll")
    assert keys(visit) == [words]


def test_only_a_vetted_adviser_has_a_key(visit: Visit, team: Team) -> None:
    begin(visit, team)
    page = the_adviser(visit)
    assert not [form for form in page.forms if form.action.endswith("/key")]
    action = page.form("/vetting").action.replace("/vetting", "/key")
    fields = page.form("/vetting").fields
    assert "was not vetted" in visit.post(action, fields, files=[("file", "a", a_card())]).text
    assert keys(visit) == []


def test_no_key_whose_words_were_not_shown(visit: Visit, team: Team) -> None:
    """Neither one that nobody looked at, nor the one before, nor one twice, nor one of another adviser's page."""
    begin(visit, team)
    first = show_words(visit, vetted(visit), a_card("erin"))
    second = show_words(visit, the_adviser(visit), a_card("frank"))
    refused = visit.submit(first, "/enroll")
    assert "Choose the file again" in refused.text
    assert "Choose the file again" in visit.submit(second, "/enroll").text
    assert keys(visit) == []
    made_up = second.form("/enroll").fields
    other = visit.submit(visit.get("/advisers"), "/advisers", name="Grace")
    other = visit.submit(other, "/vetting", vetting="vetted")
    show_words(visit, the_adviser(visit), a_card("frank"))
    grace = other.form("/key").action.replace("/key", "/enroll")
    assert "Choose the file again" in visit.post(grace, {**made_up}).text
    assert keys(visit) == []


def test_what_was_shown_is_forgotten_when_the_desk_locks(visit: Visit, team: Team) -> None:
    begin(visit, team)
    page = show_words(visit, vetted(visit), a_card())
    visit.keeper.lock()
    visit.keeper.unlock("correct horse battery")
    visit.get("/advisers")
    visit.submit(page, "/enroll")
    assert keys(visit) == []


@pytest.mark.parametrize(
    "card",
    [b"", b"\xff\xfe", b"kind = 'offramp adviser'", a_card().replace(b"erin", b"../erin"), b"[" * 9000],
)
def test_what_is_no_key_is_refused(visit: Visit, team: Team, card: bytes) -> None:
    begin(visit, team)
    page = show_words(visit, vetted(visit), card)
    assert page.status == 409
    assert "/enroll" not in str([form.action for form in page.forms])


def test_a_key_is_ended(visit: Visit, dana: Visit, team: Team) -> None:
    begin(visit, team)
    page = visit.submit(enrolled(visit, card_of(dana)), "/end")
    assert "They get nothing any more" in page.text
    assert keys(visit) == []


def test_vetting_is_undone(visit: Visit, team: Team) -> None:
    begin(visit, team)
    page = visit.submit(vetted(visit), "/undo")
    assert the_adviser(visit).form("/vetting").fields["vetting"] == ["none"]
    assert page.status == 200


def test_a_vetting_that_there_is_not(visit: Visit, team: Team) -> None:
    begin(visit, team)
    assert visit.submit(the_adviser(visit), "/vetting", vetting="trusted").status == 400


def test_what_they_can_do_is_written_down(visit: Visit, team: Team) -> None:
    begin(visit, team)
    page = visit.submit(the_adviser(visit), "/profile", name="Dana", skills="Law\r\nMoney", hours="12")
    assert "Law, Money" in page.text
    assert page.form("/profile").fields["hours"] == ["12"]


@pytest.mark.parametrize(
    "wrong", [{"hours": "many"}, {"hours": "1.5"}, {"skills": "\n".join("abcdefghijklmnopqrstu")}]
)
def test_what_cannot_be_written_down_is_not_lost(visit: Visit, team: Team, wrong: dict[str, str]) -> None:
    begin(visit, team)
    form = the_adviser(visit).form("/profile")
    page = visit.post(form.action, {**form.fields, **{"name": "Dana", "regions": "Utah", **wrong}})
    assert "Nothing was written down." in page.text
    fields = page.form("/profile").fields
    assert fields["name"] == ["Dana"]
    assert fields["regions"][0].strip() == "Utah"
    for name, text in wrong.items():
        assert fields[name][0].strip() == text


def test_hostile_names_and_skills_are_inert(visit: Visit, team: Team) -> None:
    begin(visit, team)
    visit.submit(the_adviser(visit), "/profile", name=HOSTILE, skills=HOSTILE, regions=HOSTILE)
    visit.submit(the_adviser(visit), "/vetting", vetting="vetted")
    case = visit.get("/requests/all").link("/case/")
    pages = [the_adviser(visit), visit.get("/advisers"), visit.get("/matches"), visit.get(case)]
    pages.append(visit.get(pages[-1].link("/matches$")))
    for page in pages:
        assert "script" not in page.tags
        assert "1337" not in page.text
        without_fields = re.sub(r"<(textarea|input)[^>]*>[^<]*", "", page.data.decode())
        assert "\u202e" not in without_fields


def test_somebody_who_wrote_no_offer(visit: Visit) -> None:
    visit.open()
    assert "Give a name" in visit.submit(visit.get("/advisers"), "/advisers", name="  ").text
    page = visit.submit(visit.get("/advisers"), "/advisers", name="Grace from the library")
    assert "Grace from the library" in page.text
    assert "Grace from the library" in visit.get("/advisers").text

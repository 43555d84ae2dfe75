"""A letter from the Spanish page: organizers see that it is one, and match and answer it by that."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.letter import Letter
from offramp.crypto.sealing import seal
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.listing import rows
from offramp.desk.cases.showing import case_lines, case_object
from offramp.desk.desk import Desk
from offramp.desk.handing.parts import parts_of
from offramp.desk.inbox import Submission
from offramp.desk.matching.asks import asks_of
from offramp.desk.matching.languages import languages_in
from offramp.desk.page_language import _NAMES, page_language
from offramp.desk.showing import Labels, as_text
from tests.desk.cases.filled import take_in
from tests.desk.team import PASSPHRASE, Team, Worker, letter, new_desk
from tests.desk.web.visiting import Visit, place_at

MESSAGE = "Quiero buscar otro trabajo"


def spanish(team: Team, *more: tuple[str, ...]) -> Letter:
    """What the Spanish page makes: its options are those of the English one."""
    fields = (("message", MESSAGE), ("help", "Résumé"), ("region", "Texas"), *more, ("language", "es"))
    return replace(letter(team.first), fields=fields)


@pytest.fixture
def case(team: Team, unlocked: Desk) -> bytes:
    worker = Worker.new()
    take_in(unlocked, worker.sends(spanish(team), team.first))
    return worker.thread


def test_the_case_says_it_in_words(unlocked: Desk, case: bytes) -> None:
    text = "\n".join(case_lines(unlocked, case, {}, 80))
    assert "asks for help, on the Spanish page, and wants an answer" in text
    assert "| es" not in text
    assert [(row.words, row.language) for row in rows(unlocked)] == [(MESSAGE, "Spanish")]


def test_json_has_what_the_letter_says(unlocked: Desk, case: bytes) -> None:
    found = json.dumps(case_object(unlocked, case, {}), default=str)
    assert '"language": ["es"]' in found


def test_an_adviser_who_speaks_it_is_looked_for(team: Team, unlocked: Desk, case: bytes) -> None:
    asked = asks_of(unlocked, case)
    assert (asked.languages, asked.help, asked.region) == (("Spanish",), ("Résumé",), "Texas")
    other = Worker.new()
    take_in(unlocked, other.sends(spanish(team, ("languages", "inglés, por favor")), team.first))
    assert asks_of(unlocked, other.thread).languages[0] == "English"


def test_it_is_no_part_that_could_be_handed_over(unlocked: Desk, case: bytes) -> None:
    assert {part.name.partition("@")[0] for part in parts_of(unlocked, case)} == {"message", "help", "region"}


@pytest.mark.parametrize("said", [("xx",), ("es", "fr"), ("Spanish",), ("",), ("\u202ees",)])
def test_what_no_page_of_ours_says_is_shown_as_it_stands(team: Team, said: tuple[str, ...]) -> None:
    one = replace(letter(team.first), fields=(("message", "x"), ("language", *said)))
    assert page_language(one) == ""
    text = as_text(Submission(bytes(16), one), Labels.of(default_campaign()), [], 80)
    assert "The language of the page that they wrote on" in text
    assert "page, " not in text


def test_offramp_open_says_it_too(team: Team) -> None:
    text = as_text(Submission(bytes(16), spanish(team)), Labels.of(default_campaign()), [], 80)
    assert "asks for help, on the Spanish page" in text
    assert "language" not in text.lower().replace("languages", "")


def test_names_are_those_that_matching_knows() -> None:
    assert {languages_in(name) for name in _NAMES.values()} == {(name,) for name in _NAMES.values()}


def test_inbox_and_case_say_it_in_the_browser(desk: Path, team: Team) -> None:
    place = place_at(desk / "alice", desk / "campaign")
    one = new_desk(place.vault, CampaignFolder(desk / "campaign"), "alice", team.alice)
    take_in(one, seal(spanish(team), team.first), seal(letter(team.first), team.first))
    one.lock()
    visit = Visit(place)
    try:
        inbox = visit.open(PASSPHRASE)
        assert inbox.text.count("Spanish page") == 1
        page = visit.get(inbox.link("/case/"))
        pages = [visit.get(link) for link in {one for one in inbox.links if "/case/" in one}]
        shown = [page for page in pages if MESSAGE in page.text]
        assert page.status == 200
        assert len(shown) == 1
        assert "They ask for help, on the Spanish page" in shown[0].text
        assert " es " not in shown[0].text
    finally:
        visit.keeper.end()

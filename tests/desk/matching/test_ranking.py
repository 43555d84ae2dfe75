"""For a request: who fits, in which order, and why, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from offramp.crypto.event import Json
from offramp.desk import days
from offramp.desk.cases.triage import merge, set_status
from offramp.desk.desk import Desk
from offramp.desk.matching.asks import set_asks
from offramp.desk.matching.errors import AsksMalformed, NotARequest, ProfileMalformed
from offramp.desk.matching.profiles import set_profile
from offramp.desk.matching.ranking import Match, rank
from tests.desk.volunteers import Fields, enrolled, hand, offer, request, vet

SOON = days.today() + timedelta(days=14)
ASKED: Fields = {"help": ["Résumé", "Interviews"], "languages": "Spanish", "region": "Texas"}
ABLE: Fields = {
    "skills": ["Résumés", "Interviews"],
    "languages": "English, Spanish",
    "hours": "An hour a week",
}


def found(desk: Desk, case: bytes) -> dict[bytes, Match]:
    return {one.adviser_id: one for one in rank(desk, case)}


def said(match: Match) -> str:
    return " ".join((*match.reasons, *match.against))


def test_who_can_do_all_of_it_comes_first_and_the_reasons_say_so(unlocked: Desk) -> None:
    half = offer(unlocked, ABLE | {"skills": ["Résumés"]}, vetted=True)
    whole = offer(unlocked, ABLE, vetted=True)
    best, second = rank(unlocked, request(unlocked, ASKED))
    assert (best.adviser_id, second.adviser_id) == (whole, half)
    assert best.reasons[0] == "Can help with Résumé and Interviews, as asked."
    assert "Speaks Spanish." in best.reasons
    assert "Has time: offers 4 hours a month, and has no case now." in best.reasons
    assert "Does not offer Interviews." in second.against
    assert second.fits


def test_whoever_offers_nothing_of_it_or_speaks_another_language_does_not_fit(unlocked: Desk) -> None:
    lawyer = offer(unlocked, ABLE | {"skills": ["Law or benefits"]}, vetted=True)
    french = offer(unlocked, ABLE | {"languages": "French"}, vetted=True)
    matches = found(unlocked, request(unlocked, ASKED))
    assert matches[lawyer].obstacles == ("other help",)
    assert matches[french].obstacles == ("another language",)
    assert "Does not say that they speak Spanish." in matches[french].against


def test_those_who_are_not_vetted_stand_apart_and_only_if_they_would_fit(unlocked: Desk) -> None:
    stranger = offer(unlocked, ABLE)
    offer(unlocked, ABLE | {"languages": "French"})
    declined = offer(unlocked, ABLE)
    vet(unlocked, declined, "declined")
    known = offer(unlocked, ABLE | {"skills": ["Résumés"]}, vetted=True)
    listed = rank(unlocked, request(unlocked, ASKED))
    assert [(one.adviser_id, one.is_vetted) for one in listed] == [(known, True), (stranger, False)]


def test_spam_is_not_proposed_and_merged_offers_are_one(unlocked: Desk) -> None:
    first, again = (offer(unlocked, ABLE | {"message": text}, vetted=True) for text in ("I help.", "I help!"))
    spam = offer(unlocked, ABLE | {"message": "Buy my book."}, vetted=True)
    set_status(unlocked, [spam], "spam")
    merge(unlocked, [first, again])
    assert [one.adviser_id for one in rank(unlocked, request(unlocked, ASKED))] == [first]


def test_each_hand_off_takes_time_until_it_ends(unlocked: Desk) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    other, case = request(unlocked, {}), request(unlocked, ASKED)
    hand(unlocked, other, adviser, last_day=SOON)
    busy = found(unlocked, case)[adviser]
    assert busy.obstacles == ("no time left",)
    assert "No time left: offers 4 hours a month, and has 1 case now." in busy.against


@pytest.mark.parametrize("ended", [True, False])
def test_a_hand_off_that_has_ended_takes_no_time(unlocked: Desk, ended: bool) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    yesterday = days.today() - timedelta(days=1)
    last_day, end = (SOON, days.today()) if ended else (yesterday, None)
    hand(unlocked, request(unlocked, {}), adviser, last_day=last_day, ended=end)
    assert found(unlocked, request(unlocked, ASKED))[adviser].fits


def test_whoever_had_the_case_gets_it_no_second_time(unlocked: Desk) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    case = request(unlocked, ASKED)
    hand(unlocked, case, adviser, last_day=SOON, ended=days.today())
    assert found(unlocked, case)[adviser].obstacles == ("had it before",)


def test_a_request_can_ask_for_somebody_from_near(unlocked: Desk) -> None:
    texan = offer(unlocked, ABLE | {"regions": ["Texas"]}, vetted=True)
    away = offer(unlocked, ABLE | {"regions": ["West"]}, vetted=True)
    listed = rank(unlocked, request(unlocked, ASKED | {"adviser_from": "My part of the country"}))
    assert [one.adviser_id for one in listed] == [texan, away]
    assert "Knows Texas, as asked." in listed[0].reasons
    assert "Does not say that they know Texas." in listed[1].against


def test_a_request_can_ask_for_nobody_who_might_know_them(unlocked: Desk) -> None:
    texan = offer(unlocked, ABLE | {"regions": ["Texas", "West"]}, vetted=True)
    away = offer(unlocked, ABLE | {"regions": ["West"]}, vetted=True)
    silent = offer(unlocked, ABLE, vetted=True)
    case = request(unlocked, ASKED | {"adviser_from": "Somewhere else"})
    matches = found(unlocked, case)
    assert [one.adviser_id for one in rank(unlocked, case)] == [away, silent, texan]
    assert matches[texan].obstacles == ("a part of the country to keep away from",)
    assert "Did not say where they are from. Ask: it must not be Texas." in matches[silent].against


def test_without_a_wish_knowing_the_place_counts_a_little_and_says_to_ask(unlocked: Desk) -> None:
    offer(unlocked, ABLE, vetted=True)
    texan = offer(unlocked, ABLE | {"regions": ["Texas"]}, vetted=True)
    best, _ = rank(unlocked, request(unlocked, ASKED))
    assert best.adviser_id == texan
    assert "could they know each other?" in said(best)


def test_an_organizer_can_write_down_what_a_letter_asks_for(unlocked: Desk) -> None:
    case = request(unlocked, {"message": "My brother in law hires people in the West. ¿Habla español?"})
    western = offer(unlocked, ABLE | {"regions": ["West"]}, vetted=True)
    set_asks(unlocked, case, {"help": ["Résumé"], "languages": ["Spanish"], "near": [], "away": ["West"]})
    match = found(unlocked, case)[western]
    assert match.obstacles == ("a part of the country to keep away from",)
    assert "Can help with Résumé, as asked." in match.reasons


def test_what_was_not_chosen_is_read_out_of_the_letter(unlocked: Desk) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    match = found(unlocked, request(unlocked, {"message": "My resume is bad!"}))[adviser]
    assert match.reasons[0] == "Can help with Résumé, as the letter seems to ask."


def test_what_an_adviser_writes_about_counts_less_than_what_they_chose(unlocked: Desk) -> None:
    wordy = ABLE | {
        "skills": [],
        "experience": "Recruiter for 20 years; I rewrote a thousand resumes and cover letters.",
    }
    writes = offer(unlocked, wordy, vetted=True)
    chose = offer(unlocked, ABLE, vetted=True)
    best, second = rank(unlocked, request(unlocked, {"help": ["Résumé"]}))
    assert (best.adviser_id, second.adviser_id) == (chose, writes)
    assert "Writes about Résumé, without having chosen it." in second.reasons


def test_an_organizers_profile_stands_in_place_of_the_offer(unlocked: Desk) -> None:
    adviser = offer(unlocked, {"skills": ["Law or benefits"]}, vetted=True)
    profile: dict[str, Json] = {
        "name": "Dana",
        "skills": ["Résumés"],
        "languages": ["Spanish"],
        "regions": ["Midwest"],
        "hours": 9,
    }
    set_profile(unlocked, adviser, profile)
    match = found(unlocked, request(unlocked, ASKED))[adviser]
    assert (match.name, match.fits, match.left) == ("Dana", True, 2)


def test_an_adviser_can_be_known_without_an_offer(unlocked: Desk) -> None:
    known = bytes(range(16))
    set_profile(unlocked, known, {"name": "Sam", "skills": [], "languages": [], "regions": [], "hours": 4})
    vet(unlocked, known)
    assert found(unlocked, request(unlocked, {}))[known].name == "Sam"


def test_it_says_who_is_not_enrolled(unlocked: Desk) -> None:
    adviser = offer(unlocked, ABLE, vetted=True)
    case = request(unlocked, ASKED)
    assert "Not enrolled yet" in said(found(unlocked, case)[adviser])
    enrolled(unlocked, adviser, "Dana")
    match = found(unlocked, case)[adviser]
    assert match.may_be_handed
    assert match.name == "Dana"
    assert "Not enrolled" not in said(match)


def test_ties_to_an_agency_are_pointed_out(unlocked: Desk) -> None:
    offer(unlocked, ABLE | {"experience": "I was with the Border Patrol."}, vetted=True)
    (match,) = rank(unlocked, request(unlocked, ASKED))
    assert "ask what ties they have there" in said(match)
    assert match.fits


def test_a_strangers_words_are_inert_in_the_reasons(unlocked: Desk) -> None:
    hostile = "<b>\u202etxeT\n" + "x" * 5000
    adviser = offer(
        unlocked,
        {"skills": [hostile], "languages": hostile, "regions": [hostile], "hours": hostile},
        vetted=True,
    )
    case = request(unlocked, {"help": [hostile], "languages": hostile, "region": hostile})
    for text in (*found(unlocked, case)[adviser].reasons, *found(unlocked, case)[adviser].against):
        assert "\u202e" not in text
        assert "\n" not in text
        assert len(text) < 500


def test_equals_take_turns(unlocked: Desk) -> None:
    for _ in range(5):
        offer(unlocked, ABLE, vetted=True)
    first = {
        rank(unlocked, request(unlocked, ASKED | {"message": str(one)}))[0].adviser_id for one in range(30)
    }
    assert len(first) > 1


def test_what_is_wrong_is_refused(unlocked: Desk) -> None:
    adviser = offer(unlocked, {})
    with pytest.raises(NotARequest):
        rank(unlocked, adviser)
    with pytest.raises(AsksMalformed):
        set_asks(unlocked, request(unlocked, {}), {"help": []})
    with pytest.raises(ProfileMalformed):
        set_profile(
            unlocked, adviser, {"name": "x", "skills": [], "languages": [], "regions": [], "hours": -1}
        )

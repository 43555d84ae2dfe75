"""What is made of the words that people choose and type."""

from __future__ import annotations

import pytest

from offramp.campaign import default_campaign
from offramp.desk.matching.hours import hours_a_month, places
from offramp.desk.matching.languages import languages_in
from offramp.desk.matching.profiles import options_of
from offramp.desk.matching.words import covers, mentioned

CAMPAIGN = default_campaign()
HOURS = options_of(CAMPAIGN.offer, "hours")


@pytest.mark.parametrize(
    ("said", "hours", "people"),
    [
        ("An hour a month", 1, 1),
        ("An hour a week", 4, 1),
        ("Two to four hours a week", 8, 2),
        ("More", 16, 4),
        ("3-5 hrs per week", 12, 3),
        ("10 hours/month", 10, 2),
        ("", None, 1),
        ("whenever you like", None, 1),
    ],
)
def test_hours(said: str, hours: int | None, people: int) -> None:
    assert hours_a_month(said, HOURS) == hours
    assert places(hours) == people


def test_somebody_who_pauses_has_no_place() -> None:
    assert places(0) == 0


@pytest.mark.parametrize(
    ("said", "languages"),
    [
        ("English", ("English",)),
        ("English, Español; some português", ("English", "Spanish", "Portuguese")),
        ("I speak fluent Spanish and a little French.", ("Spanish", "French")),
        ("inglés y español", ("English", "Spanish")),
        ("KREYÒL / ENGLISH", ("Haitian Creole", "English")),
        ("tiếng Việt", ("Vietnamese",)),
        ("中文 English", ("Chinese", "English")),
        ("Wolof", ("Wolof",)),
        ("K'iche'", ("K'iche'",)),
        ("", ()),
        ("I would rather not say that here", ()),
    ],
)
def test_languages(said: str, languages: tuple[str, ...]) -> None:
    assert languages_in(said) == languages


def test_every_kind_of_help_in_the_form_can_be_had_from_somebody() -> None:
    skills = options_of(CAMPAIGN.offer, "skills")
    for wish in options_of(CAMPAIGN.help, "help"):
        assert any(covers(skill, wish) for skill in skills), wish


def test_the_form_asks_where_the_adviser_should_be_from() -> None:
    assert len(options_of(CAMPAIGN.help, "adviser_from")) == 2
    regions = options_of(CAMPAIGN.offer, "regions")
    assert set(regions) < set(options_of(CAMPAIGN.help, "region"))


@pytest.mark.parametrize(
    ("skill", "wish", "answer"),
    [
        ("Résumés", "Résumé", True),
        ("CV", "Résumé", True),
        ("Interviews", "Résumé", False),
        ("Law or benefits", "Finding jobs", False),
        ("Introductions to employers", "Finding jobs", True),
        ("Career coaching", "Someone to talk it through with", True),
        ("of the", "for a", False),
    ],
)
def test_skills(skill: str, wish: str, answer: bool) -> None:
    assert covers(skill, wish) is answer


def test_kinds_of_help_in_a_text() -> None:
    wishes = options_of(CAMPAIGN.help, "help")
    assert mentioned("I do résumés (and COVER LETTERS).", wishes) == ("Résumé", "Cover letter")
    assert mentioned("I resumed my work.", wishes) == ()


@pytest.mark.parametrize("hours", ["a" * 1_000_000, "1 " * 500_000, "a or " * 200_000])
def test_hostile_hours_say_nothing(hours: str) -> None:
    """Each unlocking reads them: what took time with the square of their length would shut the desk for good."""
    assert hours_a_month(hours, options_of(CAMPAIGN.offer, "hours")) is None

"""What can be counted by: agency, part of the country, kind of help, time to the first answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from offramp.campaign import Campaign, Form
from offramp.desk.cases.case import Kind
from offramp.desk.matching.profiles import options_of
from offramp.desk.numbers.facts import NOT_SAID, OTHER, Fact

COLUMNS: Final[dict[Kind, str]] = {"request": "Requests", "offer": "Offers"}
NO_ANSWER: Final = "No answer yet"
_UNTIL: Final = (
    (2, "Within two days"),
    (7, "Within a week"),
    (14, "Within two weeks"),
    (28, "Within four weeks"),
)
_LATER: Final = "Later"
_ANSWER_TIMES: Final = (*(label for _, label in _UNTIL), _LATER, NO_ANSWER)
_SEVERAL: Final = "One letter can name several."


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to sort cases of these kinds under labels, all of which are known beforehand."""

    name: str
    title: str
    kinds: tuple[Kind, ...]
    labels: tuple[str, ...]
    of: Callable[[Fact], tuple[str, ...]]
    note: str = ""


def dimensions(campaign: Campaign) -> tuple[Dimension, ...]:
    """All of them, with the labels of this campaign's forms."""
    ask, give = campaign.help, campaign.offer
    regions = _labels((ask, "region"), (give, "regions"))
    agencies, helps, skills = (_labels(one) for one in ((ask, "agency"), (ask, "help"), (give, "skills")))
    return (
        Dimension("agencies", "By agency", ("request",), agencies, lambda one: (one.agency,)),
        Dimension(
            "regions", "By part of the country", ("request", "offer"), regions, lambda one: one.regions
        ),
        Dimension("help", "By kind of help wanted", ("request",), helps, lambda one: one.help, _SEVERAL),
        Dimension("skills", "By kind of help offered", ("offer",), skills, lambda one: one.help, _SEVERAL),
        Dimension("answers", "By time to the first answer", ("request",), _ANSWER_TIMES, _answer_time),
    )


def _labels(*fields: tuple[Form, str]) -> tuple[str, ...]:
    options = (option for form, name in fields for option in options_of(form, name))
    return (*dict.fromkeys(options), OTHER, NOT_SAID)


def _answer_time(fact: Fact) -> tuple[str, ...]:
    after = fact.answered_after
    if after is None:
        return (NO_ANSWER,)
    return (next((label for most, label in _UNTIL if after <= most), _LATER),)

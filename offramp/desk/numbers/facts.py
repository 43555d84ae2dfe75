"""What is counted of each case: nothing that anybody typed, only what they chose and what the team decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from offramp.campaign import Form
from offramp.desk.answers.kept import answers_of
from offramp.desk.cases.case import KeptLetter, Kind
from offramp.desk.cases.merging import letters_of, main_cases, members_of
from offramp.desk.cases.status import StatusName, status_of
from offramp.desk.cases.versions import version_of
from offramp.desk.desk import Desk
from offramp.desk.matching.profiles import options_of

NOT_SAID: Final = "Not said"
OTHER: Final = "Something that the form does not offer"
"""Whoever does not use our page can send any value; it is counted, and never shown."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A case as it is counted."""

    kind: Kind
    week: date
    """The Monday of the week in which its first letter came to a desk; letters themselves carry no day."""
    agency: str
    regions: tuple[str, ...]
    help: tuple[str, ...]
    status: StatusName
    answered_after: int | None
    """Days until the first answer; None where there is none."""


def facts(desk: Desk) -> list[Fact]:
    """All requests and offers but spam; what is merged is one."""
    found = (_fact_of(desk, case) for case in main_cases(desk))
    return [one for one in found if one.status != "spam"]


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _fact_of(desk: Desk, case: bytes) -> Fact:
    known: dict[bytes, tuple[int, Fact]] = desk.memo.setdefault(_fact_of, {})
    version = version_of(desk, case)
    at, fact = known.get(case, (-1, None))
    if fact is None or at != version:
        fact = _fact(desk, case)
        known[case] = (version, fact)
    return fact


def _fact(desk: Desk, case: bytes) -> Fact:
    kind, letters = desk.cases[case].kind, letters_of(desk, case)
    purpose = "help" if kind == "request" else "offer"
    first = next((one for one in letters if one.purpose == purpose), letters[0])
    form = desk.campaign.help if kind == "request" else desk.campaign.offer
    region, wanted = ("region", "help") if kind == "request" else ("regions", "skills")
    arrived = min(one.arrived for one in letters)
    return Fact(
        kind,
        monday(arrived),
        _chosen(first, form, "agency")[0],
        _chosen(first, form, region),
        _chosen(first, form, wanted),
        status_of(desk, case).name,
        _days_to_first_answer(desk, case, arrived),
    )


def _chosen(letter: KeptLetter, form: Form, name: str) -> tuple[str, ...]:
    """The options that were chosen; at least one thing is always said, be it that nothing was."""
    options = options_of(form, name)
    values = dict.fromkeys(one if one in options else OTHER for one in letter.values(name) if one)
    return tuple(values) or (NOT_SAID,)


def _days_to_first_answer(desk: Desk, case: bytes, arrived: date) -> int | None:
    answers = (one for member in members_of(desk, case) for one in answers_of(desk, member))
    first = min((one.day for one in answers if one.taken_back is None), default=None)
    return max(0, (first - arrived).days) if first else None

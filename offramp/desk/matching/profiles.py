"""What an adviser offers: from the fields of their offer, or from a profile that an organizer wrote instead."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from offramp.campaign import Form
from offramp.crypto.event import Event, Json
from offramp.desk import days
from offramp.desk.cases.case import KeptLetter
from offramp.desk.cases.merging import letters_of, main_cases, main_of
from offramp.desk.cases.status import status_of
from offramp.desk.cases.versions import version_of
from offramp.desk.desk import Decision, Desk
from offramp.desk.handing.advisers import ADVISER_KEY, PROFILE, VETTING, Vetting, adviser, adviser_name
from offramp.desk.matching.errors import NotAnAdviser, ProfileMalformed
from offramp.desk.matching.handed import loads
from offramp.desk.matching.hours import hours_a_month, places
from offramp.desk.matching.languages import language_names
from offramp.desk.matching.words import mentioned
from offramp.desk.visible import on_one_line

MOST_HOURS: Final = 744
"""A month has no more."""

_DECIDED: Final = {PROFILE, VETTING, ADVISER_KEY}
_MOST: Final = 20
_LONGEST: Final = 60
# Agencies by name; in capitals, for there is ice cream.
_AGENCIES: Final = ("ICE", "CBP", "DHS", "HSI", "Border Patrol", "Customs and Border", "Homeland Security")
_AGENCY: Final = re.compile(rf"\b(?:{'|'.join(_AGENCIES)})\b")


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody offers. Names and skills may be a stranger's words: one line each, and visible."""

    id: bytes  # [16]
    name: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]  # empty: they did not say
    regions: tuple[str, ...]
    hours: int | None  # a month; None: they did not say
    mentions: tuple[str, ...]
    """Kinds of help that their text speaks of, though they did not choose them."""
    speaks_of_agency: bool
    reachable: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An adviser as they stand now. `load`: how many people are with them, by hand-offs that have not ended."""

    profile: Profile
    vetting: Vetting
    is_vetted: bool
    """False too where organizers disagree."""
    may_be_handed: bool
    """Vetted, and enrolled with a key whose words were compared."""
    load: int

    @property
    def left(self) -> int:
        """How many more people they have time for; never below 0."""
        return max(0, places(self.profile.hours) - self.load)


def candidates(desk: Desk) -> list[Candidate]:
    """Everybody who offers help or is known otherwise, in the order of their ids; no spam."""
    now = (desk.changes, days.today())  # hand-offs end by themselves
    at, found = desk.memo.get(candidates, (None, []))
    if at != now:
        load = loads(desk)
        found = [_candidate(desk, one, load.get(one.id, 0)) for one in _profiles(desk)]
        found.sort(key=lambda one: one.profile.id)
        desk.memo[candidates] = (now, found)
    return list(found)


def profile_of(desk: Desk, adviser_id: bytes) -> Profile:
    """What one adviser offers, by the id [16]. Raises NotAnAdviser."""
    main = main_of(desk, adviser_id)
    if main in desk.cases:
        if desk.cases[main].kind != "offer":
            raise NotAnAdviser
        return _of_offer(desk, main)
    if not desk.state.fields(main) & _DECIDED:
        raise NotAnAdviser
    return _written(desk, _nothing(main))


def profile_value(desk: Desk, adviser_id: bytes) -> dict[str, Json]:
    """The same as `set_profile` takes it, to be changed. The name is "" where none was written down."""
    one = profile_of(desk, adviser_id)
    written = desk.state.value(one.id, PROFILE)
    return {
        "name": one.name if isinstance(written, dict) and written.get("name") else "",
        "skills": list(one.skills),
        "languages": list(one.languages),
        "regions": list(one.regions),
        "hours": one.hours,
    }


def set_profile(desk: Desk, adviser_id: bytes, value: Mapping[str, Json]) -> Event:
    """Write down what an adviser offers, in place of what their offer says: name, skills, languages, regions,
    hours (a whole number a month, or None). Raises ProfileMalformed.
    """
    names = ("skills", "languages", "regions")
    if (
        set(value) != {"name", "hours", *names}
        or not isinstance(value["name"], str)
        or len(value["name"]) > _LONGEST
        or not all(texts(value[name]) is not None for name in names)
        or not _is_hours(value["hours"])
    ):
        raise ProfileMalformed
    return desk.decide(Decision(main_of(desk, adviser_id), PROFILE, dict(value)))


def _profiles(desk: Desk) -> Iterator[Profile]:
    for case in main_cases(desk):
        if desk.cases[case].kind == "offer" and status_of(desk, case).decided != "spam":
            yield _of_offer(desk, case)
    for subject in desk.state.subjects():
        if subject not in desk.cases and desk.state.fields(subject) & _DECIDED:
            yield profile_of(desk, subject)


def _candidate(desk: Desk, profile: Profile, load: int) -> Candidate:
    if not desk.state.fields(profile.id) & _DECIDED:  # most of thousands of offers
        return Candidate(profile, "none", is_vetted=False, may_be_handed=False, load=load)
    known = adviser(desk, profile.id)
    return Candidate(profile, known.vetting, known.is_vetted, known.may_be_handed, load)


def _of_offer(desk: Desk, case: bytes) -> Profile:
    """Reading thousands of texts takes a while, so what was read is kept, as long as nothing is new there."""
    known: dict[bytes, tuple[int, Profile]] = desk.memo.setdefault(_of_offer, {})
    version = version_of(desk, case)
    at, profile = known.get(case, (-1, None))
    if at != version or profile is None:
        letter = next(one for one in letters_of(desk, case) if one.purpose == "offer")
        profile = _written(desk, _of_letter(case, letter, desk.campaign.offer, desk.campaign.help))
        known[case] = (version, profile)
    return profile


def _nothing(adviser: bytes) -> Profile:
    return Profile(adviser, "", (), (), (), None, (), speaks_of_agency=False, reachable=True)


def _of_letter(adviser_id: bytes, letter: KeptLetter, offer: Form, wanted: Form) -> Profile:
    said = {name: tuple(values) for name, *values in letter.fields}
    text = "\n".join((*said.get("message", ()), *said.get("experience", ())))
    return Profile(
        adviser_id,
        "",
        short(said.get("skills", ())),
        language_names(said.get("languages", ())),
        short(said.get("regions", ())),
        hours_a_month("".join(said.get("hours", ())), options_of(offer, "hours")),
        mentioned(text, options_of(wanted, "help")),
        speaks_of_agency=_speaks_of_agency(text),
        reachable=any(one.strip() for one in said.get("contact", ())),
    )


def _speaks_of_agency(text: str) -> bool:
    """First whether it can be, which is quicker than where."""
    return any(one in text for one in _AGENCIES) and _AGENCY.search(text) is not None


def _written(desk: Desk, profile: Profile) -> Profile:
    """The profile with what an organizer wrote down instead, and under its name."""
    value = desk.state.value(profile.id, PROFILE)
    if isinstance(value, dict):  # checked where it came in; what is missing all the same counts as not said
        hours = value.get("hours")
        profile = replace(
            profile,
            name=on_one_line(str(value.get("name") or ""), _LONGEST),
            skills=short(texts(value.get("skills")) or ()),
            languages=language_names(texts(value.get("languages")) or ()),
            regions=short(texts(value.get("regions")) or ()),
            hours=hours if isinstance(hours, int) and _is_hours(hours) else None,
            mentions=(),
        )
    return replace(profile, name=profile.name or on_one_line(adviser_name(desk, profile.id), _LONGEST))


@functools.lru_cache(maxsize=64)
def options_of(form: Form, name: str) -> tuple[str, ...]:
    """The answers that a campaign's form offers for a field; none where it has no such field."""
    return next((one.options for one in form.fields if one.id == name), ())


@functools.lru_cache(maxsize=16_384)
def short(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(on_one_line(one, _LONGEST) for one in values[:_MOST]))


def texts(value: Json) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > _MOST:
        return None
    texts = tuple(one for one in value if isinstance(one, str) and len(one) <= _LONGEST)
    return texts if len(texts) == len(value) else None


def _is_hours(value: Json) -> bool:
    if value is None:
        return True
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_HOURS

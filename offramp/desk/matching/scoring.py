"""How well an adviser fits a request: points, each with a sentence that says what they are for.

Each of the functions here looks at one thing. A `Finding` that is an obstacle rules somebody out, whatever
else speaks for them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from offramp.desk.handing.handing_over import HandOff
from offramp.desk.matching.asks import Asks
from offramp.desk.matching.languages import ENGLISH
from offramp.desk.matching.profiles import Candidate
from offramp.desk.matching.words import covers, folded

# What counts how much. Help comes first: it is what somebody asked for.
_ALL_HELP: Final = 40
_MENTIONED: Final = 0.5  # of what a chosen skill counts
_LANGUAGE: Final = 20
_ENGLISH_ASSUMED: Final = 10
_REGION: Final = 20
_REGION_BY_CHANCE: Final = 5
_TIME: Final = 10
_MORE_TIME: Final = 2  # for each further person, up to four
_NO_WAY_TO_REACH: Final = -15


class Finding(NamedTuple):
    """One thing about a pair: a sentence for it or against it. `obstacle` says in short what rules somebody out."""

    points: int
    reason: str = ""
    against: str = ""
    obstacle: str = ""


def findings(asks: Asks, candidate: Candidate, before: Iterable[HandOff]) -> Iterator[Finding]:
    """All that speaks for or against this adviser; `before` are the hand-offs of this case until now.

    Thousands of offers say the same few things about each point, so what was found is kept.
    """
    profile = candidate.profile
    yield from _help(asks.help, asks.from_text, profile.skills, profile.mentions)
    yield _language(asks.languages, profile.languages)
    yield from _region(asks.region, asks.near, asks.away, profile.regions)
    yield _time(profile.hours, candidate.load, candidate.left)
    yield from _had_it_before(profile.id, before)
    if profile.speaks_of_agency:
        yield _AGENCY
    if not profile.reachable and candidate.vetting == "none":
        yield _UNREACHABLE


_AGENCY: Final = Finding(0, against="Writes about an agency: ask what ties they have there.")
_UNREACHABLE: Final = Finding(_NO_WAY_TO_REACH, against="Left no way to reach them.")


@functools.lru_cache(maxsize=16_384)
def _help(
    wishes: tuple[str, ...], from_text: bool, skills: tuple[str, ...], mentions: tuple[str, ...]
) -> tuple[Finding, ...]:
    if not wishes:
        return (
            Finding(0, against="The request does not say which help: read it, and note what it asks for."),
        )
    able = [wish for wish in wishes if any(covers(skill, wish) for skill in skills)]
    hinted = [wish for wish in wishes if wish in mentions and wish not in able]
    missing = [wish for wish in wishes if wish not in able and wish not in hinted]
    asked = "as the letter seems to ask" if from_text else "as asked"
    found = []
    if able:
        points = round(_ALL_HELP * len(able) / len(wishes))
        found.append(Finding(points, f"Can help with {_listed(able)}, {asked}."))
    if hinted:
        points = round(_ALL_HELP * _MENTIONED * len(hinted) / len(wishes))
        found.append(Finding(points, f"Writes about {_listed(hinted)}, without having chosen it."))
    if missing and not skills and not hinted:
        found.append(Finding(0, against="Did not say what they can help with."))
    elif missing:
        obstacle = "" if able or hinted else "other help"
        found.append(Finding(0, against=f"Does not offer {_listed(missing)}.", obstacle=obstacle))
    return tuple(found)


@functools.lru_cache(maxsize=16_384)
def _language(wanted: tuple[str, ...], spoken: tuple[str, ...]) -> Finding:
    shared = _shared(wanted, spoken)
    if shared:
        return Finding(_LANGUAGE, f"Speaks {_listed(shared)}.")
    if not spoken and ENGLISH in wanted:
        return Finding(_ENGLISH_ASSUMED, "Did not say which languages; their offer came in English.")
    says = f"Does not say that they speak {_listed(wanted, 'or')}."
    return Finding(0, against=says, obstacle="another language")


@functools.lru_cache(maxsize=16_384)
def _region(
    region: str, near: tuple[str, ...], away: tuple[str, ...], known: tuple[str, ...]
) -> tuple[Finding, ...]:
    """Whoever knows a part of the country knows its jobs, and may know the people who work there."""
    found = []
    if away:
        found.append(_away(away, known))
    wanted = _shared(near, known)
    if wanted:
        found.append(Finding(_REGION, f"Knows {_listed(wanted)}, as asked."))
    elif near:
        found.append(Finding(0, against=f"Does not say that they know {_listed(near, 'or')}."))
    elif not away and _shared((region,), known):
        says = f"Knows {region}, where this person is. Nobody asked for that: could they know each other?"
        found.append(Finding(_REGION_BY_CHANCE, says))
    return tuple(found)


def _away(away: tuple[str, ...], known: tuple[str, ...]) -> Finding:
    avoided = _shared(away, known)
    if avoided:
        says = (
            f"Knows {_listed(avoided)}, and the request wants nobody from there: they could know each other."
        )
        return Finding(0, against=says, obstacle="a part of the country to keep away from")
    if not known:
        return Finding(
            0, against=f"Did not say where they are from. Ask: it must not be {_listed(away, 'or')}."
        )
    return Finding(_REGION, f"Does not name {_listed(away, 'or')}, which is to be kept away from.")


@functools.lru_cache(maxsize=4096)
def _time(hours: int | None, load: int, left: int) -> Finding:
    said = (
        "did not say how much time they have"
        if hours is None
        else f"offers {_counted(hours, 'hour')} a month"
    )
    busy = f"has {_counted(load, 'case')} now" if load else "has no case now"
    if not left:
        return Finding(0, against=f"No time left: {said}, and {busy}.", obstacle="no time left")
    return Finding(_TIME + _MORE_TIME * min(left - 1, 4), f"Has time: {said}, and {busy}.")


def _had_it_before(adviser_id: bytes, before: Iterable[HandOff]) -> Iterator[Finding]:
    theirs = [one for one in before if one.adviser == adviser_id]
    if any(one.is_open for one in theirs):
        yield Finding(0, against="Has this case already.", obstacle="has it already")
    elif theirs:
        last = max(one.ended or one.last_day for one in theirs)
        yield Finding(0, against=f"Had this case until {last.isoformat()}.", obstacle="had it before")


def _shared(wanted: Iterable[str], given: Iterable[str]) -> list[str]:
    there = {folded(one) for one in given}
    return [one for one in wanted if folded(one) in there]


def _listed(items: Iterable[str], last: str = "and") -> str:
    *others, end = items
    return f"{', '.join(others)} {last} {end}" if others else end


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")

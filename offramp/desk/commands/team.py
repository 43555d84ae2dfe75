"""`offramp team`: who the organizers are, and where their decisions are missing or contradict each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import click

from offramp.crypto.team_list import Member
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.desk import Desk
from offramp.desk.showing import ID_SHOWN
from offramp.desk.team.conflicts import Conflict
from offramp.desk.team.overview import Overview, overview
from offramp.desk.team.words import (
    FIELDS,
    fork_in_words,
    missing_in_words,
    refused_in_words,
    value_in_words,
    waiting_in_words,
)
from offramp.desk.visible import on_one_line

_VALUE_SHOWN: Final = 60


@click.command()
@click.option("--json", "is_json", is_flag=True, help="One JSON object.")
@at_desk()
def team(desk: Desk, place: Place, is_json: bool) -> None:
    """Show the organizers, and what is to be settled between them. Needs no network.

    Everybody's decisions go to all desks with the answers. Where two people decided differently without knowing
    of each other, both stand here until somebody decides again.
    """
    found = overview(desk)
    if is_json:
        click.echo(json.dumps(_object(desk, found)))
        return
    for line in _lines(desk, found):
        click.echo(line)


def _lines(desk: Desk, found: Overview) -> Iterator[str]:
    yield "Organizers:"
    for one in found.members:
        yield f"  {one.name}{' (you)' if one.ed25519 == desk.me.public else ''}"
    if found.former:
        yield f"No longer: {', '.join(one.name for one in found.former)}"
    sections = (_list_lines(found), _missing_lines(desk, found), _conflict_lines(desk, found.conflicts))
    said = [line for section in sections for line in section]
    yield from said or ["As far as this desk can tell, nothing is missing, and nobody decided differently."]


def _list_lines(found: Overview) -> Iterator[str]:
    if not found.has_list:
        yield (
            "This desk knows of no other organizers: the copy of the campaign's folder has no team list. Ask the "
            "holder of the root key for a newer copy."
        )
    elif not found.is_listed:
        yield (
            "You are not among them, so the others do not take in what you decide. Ask the holder of the root "
            "key; if you have just been enrolled, you need a newer copy of the campaign's folder."
        )


def _missing_lines(desk: Desk, found: Overview) -> Iterator[str]:
    yield from (missing_in_words(desk, one) for one in found.missing)
    yield from (fork_in_words(desk, one) for one in found.forks)
    yield from (refused_in_words(name, count) for name, count in found.refused.items())
    if found.waiting:
        yield waiting_in_words(found.waiting)


def _conflict_lines(desk: Desk, conflicts: tuple[Conflict, ...]) -> Iterator[str]:
    for one in conflicts:
        what = FIELDS.get(one.field, one.field)
        yield f"{one.subject.hex()[:ID_SHOWN]}  Decided differently: {what}. The last of these counts meanwhile:"
        for head in one.heads:
            value = on_one_line(value_in_words(one.field, head.value), _VALUE_SHOWN)
            yield f"  {desk.team.name_of(head.author)} on {head.day}: {value}"
    if conflicts:
        yield "Whoever decides again settles it."


def _object(desk: Desk, found: Overview) -> dict[str, object]:
    return {
        "organizers": [_member(desk, one) for one in found.members],
        "former": [_member(desk, one) for one in found.former],
        "has_list": found.has_list,
        "is_listed": found.is_listed,
        "missing": [{"name": desk.team.name_of(one.author), "count": one.count} for one in found.missing],
        "forks": [
            {
                "name": desk.team.name_of(one.author),
                "number": one.number,
                "events": [name.hex() for name in one.ids],
            }
            for one in found.forks
        ],
        "conflicts": [_conflict(desk, one) for one in found.conflicts],
        "refused": dict(found.refused),
        "waiting": found.waiting,
    }


def _member(desk: Desk, one: Member) -> dict[str, object]:
    return {"name": one.name, "ed25519": one.ed25519.hex(), "me": one.ed25519 == desk.me.public}


def _conflict(desk: Desk, one: Conflict) -> dict[str, object]:
    values = [
        {"name": desk.team.name_of(head.author), "day": head.day.isoformat(), "value": head.value}
        for head in one.heads
    ]
    return {"subject": one.subject.hex(), "field": one.field, "values": values}

"""`offramp adviser`: who was vetted, whose key was enrolled, and the ten words that are compared over a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click

from offramp.crypto.event import Json
from offramp.desk.commands import adviser_own
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.options import PATH
from offramp.desk.commands.profile import profile as show_profile
from offramp.desk.desk import Desk
from offramp.desk.handing.advisers import (
    Adviser,
    AdviserKey,
    Vetting,
    add_adviser,
    advisers,
    end_adviser,
    find_adviser,
    vet,
)
from offramp.desk.handing.advisers import enroll as enroll_key
from offramp.desk.handing.cards import read_card
from offramp.desk.handing.errors import NoKeyOffered, NotAnAdvisersHalf, NotVetted, SeveralKeysOffered
from offramp.desk.handing.handing_over import open_counts
from offramp.desk.handing.offered import offered, offered_keys
from offramp.desk.showing import ID_SHOWN
from offramp.desk.visible import on_one_line

_IN_WORDS = {"none": "not vetted", "asked": "asked", "vetted": "vetted", "declined": "declined"}


@click.group()
def adviser() -> None:
    """Advisers: whom you spoke with, and whose key may be sealed to."""


for command in (show_profile, adviser_own.new, adviser_own.join, adviser_own.me):
    adviser.add_command(command)


@adviser.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs: one object a line.")
@at_desk()
def list_(desk: Desk, place: Place, as_json: bool) -> None:
    """List the advisers that the team decided anything about, and what is handed over to each."""
    counts = open_counts(desk)
    for one in advisers(desk):
        if as_json:
            click.echo(json.dumps(_as_object(one, counts[one.id], offered_keys(desk, one))))
        else:
            click.echo(
                f"{one.id.hex()[:ID_SHOWN]}  {on_one_line(one.name, 40):<20}  {_state(one, counts[one.id])}"
            )
            for key in offered_keys(desk, one):
                click.echo(f"          came with the offer, not compared yet: {key.words}")


@adviser.command()
@click.argument("name")
@click.option("--skill", "skills", multiple=True, help="What they can help with. As often as you like.")
@click.option("--language", "languages", multiple=True, help="A language. As often as you like.")
@click.option("--region", "regions", multiple=True, help="A region that they know. As often as you like.")
@click.option("--hours", type=click.IntRange(0, 744), help="Hours a month.")
@at_desk()
def add(
    desk: Desk,
    place: Place,
    name: str,
    skills: tuple[str, ...],
    languages: tuple[str, ...],
    regions: tuple[str, ...],
    hours: int | None,
) -> None:
    """Add an adviser whom you know otherwise than by an offer."""
    lists = {"skills": skills, "languages": languages, "regions": regions}
    profile: dict[str, Json] = {key: list(values) for key, values in lists.items()}
    made = add_adviser(desk, name, {**profile, "hours": hours})
    click.echo(
        f"{on_one_line(name, 60)} is added, with the id {made.hex()[:ID_SHOWN]}. Next: offramp adviser vet"
    )


@adviser.command("vet")
@click.argument("who")
@click.argument("vetting", type=click.Choice(get_args(Vetting)))
@at_desk()
def vet_(desk: Desk, place: Place, who: str, vetting: Vetting) -> None:
    """Say how far you are with WHO, a name or the beginning of an offer's id.

    'asked': you wrote to them. 'vetted': you spoke with them, and trust them with a request. 'declined': no.
    'none' takes it back.
    """
    one = find_adviser(desk, who)
    vet(desk, one.id, vetting)
    click.echo(f"{on_one_line(one.name, 60)}: {_IN_WORDS[vetting]}.")
    if vetting != "vetted" and one.keys:
        click.echo("Nothing more can be handed over to them. To end what they have: offramp adviser end")


@adviser.command()
@click.argument("who")
@click.argument("file", type=PATH, required=False)
@click.option("--from", "offer", metavar="OFFER", help="Take the key that came with this offer.")
@click.option("--yes", is_flag=True, help="The ten words were compared already; do not ask.")
@at_desk()
def enroll(desk: Desk, place: Place, who: str, file: Path | None, offer: str | None, yes: bool) -> None:
    """Enroll the key of WHO, who must be vetted: the one that came with their offer, or in FILE (NAME.adviser.toml).

    Call them, on a number or an account that you know to be theirs, and let them read ten words from their
    own screen. If they are the same here, nobody exchanged the key on its way.
    """
    one = find_adviser(desk, who)
    if not one.is_vetted:
        raise NotVetted
    keys = [read_card(file)] if file else _offered(desk, find_adviser(desk, offer) if offer else one)
    for number, key in enumerate(keys, start=1):
        which = f" Key {number}:" if len(keys) > 1 else ""
        click.echo(f"{key.name}, whom you know as {on_one_line(one.name, 60)}.{which} The ten words:")
        click.echo(f"\n    {key.words}\n")
    key = _compared(keys, yes=yes)
    enroll_key(desk, one.id, key)
    click.echo(f"{key.name} is enrolled. Requests can be handed over to them: offramp hand-over")


def _offered(desk: Desk, one: Adviser) -> list[AdviserKey]:
    """The keys that came with an offer. Raises NoKeyOffered, or NotAnAdvisersHalf, which says what is wrong."""
    found = offered(desk, one.id)
    keys = [pasted.key for pasted in found if pasted.key is not None]
    problems = [pasted.problem for pasted in found if pasted.problem]
    if not keys and problems:
        raise NotAnAdvisersHalf(problems[0])
    if not keys:
        raise NoKeyOffered
    for problem in problems:
        click.echo(problem, err=True)
    return keys


def _compared(keys: Sequence[AdviserKey], *, yes: bool) -> AdviserKey:
    """The key whose words an adviser read. Raises SeveralKeysOffered."""
    if len(keys) == 1:
        if not yes:
            click.confirm(f"Did {keys[0].name} read you the same ten words over a call?", abort=True)
        return keys[0]
    if yes:
        raise SeveralKeysOffered
    number = click.prompt(
        "Which key's ten words did they read to you over a call? (0 for none)",
        type=click.IntRange(0, len(keys)),
    )
    if number == 0:
        raise click.Abort
    return keys[number - 1]


@adviser.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_desk()
def end(desk: Desk, place: Place, who: str, yes: bool) -> None:
    """Take back the key of WHO, and end everything that is handed over to them.

    What they have read, they have read. Drafts of theirs are refused from now on.
    """
    one = find_adviser(desk, who)
    count = open_counts(desk)[one.id]
    name = on_one_line(one.name, 60)
    if not yes:
        click.confirm(f"End {name}'s key, and {count} open hand-offs?", abort=True)
    end_adviser(desk, one.id)
    click.echo(f"{name} gets nothing any more. Open hand-offs that were ended: {count}")


def _state(one: Adviser, open_count: int) -> str:
    vetting = "organizers disagree" if one.vetting_differs else _IN_WORDS[one.vetting]
    key = {0: "no key", 1: "enrolled"}.get(len(one.keys), "two keys, call them")
    return f"{vetting}, {key}" + (f", open hand-offs: {open_count}" if open_count else "")


def _as_object(one: Adviser, open_count: int, offered: Sequence[AdviserKey]) -> dict[str, object]:
    return {
        "id": one.id.hex(),
        "name": one.name,
        "vetting": one.vetting,
        "vetting_differs": one.vetting_differs,
        "keys": [{"name": key.name, "words": key.words} for key in one.keys],
        "offered": [{"name": key.name, "words": key.words} for key in offered],
        "open_hand_offs": open_count,
    }

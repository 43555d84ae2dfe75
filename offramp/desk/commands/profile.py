"""`offramp adviser profile`: what an adviser offers, and writing it down after a call."""

from __future__ import annotations

import json

import click

from offramp.crypto.event import Json
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.desk import Desk
from offramp.desk.handing.advisers import find_adviser
from offramp.desk.matching.profiles import MOST_HOURS, profile_of, profile_value, set_profile


@click.command()
@click.argument("who")
@click.option("--name", help="What to call them.")
@click.option("--skill", "skills", multiple=True, help="What they can help with. As often as you like.")
@click.option("--language", "languages", multiple=True, help="A language. As often as you like.")
@click.option("--region", "regions", multiple=True, help="A region that they know. As often as you like.")
@click.option("--hours", type=click.IntRange(0, MOST_HOURS), help="Hours a month; 0 for a pause.")
@click.option("--json", "is_json", is_flag=True, help="For programs: one object.")
@at_desk()
def profile(
    desk: Desk,
    place: Place,
    who: str,
    name: str | None,
    skills: tuple[str, ...],
    languages: tuple[str, ...],
    regions: tuple[str, ...],
    hours: int | None,
    is_json: bool,
) -> None:
    """Show what WHO offers, a name or the beginning of an offer's id; or write down what is otherwise.

    What is not given stays as it is.
    """
    adviser_id = find_adviser(desk, who).id
    given: dict[str, Json] = {
        "name": name,
        "skills": list(skills) or None,
        "languages": list(languages) or None,
        "regions": list(regions) or None,
        "hours": hours,
    }
    new = {key: value for key, value in given.items() if value is not None}
    if new:
        set_profile(desk, adviser_id, profile_value(desk, adviser_id) | new)
    found = profile_value(desk, adviser_id) | {"name": profile_of(desk, adviser_id).name}
    if is_json:
        click.echo(json.dumps({"id": adviser_id.hex(), **found}))
        return
    for key, value in found.items():
        told = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        click.echo(f"{_LABELS[key]:<16}{told or 'not said'}")


_LABELS = {
    "name": "Name",
    "skills": "Can help with",
    "languages": "Languages",
    "regions": "Knows",
    "hours": "Hours a month",
}

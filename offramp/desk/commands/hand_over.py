"""`offramp hand-over` and `offramp hand-off`: chosen parts of a case for one adviser, and what went to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.answers.composing import read_text
from offramp.desk.cases.finding import find_case
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import screen_width
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk
from offramp.desk.files import write_new
from offramp.desk.handing.advisers import adviser_name, find_adviser
from offramp.desk.handing.errors import NoSuchHandOff, NoSuchPart
from offramp.desk.handing.handing_over import (
    USUAL_DAYS,
    HandOff,
    all_hand_offs,
    end_hand_off,
    file_again,
    hand_offs,
    handed_over,
    new_file_name,
)
from offramp.desk.handing.handing_over import hand_over as seal_parts
from offramp.desk.handing.parts import Part, part_title, parts_of
from offramp.desk.showing import ID_SHOWN, size_in_words, strangers_lines
from offramp.desk.visible import on_one_line

_SHOWN = 400
"""Characters of a part, by which it is known."""

to_folder = click.option(
    "--folder",
    "target",
    type=PATH,
    default=Path(),
    metavar="DIR",
    help="Write the file there instead of here.",
)


@click.command("hand-over")
@click.argument("case")
@click.argument("who")
@click.option(
    "--part", "wanted", multiple=True, metavar="N", help="Only these parts: their numbers, or names."
)
@click.option(
    "--in-other-words", type=(str, PATH), multiple=True, metavar="N FILE", help="This text instead."
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help=f"The last day, such as 2027-01-31. Default: in {USUAL_DAYS} days.",
)
@click.option("--list", "only_list", is_flag=True, help="Only show the parts.")
@click.option("--json", "as_json", is_flag=True, help="Only show the parts, for programs.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@to_folder
@at_desk()
def hand_over(
    desk: Desk,
    place: Place,
    case: str,
    who: str,
    wanted: tuple[str, ...],
    in_other_words: tuple[tuple[str, Path], ...],
    until: datetime | None,
    only_list: bool,
    as_json: bool,
    yes: bool,
    target: Path,
) -> None:
    """Hand over parts of CASE to the adviser WHO, as a file that only their key opens.

    CASE is the beginning of a case's id, WHO an adviser's name or the beginning of their id. Names, where
    somebody works and how to reach them are off unless you choose them; but only you can see what is between
    the lines, so read what you hand over. On the adviser's desk it is destroyed after the last day.
    """
    found = find_case(desk, case)
    parts = parts_of(desk, found)
    if as_json:
        click.echo(json.dumps([_as_object(number, part) for number, part in enumerate(parts, start=1)]))
        return
    for line in _shown(parts, wanted):
        click.echo(line)
    if only_list:
        return
    adviser = find_adviser(desk, who)
    adviser.key()  # refused before anybody chooses anything
    chosen = _chosen(parts, wanted) if wanted or yes else _asked(parts)
    chosen = chosen or [part for part in parts if part.chosen]
    wording = {_part(parts, number).name: read_text(path) for number, path in in_other_words}
    last_day = until.date() if until else days.today() + timedelta(days=USUAL_DAYS)
    if not yes:
        _confirm(adviser.name, chosen, last_day)
    made, file = seal_parts(desk, found, adviser.id, [part.name for part in chosen], last_day, wording)
    path = target / new_file_name()
    write_new(path, file)
    click.echo(f"Handed over to {on_one_line(adviser.name, 40)} until {made.last_day}: {path}")
    click.echo(
        f"Give them this file by any way. Its name and its bytes tell nothing. To end it: offramp hand-off end "
        f"{made.id.hex()[:ID_SHOWN]}"
    )


@click.group("hand-off")
def hand_off() -> None:
    """What was handed over to whom, and ending it."""


@hand_off.command("list")
@click.argument("case", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: one object a line.")
@at_desk()
def list_(desk: Desk, place: Place, case: str | None, as_json: bool) -> None:
    """List what was handed over, of CASE or of all cases."""
    for one in hand_offs(desk, find_case(desk, case)) if case else all_hand_offs(desk):
        if as_json:
            click.echo(json.dumps(_hand_off_as_object(desk, one)))
        else:
            name = on_one_line(adviser_name(desk, one.adviser), 20)
            state = one.state(days.today())
            when = f"since {one.ended}" if one.ended else f"until {one.last_day}"
            row = (
                one.id.hex()[:ID_SHOWN],
                f"case {one.case.hex()[:ID_SHOWN]}",
                f"{name:<20}",
                f"{state} {when}",
            )
            click.echo("  ".join(row))


@hand_off.command()
@click.argument("prefix")
@at_desk()
def show(desk: Desk, place: Place, prefix: str) -> None:
    """Show what exactly was handed over under the id that begins with PREFIX."""
    one = _find(desk, prefix)
    said = handed_over(desk, one)
    name = on_one_line(adviser_name(desk, one.adviser), 40)
    by = on_one_line(desk.team.name_of(one.by), 40)
    click.echo(f"To {name}, by {by}, on {one.day}, until {one.last_day}: {one.state(days.today())}")
    if said is None:
        click.echo("Another desk handed it over, and has the words. These parts:")
        for part in one.parts:
            click.echo(f"  {on_one_line(part_title(desk, one.case, part), 70)}")
        return
    for title, text in said.parts:
        click.echo(f"  {on_one_line(title, 70)}")
        for line in strangers_lines(text, screen_width()):
            click.echo(line)
    for file in said.files:
        click.echo(f"  File: {size_in_words(len(file.data))}, which they see as {file.name}")


@hand_off.command()
@click.argument("prefix")
@click.option("--yes", is_flag=True, help="Do not ask.")
@at_desk()
def end(desk: Desk, place: Place, prefix: str, yes: bool) -> None:
    """End the hand-off whose id begins with PREFIX: drafts for it are refused from now on.

    Tell the adviser, so that they do not go on. What they have read, they have read.
    """
    one = _find(desk, prefix)
    name = on_one_line(adviser_name(desk, one.adviser), 40)
    if not yes:
        click.confirm(f"End what was handed over to {name} on {one.day}?", abort=True)
    end_hand_off(desk, one.case, one.id)
    click.echo(f"Ended. Tell {name}. The case can be handed over to another adviser.")


@hand_off.command()
@click.argument("prefix")
@to_folder
@at_desk()
def again(desk: Desk, place: Place, prefix: str, target: Path) -> None:
    """Write the file of the hand-off whose id begins with PREFIX once more, for an adviser who lost it."""
    file = file_again(desk, _find(desk, prefix).id)
    path = target / new_file_name()
    write_new(path, file)
    click.echo(f"The same, sealed anew: {path}")


def _find(desk: Desk, prefix: str) -> HandOff:
    found = [one for one in all_hand_offs(desk) if one.id.hex().startswith(prefix.lower())]
    if len(found) != 1:
        raise NoSuchHandOff
    return found[0]


def _shown(parts: Sequence[Part], wanted: tuple[str, ...]) -> Iterator[str]:
    """Each part with its number, and a mark where it is handed over."""
    chosen = _chosen(parts, wanted) or [part for part in parts if part.chosen]
    for number, part in enumerate(parts, start=1):
        yield f"{number:>3} [{'x' if part in chosen else ' '}] {on_one_line(part.title, 70)}"
        if part.file is not None:
            yield f"        {size_in_words(part.file.size)}, which the adviser sees as {part.file.shown_as}"
            yield from strangers_lines(part.file.sender_name, screen_width())
        yield from strangers_lines(part.text[:_SHOWN], screen_width()) if part.text else ()
        if len(part.text) > _SHOWN:
            yield f"        (It is longer: {len(part.text)} characters in all. 'offramp case' shows it.)"
        if part.why:
            yield f"        Off by itself: {part.why}"


def _part(parts: Sequence[Part], number: str) -> Part:
    """By its number in the list, or by its name."""
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(parts):
        return parts[int(number) - 1]
    found = [part for part in parts if number in (part.name, part.name.partition("@")[0])]
    if len(found) != 1:
        raise NoSuchPart
    return found[0]


def _chosen(parts: Sequence[Part], wanted: Sequence[str]) -> list[Part]:
    return list(dict.fromkeys(_part(parts, number) for number in wanted))


def _asked(parts: Sequence[Part]) -> list[Part]:
    usual = " ".join(str(number) for number, part in enumerate(parts, start=1) if part.chosen)
    typed: str = click.prompt("The numbers of the parts to hand over", default=usual)
    return _chosen(parts, typed.replace(",", " ").split())


def _confirm(name: str, chosen: Sequence[Part], last_day: date) -> None:
    titles = ", ".join(on_one_line(part.title, 60) for part in chosen)
    click.echo(f"{on_one_line(name, 40)} gets, until {last_day}: {titles}")
    if not click.confirm("Have you read all of that, and shall it go over?"):
        click.echo("Nothing was handed over.")
        click.get_current_context().exit(1)


def _as_object(number: int, part: Part) -> dict[str, object]:
    file = part.file and {
        "size": part.file.size,
        "shown_as": part.file.shown_as,
        "sender_name": part.file.sender_name,
    }
    return {
        "number": number,
        "name": part.name,
        "title": part.title,
        "text": part.text,
        "chosen": part.chosen,
        "why": part.why,
        "file": file,
    }


def _hand_off_as_object(desk: Desk, one: HandOff) -> dict[str, object]:
    return {
        "id": one.id.hex(),
        "case": one.case.hex(),
        "adviser": one.adviser.hex(),
        "adviser_name": adviser_name(desk, one.adviser),
        "by": desk.team.name_of(one.by),
        "day": one.day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "parts": [part_title(desk, one.case, part) for part in one.parts],
        "ended": one.ended.isoformat() if one.ended else None,
        "state": one.state(days.today()),
    }

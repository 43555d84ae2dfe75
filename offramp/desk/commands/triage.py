"""What an organizer decides about cases: `offramp status`, `assign`, `note`, `merge`, `separate`, `undo`, `groups`."""

from __future__ import annotations

import json

import click

from offramp.crypto.event import Event
from offramp.desk.cases.duplicates import proposals
from offramp.desk.cases.errors import NoSuchNote
from offramp.desk.cases.finding import find_case, find_cases, find_group
from offramp.desk.cases.similar import Group, groups
from offramp.desk.cases.status import STATUSES, StatusName
from offramp.desk.cases.triage import (
    add_note,
    change_note,
    notes_of,
    set_status,
    unmerge,
)
from offramp.desk.cases.triage import (
    assign as assign_cases,
)
from offramp.desk.cases.triage import (
    merge as merge_cases,
)
from offramp.desk.cases.triage import (
    undo as undo_last,
)
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import screen_width
from offramp.desk.desk import Desk
from offramp.desk.showing import ID_SHOWN
from offramp.desk.visible import on_one_line

_UNDO = "To take that back: offramp undo"


@click.command()
@click.argument("new_status", type=click.Choice(STATUSES), metavar="STATUS")
@click.argument("prefixes", nargs=-1, required=True, metavar="ID...")
@at_desk()
def status(desk: Desk, place: Place, new_status: StatusName, prefixes: tuple[str, ...]) -> None:
    """Say where cases stand: new, open, waiting (for them), done or spam."""
    _tell(set_status(desk, find_cases(desk, prefixes), new_status), f"now {new_status}")


@click.command()
@click.argument("name")
@click.argument("prefixes", nargs=-1, required=True, metavar="ID...")
@at_desk()
def assign(desk: Desk, place: Place, name: str, prefixes: tuple[str, ...]) -> None:
    """Say which organizer takes care of cases. With '-' as NAME, nobody does."""
    whom = "" if name == "-" else name
    _tell(assign_cases(desk, find_cases(desk, prefixes), whom), f"now {whom}'s" if whom else "now nobody's")


@click.command()
@click.argument("prefix", metavar="ID")
@click.argument("text", nargs=-1)
@click.option("--change", metavar="NOTE", help="Another text for this note, by the beginning of its id.")
@click.option("--withdraw", metavar="NOTE", help="Take this note back.")
@at_desk()
def note(
    desk: Desk, place: Place, prefix: str, text: tuple[str, ...], change: str | None, withdraw: str | None
) -> None:
    """Write a note about a case, for the team. 'offramp case' shows them."""
    case, words = find_case(desk, prefix), " ".join(text)
    if withdraw is not None:
        change_note(desk, case, _note(desk, case, withdraw), "")
        click.echo("The note is withdrawn.")
    elif change is not None:
        change_note(desk, case, _note(desk, case, change), words)
        click.echo("The note says that now.")
    else:
        made = add_note(desk, case, words)
        click.echo(f"Note {made.id.hex()[:ID_SHOWN]} is written.")


@click.command()
@click.argument("prefixes", nargs=-1, metavar="[ID ID...]")
@at_desk()
def merge(desk: Desk, place: Place, prefixes: tuple[str, ...]) -> None:
    """Show several cases as one: all of them under the first ID. Without an ID, show what could be merged.

    The same letter that came twice is shown as one already, unless it was sent under different words.
    """
    if prefixes:
        event = merge_cases(desk, find_cases(desk, prefixes))
        _tell(event, "now shown as one with the first")
        return
    for found in proposals(desk):
        ids = " ".join(one.hex()[:ID_SHOWN] for one in found.ids[:20])
        click.echo(f"{ids}  {found.why}")


@click.command()
@click.argument("prefix", metavar="ID")
@at_desk()
def separate(desk: Desk, place: Place, prefix: str) -> None:
    """Show a case by itself again; for the first of several that are shown as one, all of them."""
    _tell(unmerge(desk, find_case(desk, prefix, whole=False)), "now shown apart")


@click.command()
@at_desk()
def undo(desk: Desk, place: Place) -> None:
    """Take back the last thing that was decided at this desk, for all cases that it was about.

    Again, and it takes back what was decided before that. An answer is taken back with 'offramp take-back'.
    """
    done = undo_last(desk)
    fields = sorted({_FIELDS.get(one.field, one.field) for one in done.event.changes})
    number = len(set(done.given_back))
    click.echo(f"Undone: {' and '.join(fields)} of {_cases(number)}.")
    if done.moved_on:
        left = ", ".join(one.hex()[:ID_SHOWN] for one in done.moved_on[:20])
        click.echo(f"Left as it is, for it was decided again since: {left}", err=True)


_FIELDS = {"assignee": "who takes care", "same_as": "merging", "note": "a note"}


@click.command("groups")
@click.argument("prefix", required=False, metavar="[ID]")
@click.option("--status", "new_status", type=click.Choice(STATUSES), help="Give all of group ID this status.")
@click.option("--json", "is_json", is_flag=True, help="JSON, one object a line.")
@at_desk()
def groups_(
    desk: Desk, place: Place, prefix: str | None, new_status: StatusName | None, is_json: bool
) -> None:
    """Show cases with similar texts together, three and more, as trolls send them: one decision for all.

    A group is called by the id that its line begins with. Only what is new or open counts and is decided.
    """
    found = groups(desk) if prefix is None else [find_group(groups(desk), prefix)]
    if new_status is not None:
        if prefix is None:
            raise click.UsageError("Say which group: the id at the beginning of its line.")
        _tell(set_status(desk, found[0].ids, new_status), f"now {new_status}")
        return
    for group in found:
        click.echo(json.dumps(_group_object(group)) if is_json else _group_line(group, screen_width()))
    if prefix is not None and not is_json:
        for case in found[0].ids:
            click.echo(f"  {case.hex()[:ID_SHOWN]}")


def _group_line(group: Group, width: int) -> str:
    spam = f"{group.spam} more are spam" if group.spam else ""
    start = f"{group.id.hex()[:ID_SHOWN]}  {len(group.ids):>5} {group.kind + 's':<8}  {spam:<18}  "
    return start + on_one_line(group.sample, max(width - len(start), 20))


def _group_object(group: Group) -> dict[str, object]:
    return {
        "id": group.id.hex(),
        "kind": group.kind,
        "ids": [one.hex() for one in group.ids],
        "size": group.size,
        "spam": group.spam,
        "sample": group.sample,
    }


def _note(desk: Desk, case: bytes, prefix: str) -> bytes:
    found = [one.id for one in notes_of(desk, case) if one.id.hex().startswith(prefix.lower())]
    if len(found) != 1:
        raise NoSuchNote
    return found[0]


def _tell(event: Event | None, what: str) -> None:
    if event is None:
        click.echo("That is so already. Nothing was changed.")
        return
    number = len({change.subject for change in event.changes})
    click.echo(f"{_cases(number)} {'is' if number == 1 else 'are'} {what}. {_UNDO}")


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"

"""`offramp receive`, `handed` and `draft` at an adviser's desk, and `offramp drafts` at an organizer's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from offramp.crypto.handoff import LONGEST_FILE, Statement
from offramp.crypto.letter import Attachment
from offramp.desk.answers.composing import check_terminal, read_files, read_text, typed_text
from offramp.desk.attachments import save_all
from offramp.desk.cases.finding import find_case
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import screen_width
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk
from offramp.desk.files import read_whole, write_new
from offramp.desk.handing.advisers import adviser_name
from offramp.desk.handing.drafting import keyset_for, seal_again, write_draft
from offramp.desk.handing.drafts import (
    KeptDraft,
    all_drafts,
    dismiss_draft,
    draft_files,
    find_draft,
    use_draft,
)
from offramp.desk.handing.drafts import drafts as drafts_of
from offramp.desk.handing.errors import NoSuchDraft, NothingDrafted
from offramp.desk.handing.handed import Handed, destroy, find_handed, receive_hand_off, what_was_handed
from offramp.desk.handing.handed import handed as all_handed
from offramp.desk.handing.handing_over import new_file_name
from offramp.desk.showing import ID_SHOWN, size_in_words, strangers_lines
from offramp.desk.visible import on_one_line

_CAREFUL = "Open files on a computer that is offline. A file can go online by itself when it is opened."


@click.command()
@click.argument("files", type=PATH, nargs=-1, required=True)
@at_desk("adviser")
def receive(desk: Desk, place: Place, files: tuple[Path, ...]) -> None:
    """Open FILES that organizers handed over to you, and keep what they say in your vault. No network."""
    for path in files:
        one = receive_hand_off(desk, read_whole(path, limit=LONGEST_FILE))
        click.echo(f"{one.id.hex()[:ID_SHOWN]}  from {on_one_line(one.by, 40)}, until {one.last_day}")
        click.echo(f"It is in your vault. You do not need {path} any more: delete it.")
    click.echo("To read it: offramp handed")


@click.command()
@click.argument("prefix", required=False)
@click.option("--attachments", type=PATH, metavar="DIR", help="Save the files there, under harmless names.")
@click.option("--destroy", "do_destroy", is_flag=True, help="Destroy it now, before its last day.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one object a line.")
@at_desk("adviser")
def handed(
    desk: Desk, place: Place, prefix: str | None, attachments: Path | None, do_destroy: bool, as_json: bool
) -> None:
    """Show what was handed over to you; with PREFIX, the beginning of an id, all of it.

    After its last day it is destroyed, by itself.
    """
    if prefix is None and not (attachments or do_destroy):
        for one in all_handed(desk):
            click.echo(json.dumps(_as_object(one)) if as_json else _row(one))
        return
    one = find_handed(desk, prefix or "")
    if do_destroy:
        destroy(desk, one.id)
        click.echo("It is destroyed, and what you wrote about it.")
        return
    said = what_was_handed(desk, one.id)
    saved = list(save_all(attachments, one.id, said.files)) if attachments else []
    if as_json:
        click.echo(json.dumps(_whole_as_object(one, said, saved)))
        return
    _show(one, said, saved)


@click.command()
@click.argument("prefix")
@click.option("--text", type=PATH, metavar="FILE", help="The text, in a file. Else you type it.")
@click.option("--file", "files", type=PATH, multiple=True, metavar="PATH", help="Send this file too.")
@click.option("--again", is_flag=True, help="Seal the last draft again, to the keys of this week.")
@click.option("--folder", "target", type=PATH, default=Path(), metavar="DIR", help="Write the draft there.")
@at_desk("adviser")
def draft(
    desk: Desk,
    place: Place,
    prefix: str,
    text: Path | None,
    files: tuple[Path, ...],
    again: bool,
    target: Path,
) -> None:
    """Write a draft answer to what was handed over under PREFIX, sealed to the organizers. No network.

    They read it, and decide what of it goes to the person. Then send the file, or give it to them by any way.
    """
    one = find_handed(desk, prefix)
    if again:
        sealed = seal_again(desk, one.id)
    else:
        keyset_for(desk, one.id)  # what is missing is said before anybody types
        attachments = read_files((path, path.name) for path in files)
        sealed = write_draft(desk, one.id, _words(text, attachments), attachments)
    path = target / new_file_name()
    write_new(path, sealed)
    click.echo(f"The draft is sealed to the organizers: {path}")
    click.echo(f"To send it: offramp send {path}. Or give them the file by any way.")


@click.group()
def drafts() -> None:
    """Drafts that advisers sent back."""


@drafts.command("list")
@click.argument("case", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs: one object a line, with the text.")
@at_desk()
def list_(desk: Desk, place: Place, case: str | None, as_json: bool) -> None:
    """List the drafts, for CASE or for all cases."""
    for one in drafts_of(desk, find_case(desk, case)) if case else all_drafts(desk):
        if as_json:
            click.echo(json.dumps(_draft_as_object(desk, one)))
        else:
            start = f"{one.id.hex()[:ID_SHOWN]}  case {one.case.hex()[:ID_SHOWN]}  {one.day}  {one.done or 'new':<9}  "
            name = on_one_line(adviser_name(desk, one.adviser), 20)
            click.echo(start + on_one_line(f"{name}: {one.text}", max(screen_width() - len(start), 20)))


@drafts.command()
@click.argument("prefix")
@click.option("--attachments", type=PATH, metavar="DIR", help="Save its files there, under harmless names.")
@at_desk()
def show(desk: Desk, place: Place, prefix: str, attachments: Path | None) -> None:
    """Show the draft whose id begins with PREFIX."""
    one = _find(desk, prefix)
    name = on_one_line(adviser_name(desk, one.adviser), 40)
    click.echo(
        f"Draft {one.id.hex()[:ID_SHOWN]} for case {one.case.hex()[:ID_SHOWN]}, by {name}, on {one.day}"
    )
    for line in strangers_lines(one.text, screen_width()):
        click.echo(line)
    saved = list(save_all(attachments, one.id, draft_files(desk, one))) if attachments else []
    _show_files([(file.name, file.size) for file in one.files], saved)


@drafts.command()
@click.argument("prefix")
@at_desk()
def use(desk: Desk, place: Place, prefix: str) -> None:
    """Take the draft's text as what you are writing to this person; change it before you answer.

    On the pages it stands in the answer's field then. Its files are saved with 'offramp drafts show'.
    """
    one = _find(desk, prefix)
    use_draft(desk, one)
    click.echo(f"It is what you are writing to case {one.case.hex()[:ID_SHOWN]} now. Nothing was sent.")


@drafts.command()
@click.argument("prefix")
@at_desk()
def dismiss(desk: Desk, place: Place, prefix: str) -> None:
    """Say that the draft will not be used. It stays in the case."""
    dismiss_draft(desk, _find(desk, prefix))
    click.echo("It is dismissed.")


def _find(desk: Desk, prefix: str) -> KeptDraft:
    found = [one for one in all_drafts(desk) if one.id.hex().startswith(prefix.lower())]
    if len(found) != 1:
        raise NoSuchDraft
    return find_draft(desk, found[0].id)


def _words(text: Path | None, attachments: Sequence[Attachment]) -> str:
    if text is not None:
        words = read_text(text)
    else:
        check_terminal()
        click.echo("Type the draft. When it is complete, press Enter, and then Ctrl-D.")
        words = typed_text()
    if not words and not attachments:
        raise NothingDrafted
    return words


def _row(one: Handed) -> str:
    start = f"{one.id.hex()[:ID_SHOWN]}  until {one.last_day}  "
    return start + on_one_line(one.beginning, max(screen_width() - len(start), 20))


def _show(one: Handed, said: Statement, saved: Sequence[str]) -> None:
    click.echo(
        f"Handed over by {on_one_line(one.by, 40)} on {one.day}. It is destroyed after {one.last_day}."
    )
    for title, text in said.parts:
        click.echo(f"  {on_one_line(title, 70)}")
        for line in strangers_lines(text, screen_width()):
            click.echo(line)
    _show_files([(file.name, len(file.data)) for file in said.files], saved)
    click.echo(f"To answer: offramp draft {one.id.hex()[:ID_SHOWN]}")


def _show_files(files: Sequence[tuple[str, int]], saved: Sequence[str]) -> None:
    for number, (name, size) in enumerate(files):
        where = f", saved as {saved[number]}" if saved else ""
        click.echo(f"  File {number + 1}: {size_in_words(size)}{where}, called")
        for line in strangers_lines(name, screen_width()):
            click.echo(line)
    if files:
        click.echo(_CAREFUL)


def _as_object(one: Handed) -> dict[str, object]:
    return {
        "id": one.id.hex(),
        "by": one.by,
        "day": one.day.isoformat(),
        "last_day": one.last_day.isoformat(),
    }


def _whole_as_object(one: Handed, said: Statement, saved: Sequence[str]) -> dict[str, object]:
    files = [
        {"name": file.name, "size": len(file.data), **({"saved_as": saved[number]} if saved else {})}
        for number, file in enumerate(said.files)
    ]
    return {**_as_object(one), "parts": [list(part) for part in said.parts], "files": files}


def _draft_as_object(desk: Desk, one: KeptDraft) -> dict[str, object]:
    return {
        "id": one.id.hex(),
        "case": one.case.hex(),
        "hand_off": one.hand_off.hex(),
        "adviser": one.adviser.hex(),
        "adviser_name": adviser_name(desk, one.adviser),
        "day": one.day.isoformat(),
        "text": one.text,
        "files": [{"name": file.name, "size": file.size} for file in one.files],
        "done": one.done,
    }

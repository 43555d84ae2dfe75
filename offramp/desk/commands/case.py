"""`offramp case`: all of one case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from offramp.crypto.letter import Attachment
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.kept import files_of
from offramp.desk.attachments import save_all
from offramp.desk.cases.files import letter_files
from offramp.desk.cases.finding import find_case
from offramp.desk.cases.showing import case_lines, case_object
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import SOME_FAILED, screen_width
from offramp.desk.commands.options import PATH
from offramp.desk.desk import Desk
from offramp.desk.errors import FileInTheWay


@click.command()
@click.argument("prefix", metavar="ID")
@click.option("--json", "is_json", is_flag=True, help="One JSON object, with all texts exactly as they are.")
@click.option("--attachments", type=PATH, metavar="DIR", help="Save all files in DIR, under harmless names.")
@at_desk()
def case(desk: Desk, place: Place, prefix: str, is_json: bool, attachments: Path | None) -> None:
    """Show a case: letters and answers in order, notes, and what was handed over. Needs no network.

    ID is the beginning of an id, as 'offramp inbox' prints it. What the person wrote stands behind '|', and
    what the team wrote behind '>'. Characters that act or hide are shown as ⟨U+202E⟩.

    A file's own name is shown and never used: files are saved under an id and a number. Open them on a machine
    that is offline, for a file can call home.
    """
    found = find_case(desk, prefix)
    saved: dict[bytes, tuple[str, ...]] = {}
    in_the_way = False
    for name, files in _files(desk, found) if attachments else ():
        try:
            saved[name] = tuple(save_all(attachments or Path(), name, files))
        except FileInTheWay as error:
            click.echo(str(error), err=True)
            in_the_way = True
    if is_json:
        click.echo(json.dumps(case_object(desk, found, saved)))
    else:
        for line in case_lines(desk, found, saved, screen_width()):
            click.echo(line)
    if in_the_way:
        click.get_current_context().exit(SOME_FAILED)


def _files(desk: Desk, found: bytes) -> Iterator[tuple[bytes, tuple[Attachment, ...]]]:
    """The files of each letter and answer, one after another: together they may be large."""
    both = conversation(desk, found)
    yield from ((one.id, letter_files(desk, one)) for one in both.letters if one.files)
    yield from ((one.id, files_of(desk, one)) for one in both.answers if one.files)

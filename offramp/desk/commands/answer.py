"""`offramp answer` and `offramp take-back`: with no network; a courier pushes what they leave in the outbox."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from offramp.crypto.errors import OfframpError
from offramp.desk.answers.cautions import cautions
from offramp.desk.answers.composing import (
    check_terminal,
    check_text,
    name_when_saved,
    piped_text,
    read_files,
    read_text,
    typed_text,
)
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.kept import KeptAnswer
from offramp.desk.answers.outbox import Outbox, opened_outbox
from offramp.desk.answers.plan import Plan
from offramp.desk.answers.taking_back import take_back as take_answers_back
from offramp.desk.answers.taking_back import to_take_back
from offramp.desk.answers.writing import plan_answer, write_answer
from offramp.desk.cases.finding import find_case
from offramp.desk.commands.at_desk import Place, desk_folder
from offramp.desk.commands.opening import screen_width
from offramp.desk.commands.options import PATH, passphrase_file
from offramp.desk.desk import Desk
from offramp.desk.errors import NobodyToAsk, NothingToSay, NotQueued
from offramp.desk.showing import Labels, main_text, our_lines, size_in_words, strangers_lines

_SHOWN: Final = 300
"""Characters of a letter, by which its writer is known again."""


@click.command()
@click.argument("prefix")
@click.option(
    "--text",
    type=PATH,
    metavar="FILE",
    help="The text, in a file ('-' for standard input). Else you type it.",
)
@click.option(
    "--file",
    "files",
    type=PATH,
    multiple=True,
    metavar="PATH",
    help="Send this file too. As often as you like.",
)
@click.option(
    "--file-as",
    "named",
    type=(PATH, str),
    multiple=True,
    metavar="PATH NAME",
    help="The same, under another name.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether it is right.")
@desk_folder
@passphrase_file
def answer(
    prefix: str,
    text: Path | None,
    files: tuple[Path, ...],
    named: tuple[tuple[Path, str], ...],
    yes: bool,
    folder: Path,
    passphrase_file: Path | None,
) -> None:
    """Answer a case. Needs no network: a courier pushes the answer later.

    PREFIX is the beginning of a case's id, as 'offramp inbox' prints them. The answer is sealed at once, and
    kept on this laptop only sealed. It can be read on the board for as many days as the campaign says, counted
    from today.

    A file can hold the name of whoever made it. Look into its properties before you send it. And what you give
    in a file stays in that file: delete it afterwards.
    """
    attachments = read_files([*((path, path.name) for path in files), *named])
    words = _words_at_hand(text, yes=yes, has_files=bool(attachments))
    with _writing_at(folder, passphrase_file) as (desk, outbox):
        case = find_case(desk, prefix)
        plan = plan_answer(desk, case, attachments)
        _show_whom(desk, case, plan)
        if words is None:
            words = _typed() if text is None else piped_text()
        with _giving_back(words if text is None else ""):
            _show_what(plan, check_text(words))
            if not yes and not click.confirm("Write this answer?"):
                click.echo("Nothing was written.")
                click.get_current_context().exit(1)
            write_answer(desk, case, words, attachments, outbox)
    click.echo(f"Answer {plan.number} is written. It goes to the server with the next 'offramp push'.")


@contextlib.contextmanager
def _writing_at(folder: Path, passphrase_file: Path | None) -> Iterator[tuple[Desk, Outbox]]:
    """An organizer's desk, and its outbox, which nobody else writes to."""
    place = Place.of(folder)
    with place.unlocked(passphrase_file) as desk, opened_outbox(place.outbox) as outbox:
        desk.check_role("organizer")
        yield desk, outbox


def _words_at_hand(text: Path | None, *, yes: bool, has_files: bool) -> str | None:
    """The text in a file; None for what is yet to come, by hand or from another program.

    What can be refused is refused before anybody types a passphrase or an answer.
    """
    if text is None:
        check_terminal()
        return None
    if str(text) == "-":
        if not yes:
            raise NobodyToAsk
        return None  # a passphrase may have to come out of standard input first
    words = read_text(text)
    if not words and not has_files:
        raise NothingToSay
    return words


def _show_whom(desk: Desk, case: bytes, plan: Plan) -> None:
    """So that nobody answers the wrong person, or twice."""
    click.echo(f"Answer {plan.number} to case {case.hex()}, whose last letter begins")
    last = conversation(desk, case).letters[-1]
    for line in strangers_lines(main_text(last, Labels.of(desk.campaign))[:_SHOWN], screen_width()):
        click.echo(line)
    for sentence in cautions(desk, case):
        click.echo(sentence, err=True)


def _typed() -> str:
    click.echo("Type the answer. When it is complete, press Enter, and then Ctrl-D.")
    return typed_text()


@contextlib.contextmanager
def _giving_back(words: str) -> Iterator[None]:
    """What a person typed is shown to them again where it could not be written."""
    try:
        yield
    except (OfframpError, OSError) as error:
        if words and not isinstance(error, NotQueued):
            click.echo(f"It was not written. This is what you typed:\n\n{words}\n", err=True)
        raise


def _show_what(plan: Plan, words: str) -> None:
    """Everything that the person will get."""
    if not words and not plan.files:
        raise NothingToSay
    if words:
        place = "" if plan.text_fits(words) else ", too long for the board, so it goes into a parcel"
        click.echo(f"  Text: {len(words)} characters{place}")
    for file in plan.files:
        saved = name_when_saved(file.name)
        note = "" if saved == file.name else f", which is saved as {saved}"
        click.echo(f"  File: {size_in_words(len(file.data))}, which they see as {file.name}{note}")
    click.echo(f"  It can be read until {plan.last_day}.")
    if plan.files:
        click.echo(
            "A file can hold the name of whoever made it, and can go online when it is opened. Have you looked?"
        )


@click.command("take-back")
@click.argument("prefix")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask whether it is the right one.")
@desk_folder
@passphrase_file
def take_back(prefix: str, number: int, yes: bool, folder: Path, passphrase_file: Path | None) -> None:
    """Take back the answer NUMBER of a case, as 'offramp case' prints it. Needs no network.

    PREFIX is the beginning of a case's id, as 'offramp inbox' prints them. It does not matter which desk wrote
    the answer. Where it was not pushed yet, nobody will see it. Where it was, it leaves the board with the
    first rebuild after the next push; whoever looks before that can read it, and what they have read stays
    read.
    """
    with _writing_at(folder, passphrase_file) as (desk, outbox):
        case = find_case(desk, prefix)
        for one in to_take_back(desk, case, number):
            _show_answer(one)
        if not yes and not click.confirm("Take it back?"):
            click.echo("Nothing was taken back.")
            click.get_current_context().exit(1)
        take_answers_back(desk, case, number, outbox)
    click.echo(
        f"Answer {number} is taken back. If it was pushed before, push again: it leaves the board with the"
    )
    click.echo("rebuild after that. It may have been read already, and nobody can know.")


def _show_answer(one: KeptAnswer) -> None:
    """So that nobody takes back the wrong one."""
    click.echo(f"Answer {one.number}, written on {one.day}, which begins")
    click.echo(next(our_lines(one.text or "(no text)", screen_width())))
    for file in one.files:
        click.echo(f"  File: {size_in_words(file.size)}, which they see as {file.name}")

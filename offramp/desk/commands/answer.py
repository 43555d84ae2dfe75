"""`offramp answer` and `offramp take-back`: with no network; a courier pushes what they leave in the outbox."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from offramp.crypto.errors import OfframpError
from offramp.crypto.keyset import Keyset
from offramp.crypto.letter import Attachment
from offramp.desk import days
from offramp.desk.answering import Draft, mend, next_number, take_backs
from offramp.desk.commands.opening import (
    Opened,
    bundle_option,
    open_up,
    opens_letters,
    outbox_option,
    screen_width,
    sent_option,
    warn_of_another_desk,
)
from offramp.desk.commands.options import PATH
from offramp.desk.composing import (
    check_terminal,
    check_text,
    name_when_saved,
    piped_text,
    read_files,
    read_text,
    typed_text,
)
from offramp.desk.conversation import Answered, Conversation, Correspondence
from offramp.desk.errors import ClockWrong, NobodyToAsk, NoRoom, NothingToSay, NotQueued
from offramp.desk.outbox import Outbox, opened_outbox
from offramp.desk.progress import Progress
from offramp.desk.records import Record
from offramp.desk.sent import Ledger, Sent, keyset_to_keep_with
from offramp.desk.showing import main_text, size_in_words, strangers_lines
from offramp.desk.showing_thread import our_lines

_KEPT_FREE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Desk:
    """An organizer's desk that nobody else writes at."""

    opened: Opened
    sent: Sent
    ledger: Ledger
    outbox: Outbox
    keyset: Keyset

    def find(self, prefix: str, bundle: Path) -> Conversation:
        with Progress(f"Opening {bundle.name}", 2 * bundle.stat().st_size) as progress:
            letters = Correspondence(bundle, self.opened.inbox, self.sent, progress.advance)
            found = letters.find(prefix, self.ledger)
        if letters.damaged:
            raise letters.damaged
        return found

    def keep(self, *records: Record) -> None:
        """Put records on record, and then into the outbox what follows from them. Raises NotQueued, OSError."""
        for record in records:
            self.sent.append(record, self.keyset)
        try:
            mend(self.sent, self.sent.ledger(), self.outbox, days.today())
        except OSError:
            raise NotQueued from None


@contextlib.contextmanager
def _at_the_desk(
    bundle: Path,
    sent: Path,
    outbox: Path,
    key: Path,
    campaign: Path,
    keyset: Path | None,
    passphrase_file: Path | None,
) -> Iterator[_Desk]:
    opened = open_up(bundle, key, campaign, keyset, passphrase_file)
    keep_with = keyset_to_keep_with(opened.keysets, opened.public)
    with opened_outbox(outbox) as held:
        records = Sent(sent, opened.inbox)
        yield _Desk(opened, records, records.ledger(), held, keep_with)


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
@bundle_option
@sent_option
@outbox_option
@opens_letters
def answer(
    prefix: str,
    text: Path | None,
    files: tuple[Path, ...],
    named: tuple[tuple[Path, str], ...],
    yes: bool,
    bundle: Path,
    sent: Path,
    outbox: Path,
    key: Path,
    campaign: Path,
    keyset: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Answer a conversation. Needs no network: a courier pushes the answer later.

    PREFIX is the beginning of an id, of a submission or a conversation, as 'offramp inbox' prints them. The
    answer is sealed at once, and kept on this laptop only sealed. It can be read on the board for as many days
    as the campaign says, counted from today.

    A file can hold the name of whoever made it. Look into its properties before you send it. And what you give
    in a file stays in that file: delete it afterwards.
    """
    attachments = read_files([*((path, path.name) for path in files), *named])
    words = _words_at_hand(text, yes=yes, has_files=bool(attachments))
    with _at_the_desk(bundle, sent, outbox, key, campaign, keyset, passphrase_file) as desk:
        found = desk.find(prefix, bundle)
        whom, reply_key = found.address()
        _check_clock(desk, found)
        _check_room(sent, attachments)
        warn_of_another_desk(found, desk.ledger)
        number = next_number(desk.ledger.highest(whom), found.most_read)
        draft = Draft.of(whom, number, days.today(), desk.opened.campaign.answers.kept_days, attachments)
        _show_whom(desk, found, draft)
        if words is None:
            words = _typed() if text is None else piped_text()
        with _giving_back(words if text is None else ""):
            _show_what(draft, check_text(words))
            if not yes and not click.confirm("Write this answer?"):
                click.echo("Nothing was written.")
                click.get_current_context().exit(1)
            desk.keep(draft.sealed(words, reply_key))
    click.echo(f"Answer {draft.number} is written. It goes to the server with the next 'offramp push'.")


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


def _check_clock(desk: _Desk, found: Conversation) -> None:
    """A laptop that is always offline may have lost its clock, and the server drops what is past its day."""
    begun = {one.id: one.valid_from for one in desk.opened.keysets}
    newest = max(begun[letter.keyset_id] for letter in found.letters)
    if days.today() < datetime.fromtimestamp(newest, UTC).date():
        raise ClockWrong


def _check_room(sent: Path, attachments: tuple[Attachment, ...]) -> None:
    size = sum(len(one.data) for one in attachments)
    if shutil.disk_usage(sent.parent).free < 2 * size + _KEPT_FREE:
        raise NoRoom


def _show_whom(desk: _Desk, found: Conversation, draft: Draft) -> None:
    """So that nobody answers the wrong person."""
    click.echo(f"Answer {draft.number} to conversation {draft.thread.hex()}, whose last letter begins")
    for line in strangers_lines(main_text(found.letters[-1], desk.opened.labels)[:300], screen_width()):
        click.echo(line)


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


def _show_what(draft: Draft, words: str) -> None:
    """Everything that the person will get."""
    if not words and not draft.files:
        raise NothingToSay
    if words:
        place = "" if draft.text_fits(words) else ", too long for the board, so it goes into a parcel"
        click.echo(f"  Text: {len(words)} characters{place}")
    for file in draft.files:
        saved = name_when_saved(file.name)
        note = "" if saved == file.name else f", which is saved as {saved}"
        click.echo(f"  File: {size_in_words(len(file.data))}, which they see as {file.name}{note}")
    click.echo(f"  It can be read until {draft.last_day}.")
    if draft.files:
        click.echo(
            "A file can hold the name of whoever made it, and can go online when it is opened. Have you looked?"
        )


@click.command("take-back")
@click.argument("prefix")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask whether it is the right one.")
@bundle_option
@sent_option
@outbox_option
@opens_letters
def take_back(
    prefix: str,
    number: int,
    yes: bool,
    bundle: Path,
    sent: Path,
    outbox: Path,
    key: Path,
    campaign: Path,
    keyset: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Take back the answer NUMBER of a conversation, as 'offramp thread' prints it. Needs no network.

    PREFIX is the beginning of an id, of a submission or a conversation, as 'offramp inbox' prints them. Where
    the answer was not pushed yet, nobody will see it. Where it was, it leaves the board with the first rebuild
    after the next push; whoever looks before that can read it, and what they have read stays read.
    """
    with _at_the_desk(bundle, sent, outbox, key, campaign, keyset, passphrase_file) as desk:
        found = desk.find(prefix, bundle)
        records = take_backs(desk.ledger, found.thread or b"", number, days.today())
        _show_answer(found, number)
        if not yes and not click.confirm("Take it back?"):
            click.echo("Nothing was taken back.")
            click.get_current_context().exit(1)
        desk.keep(*records)
    click.echo(
        f"Answer {number} is taken back. If it was pushed before, push again: it leaves the board with the"
    )
    click.echo("rebuild after that. It may have been read already, and nobody can know.")


def _show_answer(found: Conversation, number: int) -> None:
    """So that nobody takes back the wrong one."""
    for item in found.items:
        if isinstance(item, Answered) and item.record.number == number:
            click.echo(f"Answer {number}, written on {item.record.day}, which begins")
            click.echo(next(our_lines(item.record.text or "(no text)", screen_width())))
            for file in item.record.files:
                click.echo(f"  File: {size_in_words(len(file.data))}, which they see as {file.name}")

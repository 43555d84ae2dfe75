"""`offramp thread`: a conversation in order, with no network."""

from __future__ import annotations

from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.answering import mend
from offramp.desk.attachments import save_all
from offramp.desk.commands.opening import (
    SOME_FAILED,
    bundle_option,
    open_up,
    opens_letters,
    outbox_option,
    screen_width,
    sent_option,
    warn_of_another_desk,
)
from offramp.desk.commands.options import PATH
from offramp.desk.conversation import Conversation, Correspondence
from offramp.desk.errors import DeskInUse, FileInTheWay
from offramp.desk.outbox import opened_outbox
from offramp.desk.progress import Progress
from offramp.desk.sent import Ledger, Sent
from offramp.desk.showing_thread import conversation_as_json, conversation_as_text


@click.command()
@click.argument("prefix")
@bundle_option
@sent_option
@outbox_option
@opens_letters
@click.option("--json", "is_json", is_flag=True, help="One JSON object, with all texts exactly as they are.")
@click.option("--attachments", type=PATH, metavar="DIR", help="Save all files in DIR, under harmless names.")
def thread(
    prefix: str,
    bundle: Path,
    sent: Path,
    outbox: Path,
    key: Path,
    campaign: Path,
    keyset: Path | None,
    passphrase_file: Path | None,
    is_json: bool,
    attachments: Path | None,
) -> None:
    """Show a conversation: one person's letters, and our answers. Needs no network.

    PREFIX is the beginning of an id, of a submission or a conversation, as 'offramp inbox' prints them. What
    the person wrote stands behind '|', and what was answered behind '>'. Letters carry no time: a later one
    stands behind the answer that its writer had read.
    """
    opened = open_up(bundle, key, campaign, keyset, passphrase_file)
    answers = Sent(sent, opened.inbox)
    ledger = answers.ledger()
    with Progress(f"Opening {bundle.name}", 2 * bundle.stat().st_size) as progress:
        letters = Correspondence(bundle, opened.inbox, answers, progress.advance)
        found = letters.find(prefix, ledger, attachments)
    saved, not_saved = _save_ours(found, attachments) if attachments else ({}, False)
    if is_json:
        click.echo(conversation_as_json(found, saved, days.today()), nl=False)
    else:
        for block in conversation_as_text(found, opened.labels, saved, days.today(), screen_width()):
            click.echo(block, nl=False)
    _mend(answers, ledger, outbox)
    failed = _warn(letters, found, ledger) or not_saved
    if letters.damaged:
        raise letters.damaged
    if failed:
        click.get_current_context().exit(SOME_FAILED)


def _save_ours(found: Conversation, folder: Path) -> tuple[dict[bytes, tuple[str, ...]], bool]:
    """The names of our own files by the answer's id, and whether one of them was in the way."""
    saved: dict[bytes, tuple[str, ...]] = {}
    in_the_way = False
    for answer in found.answers:
        try:
            saved[answer.record.id] = tuple(save_all(folder, answer.record.id, answer.record.files))
        except FileInTheWay as error:
            click.echo(str(error), err=True)
            in_the_way = True
    return saved, in_the_way


def _mend(answers: Sent, ledger: Ledger, path: Path) -> None:
    """Complete what an interrupted command left; not while another command writes, which does it itself."""
    if not ledger.answers:
        return
    try:
        with opened_outbox(path) as outbox:
            changed = mend(answers, answers.ledger(), outbox, days.today())  # as it is under the lock
    except DeskInUse:
        return
    if changed:
        several = "An answer was" if changed == 1 else f"{changed} answers were"
        click.echo(f"{several} on record, and not yet in {path}. That is done now.", err=True)


def _warn(letters: Correspondence, found: Conversation, ledger: Ledger) -> bool:
    """Say what may be missing here; whether anything may."""
    for name, reason in letters.unopened.items():
        click.echo(f"{name.hex()}: {reason}", err=True)
    if letters.truncated:
        click.echo(f"The last submission in {letters.bundle} is incomplete. Fetch again.", err=True)
    if ledger.unreadable:
        click.echo(
            f"{letters.sent.path}: {ledger.unreadable} not readable with this organizer's key.", err=True
        )
    warn_of_another_desk(found, ledger)
    return bool(letters.unopened or letters.truncated or ledger.unreadable)

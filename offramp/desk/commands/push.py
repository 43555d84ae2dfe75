"""`offramp pack` and `offramp push`: from the outbox to a stick, and from there to the server."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from offramp.desk import days
from offramp.desk.commands.opening import SOME_FAILED, outbox_option
from offramp.desk.commands.options import PATH, desk_option
from offramp.desk.commands.reaching import OnScreen, Way, reaches_couriers
from offramp.desk.courier.pushing import Outcome, push_all
from offramp.desk.errors import MissingFile
from offramp.desk.outbox import opened_outbox
from offramp.desk.pack_file import Packed, PackFile, write_pack


@click.command()
@click.argument("file", type=PATH)
@outbox_option
@desk_option
def pack(file: Path, outbox: Path) -> None:
    """Write everything that is to be pushed to FILE, on a USB stick for example. Needs no network.

    It is sealed, and takes no key. An earlier pack in FILE is written over. Do it again as often as you like:
    an answer stays in the outbox until its last day is over.
    """
    if not outbox.is_file():
        raise MissingFile(f"{outbox} is not there: nothing was answered at this desk yet.")
    with opened_outbox(outbox) as held:
        held.drop_past(days.today())
        with PackFile(outbox) as source:
            live = source.live(days.today())
            write_pack(file, source, live)
    click.echo(f"{file}: {_contents(live)}. Push it: offramp push {file}")


def _contents(live: list[Packed]) -> str:
    gone = sum(one.is_taken_back for one in live)
    return f"{_parts(len(live) - gone)}" + (f", and {gone} to be taken back" if gone else "")


def _parts(count: int) -> str:
    return "1 part of an answer" if count == 1 else f"{count or 'no'} parts of answers"


@click.command()
@click.argument("pack", type=PATH)
@reaches_couriers
def push(way: Way, pack: Path) -> None:
    """Push the answers in PACK to the server, through Tor. With --desk, PACK is that desk's outbox.

    This laptop cannot read them. The server is asked what it does not have yet, and gets only that. After an
    interruption of any kind, push again: it goes on where it stopped.
    """
    failed = False
    if not pack.exists():
        raise MissingFile(f"{pack} is not there: nothing was answered at that desk yet, or not packed.")
    with PackFile(pack) as source:
        live = source.live(days.today())
        if not live:
            click.echo(f"{pack}: there is nothing in it that is still to be pushed.")
        else:
            with way.courier() as courier, contextlib.closing(OnScreen("Pushing")) as screen:
                outcome = push_all(courier, source, days.today(), screen)
            _report(outcome)
            failed = bool(outcome.refused)
        if source.truncated:
            click.echo(f"The last part of {pack} is incomplete, and was not pushed. Pack it again.", err=True)
            failed = True
    if failed:
        click.get_current_context().exit(SOME_FAILED)


def _report(outcome: Outcome) -> None:
    were = "was" if outcome.known == 1 else "were"
    if outcome.new:
        are = "is" if outcome.new == 1 else "are"
        known = f", {outcome.known} {were} there already" if outcome.known else ""
        click.echo(f"{_parts(outcome.new)} {are} new on the server{known}.")
        click.echo(
            f"{'It' if outcome.new == 1 else 'They'} can be read when the server next makes its board:"
        )
        click.echo("within the hour, unless the campaign says otherwise.")
    elif outcome.known:
        click.echo(f"{_parts(outcome.known)} {were} there already, and nothing is new.")
    if outcome.taken_back:
        click.echo(f"{_parts(outcome.taken_back)} taken back: gone when the server next makes its board.")
    if outcome.dropped:
        click.echo(
            f"The server did not keep {_parts(outcome.dropped)}: by its clock the last day is over, or it was taken "
            "back. If none of you did that, somebody else has a courier's key: have that courier removed, and "
            "answer again.",
            err=True,
        )
    if outcome.refused:
        click.echo(
            f"The server refused {_parts(outcome.refused)}: the place on the board is full, or a clock, here or "
            "there, is wrong. Ask whoever runs it; then push again.",
            err=True,
        )

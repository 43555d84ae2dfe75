"""`offramp pack` and `offramp push`: from the outbox to a stick, and from there to the server."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from offramp.desk import days
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.packing import fill
from offramp.desk.answers.packing import pack as write_to
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.commands.opening import SOME_FAILED
from offramp.desk.commands.options import PATH, desk_of
from offramp.desk.commands.reaching import OnScreen, Way, reaches_couriers, warn
from offramp.desk.courier.pushing import CardFate, Outcome, push_all
from offramp.desk.desk import Desk
from offramp.desk.errors import MissingFile
from offramp.desk.pack_file import Packed, PackFile
from offramp.desk.vault.errors import VaultInUse


@click.command()
@click.argument("file", type=PATH)
@at_desk()
def pack(desk: Desk, place: Place, file: Path) -> None:
    """Write everything that is to be pushed to FILE, on a USB stick for example. Needs no network.

    That is every answer whose last day is not over, what was taken back, the card, and what the other organizers
    are to hear of. All of it is sealed, but for the card, which everybody may read. An earlier pack in FILE is
    written over. Do it again as often as you like.
    """
    live = write_to(desk, place.outbox, file)
    click.echo(f"{file}: {contents(live)}." + (f" Push it: offramp push {file}" if live else ""))


def contents(live: list[Packed]) -> str:
    """What is in a pack, for people."""
    gone = sum(one.is_taken_back for one in live)
    told = sum(one.is_envelope for one in live)
    card = sum(one.is_card for one in live)
    parts = len(live) - gone - told - card
    said = [_parts(parts)] if parts or not live else []
    said += [f"{gone} to be taken back"] if gone else []
    said += ["the card"] if card else []
    said += ["news for the other organizers"] if told else []
    return ", and ".join([", ".join(said[:-1]), said[-1]] if said[1:] else said)


def _parts(count: int) -> str:
    return "1 part of an answer" if count == 1 else f"{count or 'no'} parts of answers"


@click.command()
@click.argument("pack", type=PATH)
@reaches_couriers
@click.pass_context
def push(context: click.Context, way: Way, pack: Path) -> None:
    """Push what is in PACK to the server, through Tor. With --desk, PACK is that desk's outbox.

    This laptop needs no key that could read it. Where the desk has a vault, it is unlocked first, so that
    everything that was decided goes along. The server is asked what it does not have yet, and gets only that.
    After an interruption of any kind, push again: it goes on where it stopped.
    """
    folder = desk_of(context)
    if folder and context.get_parameter_source("pack") is ParameterSource.DEFAULT_MAP:
        _fill(Place.of(folder), way.passphrase_file)
    failed = False
    if not pack.exists():
        raise MissingFile(f"{pack} is not there: nothing was answered at that desk yet, or not packed.")
    with PackFile(pack) as source:
        live = source.live(days.today())
        if not live:
            click.echo(f"{pack}: there is nothing in it that is still to be pushed.")
        else:
            with way.courier() as courier:
                with contextlib.closing(OnScreen("Pushing")) as screen:
                    outcome = push_all(courier, source, days.today(), screen)
                _report(outcome)
                warn(courier)
            failed = bool(outcome.refused) or outcome.card == "refused"
        if source.truncated:
            click.echo(f"The last part of {pack} is incomplete, and was not pushed. Pack it again.", err=True)
            failed = True
    if failed:
        click.get_current_context().exit(SOME_FAILED)


def _fill(place: Place, passphrase_file: Path | None) -> None:
    """Bring the desk's outbox up to date, where there is a vault to do it from."""
    if not place.vault.is_file():
        return
    try:
        with place.unlocked(passphrase_file) as desk, opened_outbox(place.outbox) as outbox:
            desk.check_role("organizer")
            fill(desk, outbox)
    except VaultInUse:
        click.echo("The desk is open in another window. What was packed there before is pushed.", err=True)


_OF_THE_CARD: Final[dict[CardFate, str]] = {
    "new": "The card is on the server: the site says now when the inbox was last read.",
    "known": "The card was there already.",
    "older": "The server has a later card, and keeps that one.",
}


def _report(outcome: Outcome) -> None:
    if outcome.card in _OF_THE_CARD:
        click.echo(_OF_THE_CARD[outcome.card])
    elif outcome.card == "refused":
        click.echo(
            "The server refused the card: it has another calendar than that desk, or a clock, here or there, is wrong. "
            "Give the operator the newest calendar; then push again.",
            err=True,
        )
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
    if outcome.told:
        click.echo("What was decided at that desk is on the server, for the other organizers to fetch.")
    elif outcome.told_before and not (outcome.new or outcome.known or outcome.taken_back):
        click.echo("What was decided at that desk was there already.")
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

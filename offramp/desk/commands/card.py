"""`offramp card`: sign that somebody read the inbox this week, so that the site stays open."""

from __future__ import annotations

from datetime import datetime

import click

from offramp.desk import days
from offramp.desk.answers.outbox import opened_outbox
from offramp.desk.answers.packing import fill
from offramp.desk.commands.at_desk import Place, at_desk
from offramp.desk.desk import Desk
from offramp.desk.weekly.cards import lapses, sign_card_now


@click.command()
@click.option(
    "--next-by",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Until when somebody reads again, such as 2026-11-30. Default: the Monday after next.",
)
@at_desk()
def card(desk: Desk, place: Place, next_by: datetime | None) -> None:
    """Sign that a person read the inbox this week, and by when one will again. Needs no network.

    The site shows it, and takes letters only as long as it holds. It can be signed once something was imported
    this week: import, read, then sign, and push. Do that every week.
    """
    signed = sign_card_now(desk, next_by.date() if next_by else None)
    with opened_outbox(place.outbox) as outbox:
        fill(desk, outbox)
    click.echo("The site will say, once this is pushed:")
    click.echo(f"A person last read this inbox in the week of {days.in_words(signed.week)}.")
    click.echo(f"The next time is by {days.in_words(signed.next_by)}.")
    click.echo(f"If nobody signs again, it takes no letters after {days.in_words(lapses(desk, signed))}.")

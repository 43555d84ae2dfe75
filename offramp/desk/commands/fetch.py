"""`offramp fetch`: carry what waits on the server into a bundle."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from offramp.desk.commands.options import PATH
from offramp.desk.commands.reaching import OnScreen, Way, reaches_couriers, warn
from offramp.desk.courier.fetching import Outcome, fetch_all


@click.command()
@reaches_couriers
@click.option(
    "--bundle", type=PATH, required=True, metavar="FILE", help="The file to collect submissions in."
)
def fetch(way: Way, bundle: Path) -> None:
    """Fetch what waits on the server into a bundle, through Tor.

    The bundle is a file of sealed submissions. This laptop cannot open them, unless it has an organizer's
    key too. Bring the file to an organizer, on a USB stick for example. Fetch again with the same file as
    often as you like: it grows by what is new. After an interruption of any kind it goes on where it
    stopped.

    A submission is acknowledged only when it is safely on this disk; the server may delete it then.
    """
    with way.courier() as courier:
        with contextlib.closing(OnScreen("Fetching")) as screen:
            outcome = fetch_all(courier, bundle, screen)
        _report(outcome, bundle)
        warn(courier)


def _report(outcome: Outcome, bundle: Path) -> None:
    were = "was" if outcome.known == 1 else "were"
    known = f" {outcome.known} {were} in it already." if outcome.known else ""
    new = "1 new submission" if outcome.new == 1 else f"{outcome.new or 'no'} new submissions"
    click.echo(f"{bundle}: {new}.{known}")
    if outcome.missing:
        click.echo(
            f"The server listed {outcome.missing} more and did not give them out. Fetch again.", err=True
        )

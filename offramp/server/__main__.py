"""`python -m offramp.server PART …`: how a server starts its own parts, wherever `offramp` is installed."""

from __future__ import annotations

import click

from offramp.crypto.errors import OfframpError
from offramp.server import commands

PARTS = (commands.serve_intake, commands.serve_couriers, commands.publish)


def main() -> None:
    """Run one part.  An error that a person can mend is shown as its sentence, and ends it with 1."""
    group = click.Group(commands={part.name or "": part for part in PARTS})
    try:
        group(prog_name="offramp")
    except OfframpError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

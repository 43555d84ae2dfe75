"""What commands at a desk say of keys, calendar and card, so that nobody finds out too late."""

from __future__ import annotations

import click

from offramp.desk.desk import Desk
from offramp.desk.weekly.warnings import warnings


def warn(desk: Desk) -> None:
    """Say it on stderr: what is urgent first, and loud."""
    for one in warnings(desk):
        click.echo(f"WARNING: {one.text}" if one.urgent else f"Note: {one.text}", err=True)

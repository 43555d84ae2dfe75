"""A short list of what to do now, in its order."""

from __future__ import annotations

import click


def say_steps(*steps: str) -> None:
    """Print these with numbers; further lines of a step are indented."""
    click.echo("Now, in this order:")
    for number, step in enumerate(steps, start=1):
        first, *others = step.splitlines()
        click.echo(f"{number}. {first}")
        for line in others:
            click.echo(f"   {line}")

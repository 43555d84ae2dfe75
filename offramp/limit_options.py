"""How an operator (`offramp server limits`) and a courier (`offramp limits`) say what a server is to take.

Both sides may import this; it knows the limits' names, and the server which numbers make sense.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--pause/--resume", "pause", default=None, help="Take nothing until it is resumed; or resume."
    ),
    click.option("--raise", "raised", is_flag=True, help="Make twice the room for sealed letters."),
    click.option("--lower", "lowered", is_flag=True, help="Make half the room for sealed letters."),
    click.option(
        "--disk", "disk_megabytes", type=int, metavar="MB", help="The disk's room for sealed letters."
    ),
    click.option("--waiting", type=int, metavar="NUMBER", help="Sealed letters on the server at once."),
    click.option(
        "--pow-rate",
        type=int,
        metavar="NUMBER",
        help="Visitors a second before tor asks each for a proof of work: less helps against a flood.",
    ),
    click.option(
        "--pow-burst",
        type=int,
        metavar="NUMBER",
        help="The same for visitors at once; usually twice the rate.",
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody said with the options; None for what they did not speak of."""

    pause: bool | None
    raised: bool
    lowered: bool
    disk_megabytes: int | None
    waiting: int | None
    pow_rate: int | None
    pow_burst: int | None

    def change(self, now: Mapping[str, bool | int]) -> dict[str, bool | int]:
        """The limits to change, by name, where these are in force; empty where nothing was asked for."""
        if self.raised and self.lowered:
            raise click.UsageError("say either --raise or --lower")
        wanted: dict[str, bool | int | None] = {
            name: self._room(now[name]) for name in ("disk_megabytes", "waiting")
        }
        wanted |= {"paused": self.pause, "pow_rate": self.pow_rate}
        wanted["pow_burst"] = self.pow_burst or (2 * self.pow_rate if self.pow_rate else None)
        for name in ("disk_megabytes", "waiting"):
            if (said := getattr(self, name)) is not None:
                wanted[name] = said
        return {name: value for name, value in wanted.items() if value is not None}

    def _room(self, now: int) -> int | None:
        if self.raised:
            return now * 2
        return now // 2 if self.lowered else None


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options, and what they say as its argument `asked`."""

    @functools.wraps(command)
    def with_asked(**given: Any) -> Any:
        asked = Asked(**{one.name: given.pop(one.name) for one in fields(Asked)})
        return command(asked=asked, **given)

    for option in reversed(_OPTIONS):
        with_asked = option(with_asked)
    return with_asked


def in_words(limits: Mapping[str, bool | int]) -> list[str]:
    """The limits in sentences, without whether the intake is paused."""
    return [
        f"Room for sealed letters: {limits['disk_megabytes']} MB, and {limits['waiting']} of them at once. "
        "Each size has its own share.",
        f"Above {limits['pow_rate']} visitors a second, or {limits['pow_burst']} at once, "
        "tor asks each for a proof of work.",
    ]

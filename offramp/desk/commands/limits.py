"""`offramp limits`: how the server does, and how much it is to take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from offramp.desk import days
from offramp.desk.commands.reaching import Way, reaches_couriers, say
from offramp.desk.courier.server_health import ServerHealth, size_of
from offramp.desk.courier.server_status import ServerStatus, warnings
from offramp.desk.errors import NoHealth
from offramp.limit_options import Asked, in_words, limit_options

_STATES = {
    "open": "The site takes letters.",
    "closed": "The site is closed.",
    "broken": "The site cannot keep letters.",
    "down": "The site seems to be down.",
}


@click.command()
@reaches_couriers
@limit_options
def limits(way: Way, asked: Asked) -> None:
    """See how the server does; let it take more letters, fewer or none.

    Without options, it only shows. What is changed holds within a second, for everybody, and stays. A change of
    what tor asks visitors for interrupts those who are on the site for some seconds.
    """
    with way.courier() as courier:
        status = courier.status()
        if status.health is None:
            raise NoHealth
        change = asked.change(status.health.limits)
        if change:
            courier.change_limits(change)
            status = courier.status()
    for line in _lines(status):
        click.echo(line)
    for warning in warnings(status, days.today()):
        say(warning)


def _lines(status: ServerStatus) -> Iterator[str]:
    health = status.health
    if health is None:
        raise NoHealth
    yield "The site is paused." if health.paused and health.intake == "open" else _STATES[health.intake]
    yield from _load(health)
    yield from _room(health)
    yield from in_words(health.limits)
    if health.rebuilt:
        day = days.in_words(date.fromisoformat(health.rebuilt[:10]))
        yield f"The board was last made on {day}, after {health.rebuilt[11:]}:00 (UTC)."
    if status.last_day and status.last_day >= status.today:
        left = (status.last_day - status.today).days + 1
        yield f"The calendar lasts for {left} more {'day' if left == 1 else 'days'}."


def _load(health: ServerHealth) -> Iterator[str]:
    if health.intake == "down":
        return
    yield f"Of its connections, {_tenths(health.busy)} are taken."
    if health.evicted or health.refused:
        yield (
            f"In the last hour it closed some {health.evicted} connections to make room for others, and refused some "
            f"{health.refused} requests, for want of room or while it was closed."
        )


def _room(health: ServerHealth) -> Iterator[str]:
    yield f"Sealed letters there: {f'at most {health.waiting}' if health.waiting else 'none'}."
    for size_class, tenths in health.quota.items():
        if tenths:
            yield f"  {size_of(size_class)}: {_tenths(tenths)} of their room"


def _tenths(tenths: int) -> str:
    return {0: "almost none", 10: "all"}.get(tenths, f"up to {tenths} {'tenth' if tenths == 1 else 'tenths'}")

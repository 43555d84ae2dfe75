"""How a server says that it does (GET /status, `health`), and what a courier must hear of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from offramp.crypto.envelope import SIZE_CLASSES
from offramp.desk.errors import ServerNonsense

NEARLY_FULL: Final = 8
"""Tenths of the room of a size class from which a courier is warned."""

_HOUR: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_STATES: Final = ("open", "closed", "broken", "down")
_LIMITS: Final = ("disk_megabytes", "waiting", "pow_rate", "pow_burst")
_MOST: Final = 10**12


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """What a server says of itself.

    `intake`: open, closed, broken (its store cannot be used) or down, by its last report; see `paused` too.
    `busy`: tenths of its connections that are taken; `evicted` and `refused`: connections that it closed to make
    room, and requests that it refused for want of room or while it was closed, in the last hour, rounded upwards.
    `limits`: how much it takes, by name; `quota`: tenths of the room that are taken, by size class in bytes.
    `waiting`: sealed letters there, rounded upwards.  `rebuilt`: the hour (UTC) in which the board was made.
    """

    intake: str
    busy: int
    evicted: int
    refused: int
    limits: Mapping[str, bool | int]
    quota: Mapping[int, int]
    waiting: int
    disk_full: bool
    rebuilt: str | None
    rebuild_late: bool

    @property
    def paused(self) -> bool:
        """Whether somebody wants it paused; the intake knows within a second."""
        return bool(self.limits["paused"])


def read_health(parsed: object) -> ServerHealth:
    """The health that is in this JSON. Raises ServerNonsense."""
    match parsed:
        case {
            "intake": str(intake),
            "load": {"busy": busy, "evicted": evicted, "refused": refused},
            "limits": dict(limits),
            "quota": dict(quota),
            "waiting": waiting,
            "disk_full": bool(disk_full),
            "rebuilt": str() | None as rebuilt,
            "rebuild_late": bool(rebuild_late),
        } if intake in _STATES and (rebuilt is None or _HOUR.fullmatch(rebuilt)):
            return ServerHealth(
                intake,
                _number(busy, most=10),
                _number(evicted),
                _number(refused),
                read_limits(limits),
                _quota(quota),
                _number(waiting),
                disk_full,
                rebuilt,
                rebuild_late,
            )
        case _:
            raise ServerNonsense


def read_limits(parsed: object) -> Mapping[str, bool | int]:
    """The limits that are in this JSON. Raises ServerNonsense."""
    match parsed:
        case {"paused": bool(paused), **others}:
            return {"paused": paused} | {name: _number(others.get(name)) for name in _LIMITS}
        case _:
            raise ServerNonsense


def warnings(health: ServerHealth) -> Iterator[str]:
    """A sentence or two for each thing that keeps letters out, or soon will, or answers in."""
    if health.paused:
        yield "The site is paused and takes no letters. 'offramp limits --resume' lets it take letters again."
    if health.intake == "down":
        yield (
            "The part of the server that takes letters does not say that it runs, so perhaps nobody can write. "
            "Have the operator look."
        )
    if health.intake == "broken":
        yield "The server cannot use its store, so nobody can write. Have the operator look."
    if health.disk_full:
        yield "The server's disk is full, so it takes neither letters nor answers. Have the operator make room."
    yield from _of_quota(health.quota)
    if health.rebuild_late:
        yield "The server has not made its board for hours, so new answers do not appear. Have the operator look."


def size_of(size_class: int) -> str:
    """A size class in words."""
    return f"up to {size_class // 1024} KB" if size_class < 2**20 else f"up to {size_class // 2**20} MB"


def _of_quota(quota: Mapping[int, int]) -> Iterator[str]:
    for kind, sizes in (
        ("full, so the site refuses them", [size for size, tenths in quota.items() if tenths >= 10]),
        ("nearly full", [size for size, tenths in quota.items() if NEARLY_FULL <= tenths < 10]),
    ):
        if sizes:
            yield (
                f"On the server, the room for letters of {_all(sizes)} is {kind}. It is free again some days after "
                "every courier has fetched them. 'offramp limits --raise' makes more."
            )


def _all(sizes: list[int]) -> str:
    *most, last = map(size_of, sizes)
    return f"{', '.join(most)} and {last}" if most else last


def _quota(parsed: Mapping[object, object]) -> dict[int, int]:
    names = {str(size): size for size in SIZE_CLASSES}
    if not parsed.keys() <= names.keys():
        raise ServerNonsense
    return {names[str(name)]: _number(tenths, most=10) for name, tenths in parsed.items()}


def _number(parsed: object, *, most: int = _MOST) -> int:
    if type(parsed) is not int or not 0 <= parsed <= most:  # True would be 1
        raise ServerNonsense
    return parsed

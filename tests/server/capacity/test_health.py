"""How a server says that it does, and what couriers read of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from offramp.board.tree import BoardTree
from offramp.crypto.board import Descriptor
from offramp.crypto.envelope import SIZE_CLASSES
from offramp.desk.courier.server_health import ServerHealth, read_health, warnings
from offramp.desk.errors import ServerNonsense
from offramp.server.capacity.health import Health, health_of
from offramp.server.capacity.limits import Limits
from offramp.server.capacity.report import Report, State, write_report
from offramp.server.layout import load
from offramp.store import Store, StoreUnavailable
from tests.board.made import NOON, Clock
from tests.server.running import TestServer

PLENTY = 10**12
BUILT = int(NOON) // 60
"""The number of a build that was made at noon."""


@pytest.fixture
def store(server: TestServer) -> Iterator[Store]:
    with closing(server.open_store()) as store:
        yield store


def look(
    server: TestServer,
    store: Store,
    *,
    now: float = NOON,
    since: float = 0,
    free: int = PLENTY,
    build: int = BUILT,
) -> Health:
    folder = server.folder
    folder.make_socket_folders()
    folder.board.mkdir(exist_ok=True)
    if build:
        BoardTree(folder.board).write_build(Descriptor(0, build), [b"shard"], Clock(now).today)
    return health_of(load(folder), store, Limits(), since=since, clock=Clock(now), free=lambda _: free)


def read(health: Health) -> ServerHealth:
    return read_health(dict(health.as_json()))


def test_all_is_well(server: TestServer, store: Store) -> None:
    server.folder.make_socket_folders()
    write_report(server.folder.health, Report(State.OPEN, 2, 0, 0), now=time.monotonic())
    health = read(look(server, store))
    assert (health.intake, health.busy, health.waiting, health.rebuilt) == ("open", 2, 0, "2026-11-21T12")
    assert dict(health.quota) == dict.fromkeys(SIZE_CLASSES, 0)
    assert health.limits == Limits().as_json()
    assert list(warnings(health)) == []


def test_without_a_report_it_is_down(server: TestServer, store: Store) -> None:
    (warning,) = warnings(read(look(server, store)))
    assert "does not say that it runs" in warning


def test_a_full_disk_is_told(server: TestServer, store: Store) -> None:
    assert any("disk is full" in one for one in warnings(read(look(server, store, free=1))))


def test_a_store_that_cannot_be_used_has_no_quota(server: TestServer) -> None:
    class Broken:
        def count(self) -> dict[int, int]:
            raise StoreUnavailable

    health = read(look(server, Broken()))  # type: ignore[arg-type]  # only count() is asked for
    assert (dict(health.quota), health.waiting) == ({}, 0)


@pytest.mark.parametrize(
    ("later", "since", "build", "rebuilt", "late"),
    [
        (0, 0, BUILT, "2026-11-21T12", False),
        (3 * 3600, 0, BUILT, "2026-11-21T12", False),
        (3 * 3600 + 1, 0, BUILT, "2026-11-21T12", True),
        (9 * 3600, NOON + 8 * 3600, BUILT, "2026-11-21T12", False),  # it was off meanwhile
        (-3600, 0, BUILT, None, False),  # the clock went back
        (0, NOON - 1, 0, None, False),  # the first build is about to come
        (0, NOON - 4 * 3600, 0, None, True),
    ],
)
def test_when_the_board_was_made(
    server: TestServer, store: Store, later: float, since: float, build: int, rebuilt: str | None, late: bool
) -> None:
    health = read(look(server, store, now=NOON + later, since=since, build=build))
    assert (health.rebuilt, health.rebuild_late) == (rebuilt, late)
    assert any("has not made its board" in one for one in warnings(health)) is late


GOOD: dict[str, Any] = {
    "intake": "open",
    "load": {"busy": 1, "evicted": 0, "refused": 10},
    "limits": Limits().as_json(),
    "quota": {"16384": 8, "65536": 10, "262144": 9, "1048576": 7},
    "waiting": 200,
    "disk_full": False,
    "rebuilt": None,
    "rebuild_late": False,
}


def test_what_is_nearly_full_is_told_by_size() -> None:
    full, nearly = warnings(read_health(GOOD))
    assert full.startswith(
        "On the server, the room for letters of up to 64 KB is full, so the site refuses them."
    )
    assert nearly.startswith(
        "On the server, the room for letters of up to 16 KB and up to 256 KB is nearly full."
    )


def test_a_pause_and_a_broken_store_are_told() -> None:
    health = replace(read_health(GOOD), quota={}, intake="broken", limits=Limits(paused=True).as_json())
    paused, broken = warnings(health)
    assert "paused" in paused
    assert "cannot use its store" in broken


def changed(name: str, value: object) -> Callable[[], object]:
    return lambda: GOOD | {name: value}


def without(name: str) -> Callable[[], object]:
    return lambda: {key: value for key, value in GOOD.items() if key != name}


NONSENSE: dict[str, Callable[[], object]] = {
    "a list": lambda: [GOOD],
    "another state": changed("intake", "asleep"),
    "a state that cannot be hashed": changed("intake", {}),
    "a load of nothing": changed("load", {}),
    "busier than all": changed("load", {"busy": 11, "evicted": 0, "refused": 0}),
    "a negative count": changed("load", {"busy": 1, "evicted": -1, "refused": 0}),
    "limits without a name": changed("limits", {"paused": False}),
    "a limit in words": changed("limits", Limits().as_json() | {"waiting": "many"}),
    "paused perhaps": changed("limits", Limits().as_json() | {"paused": 1}),
    "a class that there is not": changed("quota", {"16385": 1}),
    "eleven tenths": changed("quota", {"16384": 11}),
    "half a letter": changed("waiting", 1.5),
    "a huge number": changed("waiting", 10**30),
    "true letters": changed("waiting", True),
    "an odd hour": changed("rebuilt", "2026-11-21T12:34"),
    "an hour with a sequence of the terminal's": changed("rebuilt", "2026-11-21T12\x1b[2J"),
    "a number for an hour": changed("rebuilt", 5),
    "a full disk in words": changed("disk_full", "no"),
    **{f"no {name}": without(name) for name in GOOD},
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused(name: str) -> None:
    with pytest.raises(ServerNonsense):
        read_health(NONSENSE[name]())

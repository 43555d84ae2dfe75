"""How a server does, as its couriers may know it: nothing of it says more of people than a round number."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from offramp.board.tree import BoardTree
from offramp.crypto.board import Descriptor
from offramp.server.capacity.limits import Limits
from offramp.server.capacity.quotas import tenths_used
from offramp.server.capacity.report import Report, read_report, rounded
from offramp.server.layout import ServerState
from offramp.store import Store, StoreError
from offramp.store.connection import RESERVE_BYTES, free_bytes

_HOURS_LATE = 1  # besides two rebuilds that were left out


@dataclass(frozen=True, slots=True)
class Health:
    """What GET /status says beside days.

    `quota`: by size class, how many tenths of its room are taken; empty where the store cannot be used.
    `waiting`: sealed letters on the server, rounded upwards.
    `rebuilt`: the hour (UTC) of the board's last rebuild, as 2026-11-22T12; None where none is known.
    """

    intake: Report
    limits: Limits
    quota: Mapping[int, int]
    waiting: int
    disk_full: bool
    rebuilt: str | None
    rebuild_late: bool

    def as_json(self) -> Mapping[str, object]:
        """For GET /status."""
        report = self.intake
        return {
            "intake": report.state,
            "load": {"busy": report.busy, "evicted": report.evicted, "refused": report.refused},
            "limits": self.limits.as_json(),
            "quota": {str(size_class): tenths for size_class, tenths in self.quota.items()},
            "waiting": self.waiting,
            "disk_full": self.disk_full,
            "rebuilt": self.rebuilt,
            "rebuild_late": self.rebuild_late,
        }


def health_of(
    state: ServerState,
    store: Store,
    limits: Limits,
    *,
    since: float,
    clock: Callable[[], float] = time.time,
    free: Callable[[Path], int] = free_bytes,
) -> Health:
    """What is so now.  *since* is when the couriers' side was started, in seconds since 1970-01-01 UTC."""
    folder, now = state.folder, clock()
    try:
        counts = store.count()
        quota: Mapping[int, int] = tenths_used(limits, counts, state.campaign.slot_count)
    except StoreError:
        counts, quota = {}, {}
    published = BoardTree(folder.board).published()
    return Health(
        intake=read_report(folder.health, now=time.monotonic()),
        limits=limits,
        quota=quota,
        waiting=rounded(sum(counts.values())),
        disk_full=free(folder.board) < RESERVE_BYTES,
        rebuilt=_hour_of(published, now),
        rebuild_late=_is_late(published, since, now, state.campaign.answers.rebuild_minutes),
    )


def _hour_of(published: Descriptor | None, now: float) -> str | None:
    """A build's number is the minute of its time, unless the clock went back since (FORMAT 9.2)."""
    if published is None or published.build * 60 > now:
        return None
    return f"{datetime.fromtimestamp(published.build * 60, UTC):%Y-%m-%dT%H}"


def _is_late(published: Descriptor | None, since: float, now: float, minutes: int) -> bool:
    last = max(since, published.build * 60) if published else since
    return now - last > (2 * minutes + 60 * _HOURS_LATE) * 60

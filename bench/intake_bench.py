"""How many submissions a second the intake keeps, beside what its store and its disk can in the same run.

    python -m bench intake

The absolute numbers are the machine's; the ratios are ours.  The three take turns, so that whatever else the
machine does hits all of them.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import limits
from bench.measuring import Rate, both_apps, measure, processes, processor_seconds, pss, submitter
from bench.results import Beside, Result
from offramp.crypto.envelope import envelope_length
from offramp.store import open_store
from tests.server.running import TestServer

CLIENTS = 8
SIZE_CLASS = 16_384
LENGTH = envelope_length(SIZE_CLASS, 6)
DAY = date(2026, 11, 21)
ROUNDS, SECONDS = 5, 2.0


def main(quick: bool = False) -> Iterator[Result]:
    """Memory, durable submissions with eight at once, and what one costs the processors."""
    rounds, seconds = (1, 0.2) if quick else (ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:  # /tmp may be no disk
        folder = Path(name)
        with both_apps(folder) as server:
            yield from report(server, folder, rounds, seconds)


@dataclass(frozen=True, slots=True)
class Round:
    """What each of the three did in its turn, and the server's processor time in milliseconds a submission."""

    disk: Rate
    store: Rate
    server: Rate
    processor: float


def report(server: TestServer, folder: Path, rounds: int, seconds: float) -> Iterator[Result]:
    """Both of the server's apps run already."""
    pids = processes(server)
    yield Result("memory of both apps, idle (PSS)", pss(pids), "MiB", limit=limits.PSS_MIB)
    taken = [_round(server, folder, seconds) for _ in range(rounds)]
    yield from _rates(taken)
    yield Result(
        "server's processor time a submission",
        statistics.median(one.processor for one in taken),
        "ms",
        limit=limits.PROCESSOR_MS,
    )
    yield Result("memory of both apps, after the load (PSS)", pss(pids), "MiB", limit=limits.PSS_MIB)


def _round(server: TestServer, folder: Path, seconds: float) -> Round:
    pids, pattern = processes(server), server.envelope()
    on_disk, alone, before = disk(folder, seconds), straight(folder, seconds), processor_seconds(pids)
    through = measure(lambda: submitter(server.folder.intake_socket, pattern), CLIENTS, seconds)
    return Round(on_disk, alone, through, 1000 * (processor_seconds(pids) - before) / len(through.latencies))


def _rates(taken: Sequence[Round]) -> Iterator[Result]:
    """Medians of the rounds; of a ratio, the median of the rounds' own ratios."""
    through = statistics.median(one.server.per_second for one in taken)
    alone = statistics.median(one.store.per_second for one in taken)
    on_disk = statistics.median(one.disk.per_second for one in taken)
    yield Result(
        f"durable submissions of {LENGTH:,} B, {CLIENTS} at once",
        through,
        "/s",
        beside=(Beside("the store alone", alone), Beside("append and flush, one at a time", on_disk)),
        limit=limits.SUBMISSIONS,
        not_judged=""
        if alone >= limits.SUBMISSIONS.value
        else "the disk does not allow it: the store alone is below",
    )
    yield Result(
        "… of the store's own ceiling",
        statistics.median(one.server.per_second / one.store.per_second for one in taken),
        "×",
        limit=limits.OF_STORE,
    )
    for share in (0.5, 0.99):
        yield Result(
            f"from request to receipt, p{100 * share:.0f}",
            statistics.median(one.server.at(share) for one in taken),
            "ms",
            beside=(Beside("the store alone", statistics.median(one.store.at(share) for one in taken)),),
        )


def disk(folder: Path, seconds: float) -> Rate:
    """An append and a flush for each envelope: what one after the other can reach at most."""
    descriptor = os.open(folder / "append", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    data = secrets.token_bytes(LENGTH)

    def once() -> None:
        os.write(descriptor, data)
        os.fdatasync(descriptor)

    rate = measure(lambda: once, 1, seconds)
    os.close(descriptor)
    return rate


def straight(folder: Path, seconds: float) -> Rate:
    """The store alone, in this process."""
    data = secrets.token_bytes(LENGTH)
    with closing(open_store(f"sqlite:///{folder / 'straight.db'}")) as store:

        def once() -> None:
            store.add(data, envelope_id=secrets.token_bytes(16), size_class=SIZE_CLASS, day=DAY)

        return measure(lambda: once, CLIENTS, seconds)

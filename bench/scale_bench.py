"""Beyond one machine: intakes on PostgreSQL beside one on SQLite, and PostgreSQL from a hundred stored to a million.

    python -m bench scale
    OFFRAMP_LONG=1 python -m bench scale

Everything runs on this one machine, and so do the clients: what a second intake adds is less here than on a machine
of its own.  What a submission costs the processors tells what to expect there.  The kinds take turns.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import growth_bench
from bench.intake_bench import CLIENTS, LENGTH, ROUNDS, SECONDS
from bench.measuring import Rate, measure, processes, processor_seconds, pss, submitter, with_room
from bench.results import BenchError, Beside, Result
from offramp.store import open_store
from tests.harness.children import end_child
from tests.harness.postgres import NoPostgres, PrivatePostgres
from tests.server.running import TestServer, children_of, make_server

SETTINGS = Path(__file__).parents[1] / "deploy" / "postgresql-offramp.conf"

SQLITE = "one intake on SQLite"
ONE = "one intake on PostgreSQL"
TWO = "two intakes on one PostgreSQL"
STANDBY = "two intakes on PostgreSQL with a synchronous standby"


@dataclass(frozen=True, slots=True)
class Kind:
    """Some intakes, and the databases that they use."""

    servers: Sequence[TestServer]
    databases: Sequence[PrivatePostgres] = ()

    @property
    def intakes(self) -> list[int]:
        return [pid for server in self.servers for pid in processes(server)]

    @property
    def database_processes(self) -> list[int]:
        return [pid for one in self.databases for pid in (one.pid, *children_of(one.pid))]


@dataclass(frozen=True, slots=True)
class Round:
    """What one kind did in its turn, and the processor time a submission, in milliseconds, of its two parts."""

    rate: Rate
    intakes: float
    databases: float


def main(quick: bool = False) -> Iterator[Result]:
    """Rates and costs of each kind; memory; then PostgreSQL's growth."""
    rounds, seconds = (1, 0.2) if quick else (ROUNDS, SECONDS)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, ExitStack() as stack:  # /tmp may be no disk
        try:
            kinds = stack.enter_context(_kinds(Path(name)))
        except NoPostgres as error:
            raise BenchError(str(error)) from None
        taken = {name: [] for name in kinds}  # type: dict[str, list[Round]]
        for _ in range(rounds):
            for kind_name, kind in kinds.items():
                taken[kind_name].append(_round(kind, seconds))
        yield from _report(taken)
        yield Result("memory of one intake on PostgreSQL (PSS)", pss(kinds[ONE].intakes), "MiB")
        yield Result(
            "memory of PostgreSQL under two intakes (PSS)", pss(kinds[TWO].database_processes), "MiB"
        )
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, _database(Path(name)) as database:
        yield from growth_bench.results(
            lambda _: open_store(database.new_database()), "PostgreSQL", quick=quick
        )


@contextmanager
def _kinds(folder: Path) -> Iterator[Mapping[str, Kind]]:
    with ExitStack() as stack:
        single, first = (stack.enter_context(_database(folder / name)) for name in ("single", "first"))
        followed = stack.enter_context(_database(folder / "followed"))
        standby = stack.enter_context(_database(folder / "standby", standby_of=followed))
        followed.reload({"synchronous_standby_names": "*"})
        yield {
            SQLITE: Kind(stack.enter_context(_intakes(folder / "a", None, 1))),
            ONE: Kind(stack.enter_context(_intakes(folder / "b", single, 1)), [single]),
            TWO: Kind(stack.enter_context(_intakes(folder / "c", first, 2)), [first]),
            STANDBY: Kind(stack.enter_context(_intakes(folder / "d", followed, 2)), [followed, standby]),
        }


def _database(folder: Path, standby_of: PrivatePostgres | None = None) -> PrivatePostgres:
    """With the settings that operators are given, on a disk."""
    folder.parent.chmod(0o711)  # for PostgreSQL's own user
    folder.mkdir(exist_ok=True)
    return PrivatePostgres(settings(), folder=folder, standby_of=standby_of)


def settings() -> dict[str, str]:
    """What stands in the file for operators, and room in memory that any database has."""
    lines = [line.split("#")[0] for line in SETTINGS.read_text().splitlines()]
    found = dict(map(str.strip, line.split("=", 1)) for line in lines if "=" in line)
    return {
        **{name: value.strip("'") for name, value in found.items()},
        "shared_buffers": "128MB",
        "autovacuum_naptime": "1min",
    }


@contextmanager
def _intakes(folder: Path, database: PrivatePostgres | None, count: int) -> Iterator[list[TestServer]]:
    """So many, on one database or each on a file of its own."""
    url = database.new_database() if database else None
    servers: list[TestServer] = []
    try:
        for number in range(count):
            place = folder / str(number)
            place.mkdir(parents=True)
            servers.append(with_room(make_server(place)))
            if url:
                servers[-1].folder.store_address.write_text(url)
            servers[-1].start_intake()
        yield servers
    finally:
        for server in servers:
            for child in server.children:
                end_child(child)


def _round(kind: Kind, seconds: float) -> Round:
    patterns = [server.envelope() for server in kind.servers]
    turn = iter(range(10**9))

    def client() -> object:
        number = next(turn) % len(kind.servers)
        return submitter(kind.servers[number].folder.intake_socket, patterns[number])

    before = [processor_seconds(kind.intakes), processor_seconds(kind.database_processes)]
    rate = measure(client, CLIENTS, seconds)  # type: ignore[arg-type]
    after = [processor_seconds(kind.intakes), processor_seconds(kind.database_processes)]
    intakes, databases = (1000 * (b - a) / len(rate.latencies) for a, b in zip(before, after, strict=True))
    return Round(rate, intakes, databases)


def _report(taken: Mapping[str, Sequence[Round]]) -> Iterator[Result]:
    """Medians of the rounds."""
    of_sqlite = statistics.median(one.rate.per_second for one in taken[SQLITE])
    for name, rounds in taken.items():
        rate = statistics.median(one.rate.per_second for one in rounds)
        beside = (Beside(SQLITE, of_sqlite),) if name != SQLITE else ()
        yield Result(f"durable submissions of {LENGTH:,} B, {CLIENTS} at once: {name}", rate, "/s", beside)
        yield Result(
            f"from request to receipt, p99: {name}",
            statistics.median(one.rate.at(0.99) for one in rounds),
            "ms",
        )
        yield Result(
            f"processor time a submission: {name}", statistics.median(one.intakes for one in rounds), "ms"
        )
        if name != SQLITE:
            cost = statistics.median(one.databases for one in rounds)
            yield Result(f"… and of its database: {name}", cost, "ms")

"""What a look for an answer costs, with few answers on the board and with very many, and how the board is made.

    python -m bench answers

For the reader the boards are simulated: as many live answers under random threads, the number of shards that the
server would choose for them, and of these the one shard that this reader downloads. It comes from the real intake.
"""

from __future__ import annotations

import http.client
import random
import secrets
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.limits import Limit
from bench.measuring import processes, processor_seconds, seconds_to_write, timed
from bench.results import BenchError, Beside, Result
from offramp.board.builder import Builder
from offramp.board.database import BoardDatabase
from offramp.board.plan import choose_doublings
from offramp.board.posts import Posts
from offramp.board.tree import BoardTree
from offramp.crypto.answer import Answer
from offramp.crypto.board import (
    Descriptor,
    make_dummy,
    make_shard,
    read_descriptor,
    shard_number,
    write_descriptor,
)
from offramp.crypto.pack import ReplyPost
from offramp.crypto.reply import open_shard, seal_reply
from tests.harness.children import end_child
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.wire import Relay
from tests.page.boards import DAY, Person
from tests.server.running import TestServer, make_server

LIVE = (10, 10_000, 1_000_000)
LOOKS = 200
ROUNDS = 5
READER = Person.numbered(1)
WORDS = "Here is what we would change."
WRONG = Person.numbered(2)
SHARD_LIMIT = Limit("one look for an answer, bytes", "most", 270_000)
LOOK_LIMIT = Limit("from the words to what there is, at Safer, ms", "most", 1_000)
PUSHED = 10_000
NEW = 10
KEPT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Cost:
    """What one look costs: bytes that come down with their heads, and times in milliseconds, each the median."""

    bytes_down: int
    server: float  # of the processors
    trying: float  # in Python


def main(quick: bool = False) -> Iterator[Result]:
    """What a look costs at each size, in a browser, and what a rebuild takes."""
    with tempfile.TemporaryDirectory() as folder:
        server = make_server(Path(folder))
        server.start_intake()
        try:
            yield from _flat(server, LIVE[:1] if quick else LIVE)
            if not quick:
                yield from _in_browsers(server)
        finally:
            for child in server.children:
                end_child(child)
    with tempfile.TemporaryDirectory() as folder:
        yield from _rebuilds(Path(folder), 100 if quick else PUSHED)


def simulate(tree: BoardTree, live: int, build: int) -> Descriptor:
    """Publish the shard that READER would download among so many live answers, one of them theirs."""
    draw = random.Random(live)  # noqa: S311  # the same board in each run
    counts = Counter(draw.randrange(1 << 16) for _ in range(live - 1))
    number = shard_number(READER.thread)
    counts[number] += 1
    descriptor = Descriptor(choose_doublings(counts, None), build)
    index = descriptor.shard_of(number)
    others = sum(count for other, count in counts.items() if descriptor.shard_of(other) == index) - 1
    mine = seal_reply(Answer(1, DAY, WORDS), READER.reply_key)
    path = tree.shard(build, index)
    path.parent.mkdir(parents=True)
    path.write_bytes(make_shard([mine, *(make_dummy() for _ in range(others))]))
    tree.descriptor.write_bytes(write_descriptor(descriptor))
    return descriptor


def _flat(server: TestServer, sizes: Sequence[int]) -> Iterator[Result]:
    """The same at every size."""
    tree = BoardTree(server.folder.board)
    costs: list[Cost] = []
    for build, live in enumerate(sizes, start=1):
        descriptor = simulate(tree, live, build)
        cost = _cost(server)
        costs.append(cost)
        down = f"2 requests; {descriptor.shard_count} shards"
        yield Result("a look, down", cost.bytes_down, "B", at=live, limit=SHARD_LIMIT, note=down)
        yield Result("a look, of the server's processors", cost.server, "ms", at=live)
        yield Result("trying all 64 in Python", cost.trying, "ms", at=live)
    if len(costs) > 1:
        yield from _last_beside_first(costs[0], costs[-1])


def _last_beside_first(first: Cost, last: Cost) -> Iterator[Result]:
    between = f"with {LIVE[-1]:,} live answers beside {LIVE[0]:,}"
    yield Result(f"a look's bytes {between}", last.bytes_down / first.bytes_down, "×")
    yield Result(f"a look's processor time {between}", last.server / first.server, "×")


def _cost(server: TestServer) -> Cost:
    pids = processes(server)
    sizes, trying = set(), []
    before = processor_seconds(pids)
    for _ in range(LOOKS):
        size, shard = _look(server.folder.intake_socket)
        sizes.add(size)
        start = time.perf_counter()
        reading = open_shard(shard, READER.reply_key)
        trying.append(time.perf_counter() - start)
        if [answer.text for answer in reading.answers] != [WORDS]:
            raise BenchError("the answer is not where its reader looks")
    (size,) = sizes
    return Cost(size, 1000 * (processor_seconds(pids) - before) / LOOKS, 1000 * statistics.median(trying))


def _look(path: Path) -> tuple[int, bytes]:
    """What READER's page asks for: the bytes that came, with their heads, and the shard."""
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    with closing(connection):
        size, raw = _get(connection, "/board")
        descriptor = read_descriptor(raw)
        index = descriptor.shard_of(shard_number(READER.thread))
        more, shard = _get(connection, f"/board/{descriptor.build}/{index}")
    return size + more, shard


def _get(connection: http.client.HTTPConnection, target: str) -> tuple[int, bytes]:
    connection.request("GET", target)
    answer = connection.getresponse()
    if answer.status != 200:
        raise BenchError(f"{target}: {answer.status}")
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len(
        "HTTP/1.1 200 OK\r\n\r\n"
    )
    body = answer.read()
    return head + len(body), body


def _in_browsers(server: TestServer) -> Iterator[Result]:
    """From the click to what there is; on the loopback the download is next to nothing."""
    simulate(BoardTree(server.folder.board), LIVE[0], len(LIVE) + 1)  # one shard, whoever looks
    levels: tuple[Level, ...] = ("standard", "safer")
    for level in levels:
        for whose, person in (("an answer", READER), ("wrong words", WRONG)):
            times = sorted(1000 * _seconds_to_look(server, level, person) for _ in range(ROUNDS))
            yield Result(
                f"from the words to {whose} in a fresh page, {level}",
                statistics.median(times),
                "ms",
                limit=LOOK_LIMIT if level == "safer" else None,
                note=f"slowest of {ROUNDS}: {times[-1]:.0f} ms",
            )


def _seconds_to_look(server: TestServer, level: Level, person: Person) -> float:
    with Relay(server.folder.intake_socket) as relay, Firefox(level) as browser:
        browser.open(relay.url + "answers")
        browser.wait_for("#look-state", text="Ready")
        # The page itself notes when it is done: what drives the browser looks only now and then.
        browser.run(
            "const phrase = document.getElementById('phrase'); phrase.value = arguments[0];"
            "phrase.dispatchEvent(new Event('input', {bubbles: true}));"
            "const outcome = document.getElementById('outcome');"
            "new MutationObserver(() => { window.took ??= performance.now() - window.clicked; })"
            "  .observe(outcome, {childList: true});"
            "document.getElementById('look').addEventListener('click', () => {"
            "  window.clicked = performance.now(); }, true);",
            person.phrase,
        )
        browser.find("#look").click()
        browser.wait_for("#outcome", text="There")
        took = browser.run("return window.took;")
        if not isinstance(took, int | float):
            raise BenchError(f"the page took {took!r}")
        return took / 1000


def _rebuilds(folder: Path, pushed: int) -> Iterator[Result]:
    """The real builder, with as many replies pushed; beside writing and syncing one file of the same size."""
    last_day = datetime.now(UTC).date() + timedelta(days=KEPT_DAYS)
    database = BoardDatabase(folder / "builder" / "board.db", clock=time.time)
    tree = BoardTree(folder / "board")
    posts = Posts(database, tree, clock=time.time)
    builder = Builder(database, tree, kept_days=KEPT_DAYS, clock=time.time)
    with closing(database):
        posts.keep(_random_replies(pushed, last_day))
        whole, descriptor = timed(builder.rebuild)
        size = sum(path.stat().st_size for path in (tree.path / str(descriptor.build)).iterdir())
        posts.keep(_random_replies(NEW, last_day))
        again, _ = timed(builder.rebuild)
    plain = Beside(f"one plain file of {size / 1e6:.0f} MB", seconds_to_write(folder / "plain", size))
    yield Result(f"making the board with {pushed:,} live answers", whole, "s", beside=(plain,))
    yield Result(f"making it anew with {NEW} more", again, "s", beside=(plain,))


def _random_replies(count: int, last_day: date) -> Sequence[ReplyPost]:
    return [
        ReplyPost(last_day=last_day, shard_number=secrets.randbelow(1 << 16), reply=make_dummy())
        for _ in range(count)
    ]

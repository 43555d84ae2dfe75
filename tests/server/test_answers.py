"""Answers on a running server: pushed, rebuilt on the clock, and read by people about whom nothing is learnt."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path

import pytest

from offramp.crypto.board import SHARD_LENGTH, read_descriptor, replies_of
from offramp.crypto.pack import Post, ReplyPost, TakenBack
from offramp.crypto.parcel import PARCEL_LENGTHS
from tests.board.made import TODAY, Clock, files_in, pack, parcel_post, reply_post
from tests.harness.children import end_child, start_child, wait_for
from tests.server.running import (
    BINARY,
    START_SECONDS,
    TestServer,
    UnixHTTP,
    answers,
    ask,
    kill_tree,
    make_server,
    raw,
    status_of,
    worker_of,
)

# The couriers' side with a clock that a file sets: what comes in there is the hours since noon.
COURIERS = """
import sys
from pathlib import Path
from types import SimpleNamespace
from offramp.server import serving, web
from offramp.server.layout import ServerFolder
hours = Path(sys.argv[2])
web.time = SimpleNamespace(time=lambda: float(sys.argv[3]) + 3600 * float(hours.read_text()))
serving.serve_couriers(ServerFolder.at(Path(sys.argv[1])))
"""


class Answering:
    """Both sides of a server, a courier who pushes, and a clock that the test sets."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self._hours = server.path.parent / "hours"
        self.hour = -1
        self.next_hour()

    def next_hour(self) -> None:
        """Move the clock on by an hour, which is when the board is rebuilt."""
        self.hour += 1
        partial = self._hours.with_suffix(".new")
        partial.write_text(str(self.hour))
        partial.replace(self._hours)

    def start(self) -> None:
        path, server = self.server.folder.couriers_socket, self.server
        arguments = [str(server.path), str(self._hours), str(Clock().now)]
        child = start_child([sys.executable, "-P", "-c", COURIERS, *arguments], log=server.log)
        server.children.append(child)
        wait_for("the couriers' side", lambda: answers(path, "/epoch"), seconds=START_SECONDS)
        wait_for("the first board", lambda: self.get("/board")[0] == 200, seconds=START_SECONDS)
        self._base = self.build() - 60 * self.hour

    def signed(self, target: str, body: bytes) -> tuple[int, bytes]:
        path = self.server.folder.couriers_socket
        epoch = bytes.fromhex(ask(path, "GET", "/epoch")[1].decode())
        authorization = self.server.courier.sign(epoch, self.server.couriers_address, "POST", target, body)
        return ask(path, "POST", target, body, Content_Type=BINARY, Authorization=authorization)

    def push(self, *posts: Post) -> int:
        status, body = self.signed("/push", pack(*posts))
        assert status == 200, body
        return int(json.loads(body)["kept"])

    def get(self, target: str) -> tuple[int, bytes]:
        return ask(self.server.folder.intake_socket, "GET", target)

    def build(self) -> int:
        return read_descriptor(self.get("/board")[1]).build

    def rebuilt(self) -> None:
        """Let the clock strike, and wait until the board is the next one."""
        self.next_hour()
        self.caught_up()

    def caught_up(self) -> None:
        """Wait until the board is that of this hour, and nothing is done to it any more."""
        this_hour = self._base + 60 * self.hour  # a build's number is the minute in which it was due
        wait_for("the rebuild", lambda: self.build() >= this_hour, seconds=60)
        self.signed("/missing", bytes(16))  # is answered when the builder has tidied up

    def slots(self, number: int) -> list[bytes]:
        """What a reader with this shard number downloads."""
        descriptor = read_descriptor(self.get("/board")[1])
        status, shard = self.get(f"/board/{descriptor.build}/{descriptor.shard_of(number)}")
        assert status == 200
        return replies_of(shard)


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answering]:
    server = make_server(tmp_path_factory.mktemp("answering"))
    answering = Answering(server)
    server.start_intake()
    answering.start()
    yield answering
    for child in server.children:
        end_child(child)


def test_an_answer_is_on_the_board_within_one_rebuild(answering: Answering) -> None:
    reply, parcel = reply_post(), parcel_post()
    assert answering.push(reply, parcel) == 2
    assert reply.reply not in answering.slots(reply.shard_number)
    answering.rebuilt()
    assert reply.reply in answering.slots(reply.shard_number)
    assert answering.get(f"/parcel/{parcel.id.hex()}") == (200, parcel.parcel)
    answering.push(TakenBack(reply.last_day, reply.id), TakenBack(parcel.last_day, parcel.id))
    answering.rebuilt()
    assert reply.reply not in answering.slots(reply.shard_number)
    assert answering.get(f"/parcel/{parcel.id.hex()}")[0] == 404


def test_a_push_that_was_acknowledged_survives_kill_nine(tmp_path: Path) -> None:
    answering = Answering(make_server(tmp_path))
    answering.server.start_intake()
    try:
        for _ in range(3):
            answering.start()
            posts: list[Post] = [reply_post(), reply_post(), parcel_post()]
            assert answering.push(*posts) == 3
            kill_tree(answering.server.children.pop())
            answering.start()
            names = b"".join(post.id for post in posts)
            assert answering.signed("/missing", names) == (200, b'{"missing":[]}')
            kill_tree(answering.server.children.pop())
        answering.start()
        answering.rebuilt()
        assert isinstance(posts[0], ReplyPost)
        assert posts[0].reply in answering.slots(posts[0].shard_number)
    finally:
        for child in answering.server.children:
            end_child(child)


def test_a_restart_makes_no_board_before_its_time(tmp_path: Path) -> None:
    answering = Answering(make_server(tmp_path))
    answering.server.start_intake()
    try:
        answering.start()
        build = answering.build()
        end_child(answering.server.children.pop())
        answering.start()
        reply = reply_post()
        answering.push(reply)
        assert answering.build() == build
        end_child(answering.server.children.pop())
        answering.next_hour()  # missed while it did not run
        answering.start()
        wait_for("the rebuild", lambda: answering.build() > build, seconds=30)
        assert reply.reply in answering.slots(reply.shard_number)
    finally:
        for child in answering.server.children:
            end_child(child)


class Reader:
    """What the page does for one phrase, byte by byte, and all that it sent and got."""

    def __init__(self, server: TestServer) -> None:
        self.path = server.folder.intake_socket
        self.sent: list[bytes] = []
        self.got: list[bytes] = []

    def read(self, number: int) -> list[bytes]:
        descriptor = read_descriptor(self._ask("/board"))
        return replies_of(self._ask(f"/board/{descriptor.build}/{descriptor.shard_of(number)}"))

    def _ask(self, target: str) -> bytes:
        request = f"GET {target} HTTP/1.1\r\nHost: x.onion\r\nConnection: close\r\n\r\n".encode()
        answer = raw(self.path, request, then_close=False)
        self.sent.append(request)
        self.got.append(answer)
        assert status_of(answer) == 200
        return answer.partition(b"\r\n\r\n")[2]


def test_reading_names_nobody(answering: Answering) -> None:
    """Promise 4.  With an answer, with a wrong phrase, and after the answer has expired: the same bytes."""
    today = date.fromordinal(TODAY.toordinal() + answering.hour // 24)
    answered, expired = reply_post(7, today=today), reply_post(7, days=0, today=today)
    answering.push(answered, expired)
    answering.rebuilt()
    assert expired.reply in answering.slots(7)
    for _ in range(48):  # it may stay for some of the day after its last
        answering.next_hour()
    answering.caught_up()
    assert expired.reply not in answering.slots(7)
    server = answering.server
    make_reading_visible(server.folder.board)
    ticking = ["store", "run"]  # whoever reads
    before, log = files_in(server.path, without=ticking), server.log.read_bytes()
    readers = [Reader(server) for _ in range(3)]
    with_answer, with_wrong_phrase, with_expired = (reader.read(7) for reader in readers)
    assert answered.reply in with_answer
    assert with_wrong_phrase == with_expired == with_answer
    assert readers[0].sent == readers[1].sent == readers[2].sent
    assert readers[0].got == readers[1].got == readers[2].got
    assert files_in(server.path, without=ticking) == before
    assert server.log.read_bytes() == log == b""


def test_the_comparison_would_see_a_reader(answering: Answering) -> None:
    """Or else the test above would hold for nothing: somebody who opens a file plainly changes what it compares."""
    board = answering.server.folder.board
    make_reading_visible(board)
    before = files_in(board)
    (board / str(answering.build()) / "0").read_bytes()
    assert files_in(board) != before


def make_reading_visible(folder: Path) -> None:
    """Let all files be unread since 1970: only so does the kernel note down the next time for sure."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, ns=(0, path.stat().st_mtime_ns))


def test_unsigned_pushes_write_nothing(answering: Answering) -> None:
    path = answering.server.folder.couriers_socket
    builder = answering.server.folder.builder
    body = pack(reply_post())
    answering.caught_up()  # the builder at its start tidies dates, too
    before = files_in(builder)
    for authorization in ("", "Offramp", 'Offramp courier="00", counter="1", signature="00"'):
        for target, data in (("/push", body), ("/missing", bytes(16))):
            status, _ = ask(path, "POST", target, data, Content_Type=BINARY, Authorization=authorization)
            assert status == 401
    assert files_in(builder) == before


def test_the_largest_parcel_goes_both_ways(answering: Answering) -> None:
    parcel = parcel_post(length=max(PARCEL_LENGTHS))
    assert answering.push(parcel) == 1
    assert answering.get(f"/parcel/{parcel.id.hex()}") == (200, parcel.parcel)


def test_readers_who_read_nothing_keep_neither_a_thread_nor_anybody_out(answering: Answering) -> None:
    """Three hundred ask for a shard and leave it lying: it is all in their sockets, and the threads go on."""
    path = answering.server.folder.intake_socket
    build = answering.build()
    worker = worker_of(answering.server.children[0])
    request = f"GET /board/{build}/0 HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with ExitStack() as stack:
        readers = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(300)]
        for reader in readers:
            reader.connect(str(path))
            reader.sendall(request)
        for reader in readers:
            reader.settimeout(30)
            assert reader.recv(1) == b"H"
        assert answering.get("/")[0] == 200
        wait_for("threads to be free", lambda: _busy(worker) == 0, seconds=20)
        # And it is all there for whoever reads it late.
        late = readers[-1]
        got = b"H"
        while len(got.partition(b"\r\n\r\n")[2]) < SHARD_LENGTH:
            piece = late.recv(65_536)
            assert piece
            got += piece
        assert len(replies_of(got.partition(b"\r\n\r\n")[2])) == 64


def _busy(pid: int) -> int:
    """How many threads of a process wait for a socket to take more: the kernel says where each one sleeps."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += "sock_alloc_send" in (task / "wchan").read_text()
        except FileNotFoundError:
            continue
    return found


def test_readers_who_dribble_keep_nobody_waiting(answering: Answering) -> None:
    """Fifty take the largest parcel a few bytes at a time; another takes all of it meanwhile."""
    parcel = parcel_post(length=max(PARCEL_LENGTHS))
    answering.push(parcel)
    path, target = answering.server.folder.intake_socket, f"/parcel/{parcel.id.hex()}"
    stop = threading.Event()

    def dribble(reader: socket.socket) -> None:
        while not stop.wait(0.05) and reader.recv(16):
            pass

    with ExitStack() as stack:
        threads = []
        for _ in range(50):
            reader = stack.enter_context(socket.socket(socket.AF_UNIX))
            reader.settimeout(30)
            reader.connect(str(path))
            reader.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            threads.append(threading.Thread(target=dribble, args=(reader,)))
            threads[-1].start()
        try:
            assert answering.get(target) == (200, parcel.parcel)
            assert len(answering.slots(0)) == 64
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def test_a_connection_is_kept_between_descriptor_shard_and_parcel(answering: Answering) -> None:
    parcel = parcel_post()
    answering.push(parcel)
    build = answering.build()
    with closing(UnixHTTP(answering.server.folder.intake_socket)) as connection:
        for target in ("/board", f"/board/{build}/0", f"/parcel/{parcel.id.hex()}", f"/board/{build}/0", "/"):
            for method in ("HEAD", "GET"):
                connection.request(method, target)
                sockets = connection.sock
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200
                assert answer.headers["Connection"] == "keep-alive"
                assert connection.sock is sockets

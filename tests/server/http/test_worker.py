"""The worker's parts by themselves: requests in pieces of any size, who goes first, and counts."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # gunicorn has no types
from hypothesis import given
from hypothesis import strategies as st

from offramp.server.capacity.load import Load
from offramp.server.http.answers import Answer, plain
from offramp.server.http.connection import PATIENCE, SLOWEST_BYTES, Connection, Waiting
from offramp.server.http.crowd import Crowd
from offramp.server.http.gunicorn_app import settings
from offramp.server.http.requests import LONGEST_HEAD, SMALL_BODY, Body, Incoming, Malformed, MoreIsComing

CONFIG = Config()
for name, value in settings([], 0o077, "test").items():
    CONFIG.set(name, value)

HEAD = b"POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"


def incoming(data: bytes) -> Incoming:
    found = Incoming()
    found.received += data
    found.read_head(CONFIG, "")
    return found


@given(
    sizes=st.lists(st.integers(0, 60), max_size=40), body=st.binary(max_size=100), rest=st.binary(max_size=9)
)
def test_a_request_is_the_same_in_pieces_of_any_size(sizes: list[int], body: bytes, rest: bytes) -> None:
    found, data = Incoming(), HEAD % len(body) + body + rest
    for size in [*sizes, len(data)]:
        assert found.head is None or not found.is_ready()
        found.received += data[:size]
        data = data[size:]
        if found.read_head(CONFIG, "") and found.is_ready():
            break
    found.received += data
    assert found.head is not None
    assert (found.head.parsed.path, found.head.length, found.is_whole) == ("/sealed", len(body), True)
    with found.body() as view:
        assert bytes(view) == body
    found.next()
    assert bytes(found.received) == rest
    assert found.head is None


def test_a_line_too_much_after_a_request_is_no_request() -> None:
    found = incoming(b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert found.head is not None
    assert found.head.parsed.method == "GET"


def test_empty_lines_without_end_are_no_request() -> None:
    found = Incoming()
    for _ in range(2):
        found.received += b"\r\n"
        assert found.read_head(CONFIG, "") is None
    found.received += b"\r\n"
    with pytest.raises(Malformed):
        found.read_head(CONFIG, "")


@pytest.mark.parametrize(
    "data",
    [b"x" * (LONGEST_HEAD + 1), b"GET / HTTP/1.1\r\nX: " + b"y" * LONGEST_HEAD + b"\r\n\r\n", b"x\r\n\r\n"],
)
def test_what_is_no_head(data: bytes) -> None:
    with pytest.raises(Malformed):
        incoming(data)


def test_a_small_body_is_waited_for_and_a_large_one_is_asked_about_first() -> None:
    small, large = incoming(HEAD % SMALL_BODY), incoming(HEAD % (SMALL_BODY + 1))
    assert not small.is_ready()
    assert large.is_ready()  # it may be refused unread
    large.want_more()
    assert not large.is_ready()
    large.received += bytes(SMALL_BODY)
    assert large.is_ready()  # its beginning may tell
    large.want_more()
    assert not large.is_ready()
    large.received += b"\0"
    assert large.is_ready()
    small.ended = True
    assert small.is_ready()  # no more will come


def test_of_a_chunked_body_nothing_is_waited_for() -> None:
    found = incoming(b"POST /sealed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello")
    assert found.is_ready()
    assert not found.comes
    assert not found.is_whole  # the connection ends with the answer
    with found.body() as view:
        assert bytes(view) == b""


def test_reading_beyond_what_is_here() -> None:
    coming, ended = (Body(memoryview(b"abc"), comes=comes) for comes in (True, False))
    for body in (coming, ended):
        assert (body.read(2), body.read(2), body.read(0)) == (b"ab", b"c", b"")
    assert ended.read(1) == b""
    with pytest.raises(MoreIsComing):
        coming.read(1)


@pytest.fixture
def pairs() -> Iterator[list[tuple[Connection, socket.socket]]]:
    """Connections, each with its client."""
    made = [socket.socketpair() for _ in range(4)]
    yield [(Connection(ours, "", ""), client) for ours, client in made]
    for ours, client in made:
        ours.close()
        client.close()


Pairs = list[tuple[Connection, socket.socket]]


def test_who_was_answered_goes_first_then_the_oldest(pairs: Pairs) -> None:
    crowd = Crowd()
    one, two, three, four = (connection for connection, _ in pairs)
    three.wait_for(Waiting.IDLE)
    for connection in (one, two, three, four):
        crowd.join(connection)
    assert leaving(crowd) == [three, one, two, four]


def test_who_sends_steadily_goes_after_those_who_dribble_and_who_is_new_after_both(
    pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("offramp.server.http.connection.time.monotonic", lambda: now[0])
    crowd = Crowd()
    large, one, two, new = (connection for connection, _ in pairs)
    for connection in (large, one, two):
        connection.wait_for(Waiting.BODY)
        crowd.join(connection)
        connection.moved(1)
    large.moved(500_000)
    now[0] += 10
    new.wait_for(Waiting.HEAD)
    crowd.join(new)
    assert leaving(crowd) == [one, two, large, new]


def leaving(crowd: Crowd) -> list[Connection]:
    """Who goes, one after the other."""
    order = []
    while (gone := crowd.first_to_go()) is not None:
        order.append(gone)
        crowd.leave(gone)
    return order


def test_who_holds_too_much_goes_and_large_never_takes_the_room_of_small(pairs: Pairs) -> None:
    crowd = Crowd(large=1000, small=100)
    (idle, _), (small, _), (large, _), (other, _) = pairs
    for connection, length in ((small, 50), (large, SMALL_BODY + 1), (other, SMALL_BODY + 1)):
        connection.incoming = incoming(HEAD % length)
    for connection in (idle, small, large, other):
        crowd.join(connection)
    crowd.count(small, 100)
    crowd.count(large, 600)
    assert crowd.in_the_way() is None
    crowd.count(other, 600)
    assert crowd.in_the_way() is large
    crowd.count(large, 0)
    assert crowd.in_the_way() is None
    crowd.count(small, 101)
    assert crowd.in_the_way() is small


def test_deadlines(pairs: Pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("offramp.server.http.connection.time.monotonic", lambda: now[0])
    (connection, _), *_ = pairs
    for what, (silence, patience) in PATIENCE.items():
        connection.wait_for(what)
        start = now[0]
        assert connection.deadline == start + min(silence, patience)
        for _ in range(50):  # half of what is wanted
            now[0] += 1
            connection.moved(SLOWEST_BYTES // 2)
        moved = 0 if what is Waiting.HEAD else 50 * (SLOWEST_BYTES // 2) / SLOWEST_BYTES
        assert connection.deadline == min(now[0] + silence, start + patience + moved)


def test_an_answer_goes_out_in_as_many_pieces_as_the_client_takes() -> None:
    r = random.Random(1)
    pieces = [r.randbytes(size) for size in (10, 0, 200_000, 1, 70_000)]
    later = [r.randbytes(50_000) for _ in range(3)]
    closed: list[bool] = []
    answer = Answer(200, pieces, keeps=True).then(iter(later), lambda: closed.append(True))
    server, client = socket.socketpair()
    server.setblocking(False)
    got = b""
    with server, client:
        while not answer.send(server):
            got += client.recv(30_000)
        server.close()
        while piece := client.recv(65_536):
            got += piece
    answer.end()
    answer.end()
    assert got == b"".join(pieces + later)
    assert answer.sent == len(got)
    assert closed == [True]


def test_a_file_that_got_shorter_is_no_whole_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("file") / "file"
    path.write_bytes(b"short")
    server, client = socket.socketpair()
    with server, client, path.open("rb") as file, pytest.raises(BrokenPipeError):
        Answer(200, (), keeps=True).then_file(file.fileno(), 10, None).send(server)


def test_counts() -> None:
    load = Load(10)
    load.open = 3
    for status in (200, 201, 503, 503, 400):
        load.count_answer(status)
    found = load.snapshot()
    assert (found.open, found.capacity, found.answered, dict(found.refused)) == (3, 10, 5, {503: 2, 400: 1})
    assert plain("400 Bad Request", "No.\n").status == 400

"""`offramp push` against whatever a server says: a typed error, never more than was asked for, and no end in vain."""

from __future__ import annotations

import itertools
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from offramp.crypto.board import REPLY_LENGTH
from offramp.crypto.card import monday_of, sign_card
from offramp.crypto.errors import NotAPack, UnsupportedVersion
from offramp.crypto.pack import (
    HEADER,
    CardPost,
    ParcelPost,
    Post,
    ReplyPost,
    TakenBack,
    frame,
    read_stream,
)
from offramp.crypto.parcel import parcel_length
from offramp.desk.courier import retrying
from offramp.desk.courier.client import Courier
from offramp.desk.courier.dialling import to_unix_socket
from offramp.desk.courier.pushing import REQUEST_BYTES, Outcome, push_all
from offramp.desk.courier.wire import Patience, Wire
from offramp.desk.errors import (
    ConnectionBroke,
    CourierError,
    NotEnrolled,
    PostsRefused,
    ServerBusy,
    ServerFull,
    ServerNonsense,
)
from offramp.desk.pack_file import PackFile
from tests.desk.fake_server import FakeServer, kept, missing, ok, status
from tests.desk.team import CARD_SEED, COURIERS, Team

HASTE = Patience(silence=2, answer=2, slowest=10_000_000)
TODAY = date(2026, 12, 1)
LAST = TODAY + timedelta(60)


def reply(last_day: date = LAST) -> ReplyPost:
    return ReplyPost(last_day, 7, secrets.token_bytes(REPLY_LENGTH))


def parcel(size_class: int = 16_384, last_day: date = LAST) -> ParcelPost:
    return ParcelPost(last_day, secrets.token_bytes(parcel_length(size_class)))


def card() -> CardPost:
    said = sign_card(CARD_SEED, root=bytes(32), campaign="quit-ice", week=monday_of(TODAY), next_by=TODAY)
    return CardPost(LAST, said.raw)


def write(path: Path, *posts: Post) -> Path:
    path.write_bytes(HEADER + b"".join(map(frame, posts)))
    return path


class Watching:
    """Counts."""

    def __init__(self) -> None:
        self.bytes_found = self.bytes_got = self.retries = 0

    def found(self, count: int, size: int) -> None:
        self.bytes_found += size

    def got(self, size: int) -> None:
        self.bytes_got += size

    def retrying(self, error: CourierError, pause: float) -> None:
        self.retries += 1


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    fake = FakeServer(tmp_path / "fake.sock")
    yield fake
    fake.close()


Run = Callable[..., Outcome]


@pytest.fixture
def run(server: FakeServer, team: Team, tmp_path: Path) -> Run:
    def push(*posts: Post, watcher: Watching | None = None) -> Outcome:
        path = write(tmp_path / "some.pack", *posts)
        with PackFile(path) as pack, to_unix_socket(server.path) as dial:
            with Wire(dial, COURIERS, HASTE) as wire:
                courier = Courier(wire, team.carla, COURIERS)
                return push_all(courier, pack, TODAY, watcher or Watching(), sleep=lambda _: None)

    return push


def pushed(server: FakeServer) -> list[list[Post]]:
    return [list(read_stream([body])) for path, body in server.seen if path == "/push"]


def test_an_honest_server_gets_all_and_once(server: FakeServer, run: Run) -> None:
    posts: list[Post] = [reply(), parcel(), reply(), parcel()]
    watcher = Watching()
    assert run(*posts, watcher=watcher) == Outcome(new=4)
    assert server.posts == {one.id: one for one in posts}
    assert watcher.bytes_found == watcher.bytes_got == sum(len(frame(one)) for one in posts)
    assert run(*posts) == Outcome(known=4)
    assert len(pushed(server)) == 1
    assert run(*posts, new := reply()) == Outcome(new=1, known=4)
    assert pushed(server)[1:] == [[new]]


def test_taken_back_goes_first_parcels_before_replies_and_nothing_tells_what_belongs_together(
    server: FakeServer, run: Run
) -> None:
    posts = [one for _ in range(10) for one in (parcel(), reply())]
    gone = [TakenBack(LAST, secrets.token_bytes(16)) for _ in range(5)]
    assert run(*posts, *gone) == Outcome(new=20, taken_back=5)
    assert [path for path, _ in server.seen] == ["/epoch", "/push", "/missing", "/push", "/missing"]
    first, second = pushed(server)
    assert first == sorted(gone, key=lambda one: one.id)
    assert [type(one) for one in second] == [ParcelPost] * 10 + [ReplyPost] * 10
    assert [one.id for one in second[:10]] == sorted(one.id for one in posts if isinstance(one, ParcelPost))
    assert [one.id for one in second[10:]] == sorted(one.id for one in posts if isinstance(one, ReplyPost))


def test_what_is_past_or_taken_back_stays_here(server: FakeServer, run: Run) -> None:
    past, gone, today = reply(TODAY - timedelta(1)), reply(), reply(TODAY)
    assert run(past, gone, today, TakenBack(LAST, gone.id), TakenBack(TODAY - timedelta(1), today.id)) == (
        Outcome(new=1, taken_back=1)
    )
    assert set(server.posts) == {today.id}


def test_a_request_has_a_mebibyte_or_one_record(server: FakeServer, run: Run) -> None:
    posts = [
        parcel(8_388_608),
        parcel(1_048_576),
        *(parcel(262_144) for _ in range(9)),
        *(reply() for _ in range(300)),
    ]
    assert run(*posts) == Outcome(new=311)
    sizes = [(len(body), len(list(read_stream([body])))) for path, body in server.seen if path == "/push"]
    assert all(size <= REQUEST_BYTES or count == 1 for size, count in sizes)
    assert sum(count for _, count in sizes) == 311
    assert len(sizes) < 10
    asked = [len(body) // 16 for path, body in server.seen if path == "/missing"]
    assert asked == [256, 55, 256, 55]


def test_a_connection_that_breaks_is_gone_on_with(server: FakeServer, run: Run) -> None:
    """The answer is lost after the server has kept everything."""
    honest = server.answers["/push"]
    broken: list[bool] = []

    def breaks_once(body: bytes) -> bytes | Iterator[bytes]:
        answer = honest(body)
        if broken:
            return answer
        broken.append(True)
        return _dies()

    server.answers["/push"] = breaks_once
    watcher = Watching()
    assert run(reply(), reply(), watcher=watcher) == Outcome(new=2)
    assert watcher.retries == 1


def _dies() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-"
    raise BrokenPipeError


def test_an_interruption_between_requests_is_gone_on_with(server: FakeServer, run: Run) -> None:
    posts = [parcel(1_048_576) for _ in range(3)]
    honest = server.answers["/push"]
    server.answers["/push"] = lambda body: (
        honest(body) if len(server.posts) < 2 else status("401 Unauthorized")
    )
    with pytest.raises(NotEnrolled):
        run(*posts)
    server.answers["/push"] = honest
    assert run(*posts) == Outcome(new=1, known=2)


def test_what_the_server_does_not_keep_is_said(server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda _: kept(0)
    assert run(reply(), reply()) == Outcome(dropped=2)


def test_what_somebody_else_took_back_is_said_at_each_push(server: FakeServer, run: Run) -> None:
    """Whoever has a courier's key could erase every answer, but not so that nobody hears of it."""
    posts = [reply(), reply()]
    assert run(*posts) == Outcome(new=2)
    assert run(TakenBack(LAST, posts[0].id)) == Outcome(taken_back=1)
    for _ in range(2):
        assert run(*posts) == Outcome(known=1, dropped=1)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("401 Unauthorized", NotEnrolled),
        ("400 Bad Request", ServerNonsense),
        ("404 Not Found", ServerNonsense),
        ("413 Content Too Large", ServerNonsense),
        ("422 Unprocessable Entity", PostsRefused),
        ("503 Service Unavailable", ServerBusy),
        ("507 Insufficient Storage", ServerFull),
    ],
)
def test_refusals_have_names(line: str, error: type[CourierError], server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda _: status(line)
    with pytest.raises(error):
        run(reply())


def test_what_is_refused_does_not_hold_up_the_rest(server: FakeServer, run: Run) -> None:
    posts: list[Post] = [*(reply() for _ in range(40)), *(parcel() for _ in range(3))]
    bad = {posts[11].id, posts[41].id}
    honest = server.answers["/push"]
    server.answers["/push"] = lambda body: (
        status("422 Unprocessable Entity")
        if any(one.id in bad for one in read_stream([body]))
        else honest(body)
    )
    gone = TakenBack(LAST, secrets.token_bytes(16))
    watcher = Watching()
    assert run(*posts, gone, watcher=watcher) == Outcome(new=41, refused=2, taken_back=1)
    assert set(server.posts) == {one.id for one in posts} - bad
    assert server.requested("/push") <= 27  # twice the depth of a tree of 43, for each of the two
    assert watcher.bytes_found == watcher.bytes_got


def test_a_server_that_refuses_everything_is_not_asked_for_ever(server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda _: status("422 Unprocessable Entity")
    with pytest.raises(PostsRefused):
        run(*(reply() for _ in range(300)))
    assert server.requested("/push") < 50


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"4\r\n    \r\n")


BAD_MISSING: dict[str, Callable[[bytes], bytes | Iterator[bytes]]] = {
    "garbage": lambda _: ok(b"\xff"),
    "nested": lambda _: ok(b"[" * 16_000),
    "a_list": lambda _: ok(b"[]"),
    "no_list": lambda _: ok(b'{"missing":{}}'),
    "numbers": lambda _: ok(b'{"missing":[5]}'),
    "upper_case": lambda body: ok(json.dumps({"missing": [body[:16].hex().upper()]}).encode()),
    "short": lambda body: ok(json.dumps({"missing": [body[:15].hex()]}).encode()),
    "twice": lambda body: missing(body[:16], body[:16]),
    "never_asked_for": lambda _: missing(bytes(16)),
    "one_too_many": lambda body: missing(body[:16], bytes(16)),
    "endless": lambda _: endless(),
    "no_http": lambda _: b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "redirect": lambda _: b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_MISSING)
def test_nonsense_about_what_is_missing_is_refused(name: str, server: FakeServer, run: Run) -> None:
    """Random ids have letters in them, but for one in ten million."""
    server.answers["/missing"] = BAD_MISSING[name]
    with pytest.raises(ServerNonsense):
        run(reply())
    assert pushed(server) == []


BAD_RECEIPTS: dict[str, Callable[[], bytes | Iterator[bytes]]] = {
    "nothing": lambda: ok(b""),
    "garbage": lambda: ok(b"\xff"),
    "no_number": lambda: ok(b'{"kept":"1"}'),
    "other_json": lambda: ok(b'{"received":1}'),
    "endless": endless,
    "long": lambda: ok(b'{"kept":1,"more":"' + b"x" * 2000 + b'"}'),
}


@pytest.mark.parametrize("name", BAD_RECEIPTS)
def test_a_receipt_of_nonsense_is_refused(name: str, server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda _: BAD_RECEIPTS[name]()
    with pytest.raises(ServerNonsense):
        run(reply())


def test_a_server_that_drips_is_left(server: FakeServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def dripping() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        while True:
            time.sleep(0.05)
            yield b" "

    monkeypatch.setattr(retrying, "ATTEMPTS", 1)
    server.answers["/push"] = lambda _: dripping()
    with pytest.raises(ConnectionBroke):
        run(reply())


def test_a_long_push_over_a_slow_line_is_no_silence(team: Team) -> None:
    """Each piece that goes through is a sign of life: the whole may take longer than a silence."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
    took: list[float] = []

    def slow_server() -> None:
        with theirs:
            head = b""
            while b"\r\n\r\n" not in head:
                head += theirs.recv(1)
            left, began = 1_000_000, time.monotonic()
            while left:
                left -= len(theirs.recv(min(left, 65_536), socket.MSG_WAITALL))
                time.sleep(0.2)
            took.append(time.monotonic() - began)
            theirs.sendall(ok(b"{}"))

    threading.Thread(target=slow_server, daemon=True).start()
    patience = Patience(silence=2, answer=60)
    with Wire(lambda: ours, COURIERS, patience) as wire:
        with wire.exchange("POST", "/push", body=bytes(1_000_000), limit=100) as (code, chunks):
            assert (code, b"".join(chunks)) == (200, b"{}")
    assert took[0] > patience.silence


def test_a_pack_is_read_strictly(tmp_path: Path) -> None:
    cases: list[tuple[bytes, type[Exception]]] = [
        (b"diary", NotAPack),
        (HEADER[:-1] + b"\2", UnsupportedVersion),
        (HEADER + frame(reply()) + b"\0\0\0\5hello", NotAPack),
    ]
    for raw, error in cases:
        (tmp_path / "some.pack").write_bytes(raw)
        with pytest.raises(error, match=r"some\.pack: "):
            PackFile(tmp_path / "some.pack")


def test_a_pack_that_was_cut_gives_what_is_whole(tmp_path: Path) -> None:
    posts: list[Post] = [parcel(), reply()]
    path = write(tmp_path / "some.pack", *posts)
    whole = path.read_bytes()
    for cut, count in ((len(whole), 2), (len(whole) - 1, 1), (17, 0), (16, 0), (0, 0)):
        path.write_bytes(whole[:cut])
        with PackFile(path) as pack:
            assert len(pack.live(TODAY)) == count
            assert pack.truncated == (cut not in (len(whole), 17))
            frames = b"".join(map(pack.frame_of, pack.all))
            assert whole.startswith(HEADER + frames)


def test_a_card_goes_along_once(server: FakeServer, run: Run) -> None:
    one = card()
    assert run(reply(), one) == Outcome(new=1, card="new")
    assert server.posts[one.id] == one
    assert run(one) == Outcome(card="known")


def test_a_later_card_on_the_server_stays(server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda _: kept(0)
    assert run(card()) == Outcome(card="older")


def test_a_card_that_is_refused_keeps_nothing_else_back(server: FakeServer, run: Run) -> None:
    server.answers["/push"] = lambda body: (
        status("422 Unprocessable Content")
        if any(isinstance(one, CardPost) for one in read_stream([body]))
        else server.honest["/push"](body)
    )
    assert run(reply(), card(), TakenBack(LAST, bytes(16))) == Outcome(new=1, taken_back=1, card="refused")


def test_a_board_that_is_full_does_not_keep_a_card_back(server: FakeServer, run: Run) -> None:
    """Whoever fills the board must not close the site with it."""
    one = card()
    server.answers["/push"] = lambda body: (
        status("422 Unprocessable Content")
        if any(isinstance(post, ReplyPost) for post in read_stream([body]))
        else server.honest["/push"](body)
    )
    with pytest.raises(PostsRefused):
        run(reply(), one)
    assert set(server.posts) == {one.id}

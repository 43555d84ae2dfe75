"""Whatever the server says: a typed error, a whole bundle, and no acknowledgement of what is not in it."""

from __future__ import annotations

import functools
import itertools
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offramp.crypto.bundle import HEADER, BundleWriter, frame, read_bundle
from offramp.crypto.envelope import envelope_id
from offramp.desk.courier import fetching, retrying
from offramp.desk.courier.client import Courier
from offramp.desk.courier.dialling import to_unix_socket
from offramp.desk.courier.fetching import Outcome, fetch_all
from offramp.desk.courier.wire import Patience, Wire
from offramp.desk.errors import (
    BundleInUse,
    ConnectionBroke,
    CourierError,
    DiskAlmostFull,
    NotEnrolled,
    ServerBusy,
    ServerNonsense,
)
from tests.desk.fake_server import EPOCH, FakeServer, bundle, listing, ok, status
from tests.desk.team import COURIERS, Team, sealed

HASTE = Patience(silence=2, answer=2, slowest=10_000_000)


class Quiet:
    """Shows nothing, and counts retries."""

    def __init__(self) -> None:
        self.retries = 0

    def found(self, count: int, size: int) -> None:
        pass

    def got(self, size: int) -> None:
        pass

    def retrying(self, error: CourierError, pause: float) -> None:
        self.retries += 1


@pytest.fixture(scope="module")
def three(team: Team) -> list[bytes]:
    return sorted((sealed(team.first, f"letter {number}") for number in range(3)), key=envelope_id)


@pytest.fixture
def server(tmp_path: Path, three: list[bytes]) -> Iterator[FakeServer]:
    fake = FakeServer(tmp_path / "fake.sock", *three)
    yield fake
    fake.close()


@pytest.fixture
def run(server: FakeServer, team: Team, tmp_path: Path) -> Callable[[], Outcome]:
    def fetch(watcher: Quiet | None = None) -> Outcome:
        with to_unix_socket(server.path) as dial, Wire(dial, COURIERS, HASTE) as wire:
            courier = Courier(wire, team.carla, COURIERS)
            return fetch_all(courier, tmp_path / "inbox.bundle", watcher or Quiet(), sleep=lambda _: None)

    return fetch


def held(tmp_path: Path) -> list[bytes]:
    return list(read_bundle(tmp_path / "inbox.bundle"))


def test_an_honest_server_gives_all(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path, three: list[bytes]
) -> None:
    assert run() == Outcome(new=3)
    assert held(tmp_path) == three
    assert server.acknowledged == {envelope_id(one) for one in three}


def endless(chunk: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk)


def dripping() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    while True:
        time.sleep(0.05)
        yield b" "


def rows(*items: object, more: object = False) -> bytes:
    return ok(json.dumps({"envelopes": list(items), "more": more}).encode())


ID = "00" * 16
LENGTH = 23588
BAD_LISTS: dict[str, Callable[[], bytes | Iterator[bytes]]] = {
    "garbage": lambda: ok(b"\xff\xfe{"),
    "nested": lambda: ok(b"[" * 200_000),
    "digits": lambda: ok(b'{"envelopes":[["' + ID.encode() + b'",' + b"9" * 5000 + b',""]],"more":false}'),
    "other_json": lambda: ok(b'{"envelopes":{},"more":false}'),
    "more_is_a_number": lambda: rows(more=1),
    "more_of_nothing": lambda: rows(more=True),
    "short_id": lambda: rows([ID[:-2], LENGTH, ""]),
    "no_hexadecimal": lambda: rows(["zz" * 16, LENGTH, ""]),
    "white_space_in_an_id": lambda: rows(["0" * 28 + "  00", LENGTH, ""]),
    "upper_case": lambda: rows(["AB" * 16, LENGTH, ""]),
    "odd_length": lambda: rows([ID, 5, ""]),
    "length_is_true": lambda: rows([ID, True, ""]),
    "huge_length": lambda: rows([ID, 10**30, ""]),
    "twice": lambda: rows([ID, LENGTH, ""], [ID, LENGTH, ""]),
    "downwards": lambda: rows(["01" * 16, LENGTH, ""], [ID, LENGTH, ""]),
    "too_many": lambda: rows(*([f"{number:032x}", LENGTH, ""] for number in range(1001))),
    "the_same_page_for_ever": lambda: rows(["01" * 16, LENGTH, ""], more=True),
    "endless": lambda: endless(b" " * 4096),
    "redirect": lambda: b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
    "not_found": lambda: status("404 Not Found"),
    "no_http": lambda: b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "endless_head": lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], (b"X-%d: x\r\n" % number for number in itertools.count())
    ),
    "gzip": lambda: ok(b"\x1f\x8b\x08\x00"),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_list_of_nonsense_is_refused(
    name: str, server: FakeServer, run: Callable[[], Outcome], tmp_path: Path
) -> None:
    server.answers["/envelopes"] = lambda _: BAD_LISTS[name]()
    with pytest.raises(ServerNonsense):
        run()
    assert held(tmp_path) == []
    assert not server.acknowledged


@pytest.mark.parametrize("epoch", [b"", b"zz" * 32, b"ab" * 31, b"ab" * 33, b"\xff" * 64, b" " * 1000])
def test_an_epoch_of_nonsense_is_refused(
    epoch: bytes, server: FakeServer, run: Callable[[], Outcome]
) -> None:
    server.answers["/epoch"] = lambda _: ok(epoch)
    with pytest.raises(ServerNonsense):
        run()


def test_an_epoch_is_asked_for_again_once(server: FakeServer, run: Callable[[], Outcome]) -> None:
    server.answers["/envelopes"] = lambda _: status("401 Unauthorized")
    with pytest.raises(NotEnrolled):
        run()
    assert server.requested("/epoch") == 2


def _lied_length(three: list[bytes]) -> bytes:
    return ok(HEADER + len(three[0]).to_bytes(4, "big") + three[0][:-1])


BAD_BUNDLES: dict[str, Callable[[list[bytes], bytes], bytes | Iterator[bytes]]] = {
    "another_envelope": lambda three, other: bundle(three[0], other),
    "twice": lambda three, other: bundle(three[0], three[0]),
    "bit_flipped": lambda three, other: bundle(three[0], three[1][:-1] + bytes((three[1][-1] ^ 1,))),
    "no_envelope": lambda three, other: bundle(three[0], bytes(LENGTH)),
    "odd_frame": lambda three, other: ok(HEADER + frame(three[0]) + frame(b"x")),
    "no_bundle": lambda three, other: ok(b"<html>"),
    "other_version": lambda three, other: ok(HEADER[:-1] + b"\2"),
    "nothing": lambda three, other: ok(b""),
    "cut_in_a_frame": lambda three, other: _lied_length(three),
    "too_long": lambda three, other: bundle(*three, three[0]),
    "endless": lambda three, other: endless(bytes(65536)),
}


@pytest.mark.parametrize("name", BAD_BUNDLES)
def test_a_bundle_of_nonsense_is_refused_and_what_came_before_it_kept(
    name: str, server: FakeServer, run: Callable[[], Outcome], tmp_path: Path, three: list[bytes], team: Team
) -> None:
    honest = server.answers["/fetch"]
    answer = BAD_BUNDLES[name](three, sealed(team.first))
    server.answers["/fetch"] = lambda _: answer
    with pytest.raises(ServerNonsense):
        run()
    assert set(held(tmp_path)) <= set(three)
    assert not server.acknowledged
    server.answers["/fetch"] = honest
    outcome = run()
    assert outcome.new + outcome.known == 3
    assert sorted(held(tmp_path), key=envelope_id) == three
    assert server.acknowledged == {envelope_id(one) for one in three}


def test_what_was_asked_for_must_be_an_envelope(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path
) -> None:
    garbage = bytes(LENGTH)
    server.answers["/envelopes"] = lambda _: listing(garbage)
    server.answers["/fetch"] = lambda _: bundle(garbage)
    with pytest.raises(ServerNonsense):
        run()
    assert held(tmp_path) == []
    assert not server.acknowledged


def test_a_connection_that_breaks_is_gone_on_with(
    server: FakeServer,
    run: Callable[[], Outcome],
    tmp_path: Path,
    three: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It breaks within the second envelope each time, so that each try carries one, and none is in vain."""
    monkeypatch.setattr(retrying, "ATTEMPTS", 2)

    def one_and_a_bit(body: bytes) -> Iterator[bytes]:
        wanted = [one for one in three if envelope_id(one) in body]
        whole = bundle(*wanted)
        yield whole[: whole.index(wanted[0]) + len(wanted[0]) + (100 if len(wanted) > 1 else 0)]
        if len(wanted) > 1:
            raise BrokenPipeError

    server.answers["/fetch"] = one_and_a_bit
    assert run() == Outcome(new=3)
    assert held(tmp_path) == three
    assert server.requested("/fetch") == 3


def test_a_server_that_is_busy_is_asked_five_times(
    server: FakeServer, run: Callable[[Quiet], Outcome]
) -> None:
    server.answers["/envelopes"] = lambda _: status("503 Service Unavailable")
    watcher = Quiet()
    with pytest.raises(ServerBusy):
        run(watcher)
    assert server.requested("/envelopes") == retrying.ATTEMPTS
    assert watcher.retries == retrying.ATTEMPTS - 1


def test_a_server_that_drips_is_left(
    server: FakeServer, run: Callable[[], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "ATTEMPTS", 1)
    server.answers["/envelopes"] = lambda _: dripping()
    with pytest.raises(ConnectionBroke):
        run()


def test_a_server_that_says_continue_for_ever_is_left(
    server: FakeServer, run: Callable[[], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "ATTEMPTS", 1)
    server.answers["/envelopes"] = lambda _: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    with pytest.raises(ConnectionBroke):
        run()


def test_a_server_that_lists_what_it_does_not_give_ends(
    server: FakeServer, run: Callable[[], Outcome]
) -> None:
    server.answers["/fetch"] = lambda _: bundle()
    assert run() == Outcome(missing=3)
    assert not server.acknowledged


def test_a_server_that_always_lists_the_same_ends(
    server: FakeServer, run: Callable[[], Outcome], three: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "PAGES_A_ROUND", 1)
    server.answers["/envelopes"] = lambda _: listing(*three, more=True)
    assert run() == Outcome(new=3)
    assert server.requested("/envelopes") == 2


def test_an_answer_to_an_acknowledgement_has_a_limit(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path
) -> None:
    server.answers["/acknowledge"] = lambda _: endless(b" " * 4096)
    with pytest.raises(ServerNonsense):
        run()
    assert len(held(tmp_path)) == 3


def test_acknowledged_is_only_what_was_synced(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync = BundleWriter.sync

    def noted_sync(writer: BundleWriter) -> None:
        order.append("sync")
        sync(writer)

    def noted_acknowledge(_: bytes) -> bytes:
        order.append("acknowledge")
        return ok(b"{}")

    monkeypatch.setattr(BundleWriter, "sync", noted_sync)
    server.answers["/acknowledge"] = noted_acknowledge
    run()
    assert order[: order.index("acknowledge") + 1][-2:] == ["sync", "acknowledge"]
    order.clear()
    assert run() == Outcome(known=3)  # another run may have been killed before it synced
    assert order[:2] == ["sync", "acknowledge"]


def test_a_disk_that_is_almost_full_gets_nothing(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=fetching.KEPT_FREE))
    with pytest.raises(DiskAlmostFull):
        run()
    assert held(tmp_path) == []
    assert server.requested("/fetch") == 0


def test_two_fetches_do_not_share_a_bundle(
    server: FakeServer, run: Callable[[], Outcome], tmp_path: Path, three: list[bytes]
) -> None:
    refused: list[type[BaseException]] = []

    def meanwhile(body: bytes) -> bytes:
        try:
            run()
        except BundleInUse as error:
            refused.append(type(error))
        return bundle(*three)

    server.answers["/fetch"] = meanwhile
    assert run() == Outcome(new=3)
    assert refused == [BundleInUse]


def test_large_envelopes_go_one_by_one_and_small_ones_together() -> None:
    name = functools.partial(int.to_bytes, length=16, byteorder="big")
    small = {name(number): 24_000 for number in range(600)}
    assert [len(batch) for batch in fetching._batches(small)] == [174, 174, 174, 78]
    assert [len(batch) for batch in fetching._batches({name(1): 8_400_000, name(2): 24_000})] == [1, 1]
    tiny = {name(number): 0 for number in range(600)}
    assert [len(batch) for batch in fetching._batches(tiny)] == [256, 256, 88]


def test_the_epoch_of_these_tests_is_one() -> None:
    assert len(bytes.fromhex(EPOCH)) == 32

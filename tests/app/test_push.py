"""What couriers push, status by status."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from offramp.app import create_courier_side
from offramp.crypto.bundle import HEADER as BUNDLE_HEADER
from offramp.crypto.envelope import MAX_SLOTS, SIZE_CLASSES, envelope_length
from offramp.crypto.errors import NotAPack, PackTruncated
from offramp.crypto.framing import frame
from offramp.crypto.keyset import Keyset
from offramp.crypto.pack import HEADER, EnvelopePost, TakenBack
from offramp.server.capacity.limits import LimitsShelf
from offramp.server.enrollment import Enrollment
from offramp.server.signed.cards import CardShelf
from offramp.store import Store, StoreBusy, StoreError, StoreFull, StoreUnavailable
from offramp.store.sqlite import SqliteStore
from tests.app.asking import BINARY, refusal
from tests.app.campaign import TestCampaign, TestCourier
from tests.app.conftest import HOST
from tests.app.test_couriers_side import Fetcher
from tests.board.made import Board, Clock, files_in, pack, parcel_post, reply_post


@pytest.fixture
def pusher(couriers_side: Client, courier: TestCourier, clock: Clock) -> Fetcher:
    return Fetcher(couriers_side, courier)


def test_asking_and_pushing(pusher: Fetcher, board: Board) -> None:
    today = board.clock.today
    reply, parcel = reply_post(today=today), parcel_post(today=today)
    gone = TakenBack(reply.last_day, bytes(16))
    names = [reply.id, parcel.id, gone.id]
    asked = pusher.ask("POST", "/missing", b"".join(names))
    assert (asked.status_code, json.loads(asked.text)) == (200, {"missing": [name.hex() for name in names]})
    for _ in range(2):
        pushed = pusher.ask("POST", "/push", pack(reply, parcel, gone))
        assert (pushed.status_code, pushed.content_type, pushed.text) == (
            200,
            "application/json",
            '{"kept":3}',
        )
    assert json.loads(pusher.ask("POST", "/missing", b"".join(names)).text) == {"missing": [gone.id.hex()]}
    board.rebuild()
    assert reply.reply in board.all_slots()


def test_an_empty_pack_is_a_pack(pusher: Fetcher) -> None:
    assert pusher.ask("POST", "/push", HEADER).text == '{"kept":0}'


GOOD = pack(reply_post(1))
BAD = {
    "nothing": (b"x", 400),
    "text": (b'{"text": "I work at the agency"}', 400),
    "a bundle": (BUNDLE_HEADER, 400),
    "another version": (HEADER[:-1] + b"\2", 400),
    "cut": (GOOD[:-1], 400),
    "more": (GOOD + b"x", 400),
    "a bad record after a good one": (GOOD + b"\0\0\0\5\x09\0\0\0\0", 400),
    "the year 9999": (GOOD[: len(HEADER) + 5] + b"\0\x2c\xa0\x00" + GOOD[len(HEADER) + 9 :], 422),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pack_leaves_nothing(pusher: Fetcher, board: Board, name: str) -> None:
    body, status = BAD[name]
    board.posts.missing([])
    before = files_in(board.folder / "builder", without=["board.db-wal", "board.db-shm"])
    assert refusal(pusher.ask("POST", "/push", body))[0] == status
    assert json.loads(pusher.ask("POST", "/missing", reply_post(1).id).text)["missing"]
    board.rebuild()
    assert board.keep() == 0
    slots = board.all_slots()
    assert len(slots) == 64
    after = files_in(board.folder / "builder", without=["board.db-wal", "board.db-shm"])
    assert before.keys() == after.keys()


def test_the_sentences_are_those_of_the_errors(pusher: Fetcher) -> None:
    assert refusal(pusher.ask("POST", "/push", b"nonsense")) == (400, f"{NotAPack()}\n")
    assert refusal(pusher.ask("POST", "/push", GOOD[:-1])) == (400, f"{PackTruncated()}\n")


def test_too_long_and_too_many(pusher: Fetcher, board: Board) -> None:
    today = board.clock.today
    late = reply_post(days=401, today=today)
    status, text = refusal(pusher.ask("POST", "/push", pack(late)))
    assert (status, "400 days" in text) == (422, True)
    many = pack(*(reply_post(5, today=today) for _ in range(49)))
    assert refusal(pusher.ask("POST", "/push", many))[0] == 422
    assert board.posts.missing([late.id]) == [late.id]


@pytest.mark.parametrize(
    ("length", "status"), [("", 411), ("-1", 411), ("9000001", 413), ("1" * 30, 413), ("²", 411)]
)
def test_a_length_that_cannot_be_is_refused_unread(couriers_side: Client, length: str, status: int) -> None:
    class Untouched:
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    environ: dict[str, Any] = {"CONTENT_TYPE": BINARY, "CONTENT_LENGTH": length, "wsgi.input": Untouched()}
    answer = couriers_side.open("/push", method="POST", environ_overrides=environ)
    assert refusal(answer)[0] == status


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", f"{BINARY}; a=b"])
def test_other_content_types_are_refused(couriers_side: Client, kind: str) -> None:
    assert couriers_side.post("/push", data=GOOD, content_type=kind).status_code == 415


@pytest.mark.parametrize("target", ["/missing", "/push"])
def test_requests_must_be_signed_and_new(pusher: Fetcher, board: Board, target: str) -> None:
    body = bytes(16) if target == "/missing" else pack(reply_post(today=board.clock.today))
    good = pusher.sign("POST", target, body)
    stranger = Fetcher(pusher.client, TestCourier())
    board.posts.missing([])
    before = files_in(board.folder)
    for bad in (
        "",
        good[:-2],
        stranger.sign("POST", target, body),
        pusher.sign("GET", target, body),
        pusher.sign("POST", "/fetch", body),
        pusher.sign("POST", target, body + b"x"),
    ):
        assert pusher.send("POST", target, body, bad).status_code == 401
    assert files_in(board.folder) == before
    newer = pusher.sign("POST", target, body)
    assert pusher.send("POST", target, body, newer).status_code == 200
    assert pusher.send("POST", target, body, newer).status_code == 401  # seen before
    assert pusher.send("POST", target, body, good).status_code == 401  # older than that


@pytest.mark.parametrize(("body", "status"), [(b"", 411), (b"x" * 15, 422), (b"x" * 16 * 257, 413)])
def test_what_is_asked_for_is_ids_and_not_too_many(pusher: Fetcher, body: bytes, status: int) -> None:
    authorization = pusher.sign("POST", "/missing", body)
    headers = {"Authorization": authorization, "Content-Type": BINARY}
    assert pusher.client.post("/missing", data=body, headers=headers).status_code == status


class Broken:
    """A board that cannot keep anything."""

    def __init__(self, error: StoreError) -> None:
        self.error = error

    def keep(self, posts: object) -> int:
        raise self.error

    def missing(self, ids: object) -> list[bytes]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"), [(StoreFull(), 507), (StoreBusy(), 503), (StoreUnavailable(), 503)]
)
def test_what_cannot_be_kept_is_refused(
    courier: TestCourier,
    courier_folder: Path,
    cards: CardShelf,
    store: Store,
    limits: LimitsShelf,
    error: StoreError,
    status: int,
) -> None:
    side = create_courier_side(
        Enrollment(courier_folder, host=HOST), store, Broken(error), cards, dict, limits
    )
    pusher = Fetcher(Client(side), courier)
    assert refusal(pusher.ask("POST", "/push", GOOD)) == (status, f"{error}\n")
    assert refusal(pusher.ask("POST", "/missing", bytes(16))) == (status, f"{error}\n")


def test_the_largest_pack_fits(pusher: Fetcher, board: Board) -> None:
    today = board.clock.today
    large = parcel_post(length=8_390_656, today=today)
    replies = [reply_post(number, today=today) for number in range(140)]
    body = pack(large, *replies)
    assert 8_950_000 < len(body) <= 9_000_000
    assert pusher.ask("POST", "/push", body).text == '{"kept":141}'
    assert board.tree.parcel(large.id).read_bytes() == large.parcel


@pytest.mark.parametrize("path", ["/board", "/board/1/0", f"/parcel/{'0' * 32}"])
def test_the_board_is_not_handed_out_here(couriers_side: Client, path: str) -> None:
    assert couriers_side.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/push", "/missing"])
def test_nothing_is_pushed_in_public(intake: Client, path: str) -> None:
    assert intake.post(path, data=GOOD, content_type=BINARY).status_code == 404


def test_an_expired_reply_is_not_counted(pusher: Fetcher, board: Board) -> None:
    today = board.clock.today
    body = pack(reply_post(today=today - timedelta(days=61)), reply_post(today=today))
    assert pusher.ask("POST", "/push", body).text == '{"kept":1}'


@pytest.fixture
def envelope(campaign: TestCampaign, keyset: Keyset, board: Board) -> EnvelopePost:
    """What one organizer tells the others."""
    return EnvelopePost(board.clock.today + timedelta(days=60), campaign.seal(keyset))


def test_a_pushed_envelope_is_kept_as_one_that_was_sent(
    pusher: Fetcher, store: Store, board: Board, envelope: EnvelopePost
) -> None:
    reply = reply_post(today=board.clock.today)
    ids = envelope.id + reply.id
    assert pusher.ask("POST", "/missing", ids).json == {"missing": [envelope.id.hex(), reply.id.hex()]}
    for _ in range(2):
        assert pusher.ask("POST", "/push", pack(envelope, reply)).text == '{"kept":2}'
    assert pusher.ask("POST", "/missing", ids).json == {"missing": []}
    [one] = store.waiting(bytes(32))
    assert (one.id, one.length, one.day) == (envelope.id, len(envelope.envelope), board.clock.today)
    assert BUNDLE_HEADER + frame(envelope.envelope) == pusher.ask("POST", "/fetch", envelope.id).data
    board.rebuild()
    assert envelope.envelope[:4096] not in board.all_slots()


def test_an_envelope_that_was_destroyed_is_missing_again(
    pusher: Fetcher, store: Store, envelope: EnvelopePost
) -> None:
    """It is pushed once more then, and the desks know it already."""
    pusher.ask("POST", "/push", pack(envelope))
    pusher.ask("POST", "/acknowledge", envelope.id)
    store.expire([], acknowledged=date.min, received=date.max)
    assert pusher.ask("POST", "/missing", envelope.id).json == {"missing": [envelope.id.hex()]}
    assert pusher.ask("POST", "/push", pack(envelope)).text == '{"kept":1}'
    assert store.has(envelope.id)


def test_an_envelope_past_its_last_day_is_not_taken_in(
    pusher: Fetcher, store: Store, board: Board, envelope: EnvelopePost
) -> None:
    late = EnvelopePost(board.clock.today - timedelta(days=1), envelope.envelope)
    assert pusher.ask("POST", "/push", pack(late)).text == '{"kept":0}'
    assert not store.has(late.id)


def _flipped(envelope: bytes, place: int) -> bytes:
    return envelope[:place] + bytes((envelope[place] ^ 1,)) + envelope[place + 1 :]


@pytest.mark.parametrize(("place", "status"), [(0, 400), (16, 400), (17, 422), (18, 400)])
def test_what_is_no_envelope_leaves_nothing(
    pusher: Fetcher, store: Store, board: Board, envelope: EnvelopePost, place: int, status: int
) -> None:
    """Nor does anything that came with it, on the board or beside it."""
    reply = reply_post(today=board.clock.today)
    bad = EnvelopePost(envelope.last_day, _flipped(envelope.envelope, place))
    assert refusal(pusher.ask("POST", "/push", pack(reply, envelope, bad)))[0] == status
    assert board.posts.missing([reply.id]) == [reply.id]
    assert store.waiting(bytes(32)) == []


def test_a_pack_that_the_board_refuses_leaves_no_envelope(
    pusher: Fetcher, store: Store, board: Board, envelope: EnvelopePost
) -> None:
    late = reply_post(days=401, today=board.clock.today)
    assert refusal(pusher.ask("POST", "/push", pack(envelope, late)))[0] == 422
    assert store.waiting(bytes(32)) == []


def test_no_room_for_an_envelope_is_said(
    courier: TestCourier,
    courier_folder: Path,
    cards: CardShelf,
    board: Board,
    limits: LimitsShelf,
    tmp_path: Path,
    envelope: EnvelopePost,
) -> None:
    """And the same pack is taken whole once there is room."""
    free = [0]
    store = SqliteStore(tmp_path / "full.db", free=lambda _: free[0])
    side = create_courier_side(
        Enrollment(courier_folder, host=HOST), store, board.posts, cards, dict, limits, clock=board.clock
    )
    pusher = Fetcher(Client(side), courier)
    body = pack(envelope, reply_post(today=board.clock.today))
    assert refusal(pusher.ask("POST", "/push", body)) == (507, f"{StoreFull()}\n")
    assert store.waiting(bytes(32)) == []
    free[0] = 10**12
    assert pusher.ask("POST", "/push", body).text == '{"kept":2}'
    store.close()


def test_the_largest_envelope_fits(pusher: Fetcher, store: Store, envelope: EnvelopePost) -> None:
    largest = envelope_length(SIZE_CLASSES[-1], MAX_SLOTS)
    raw = envelope.envelope[:17] + bytes((MAX_SLOTS,)) + envelope.envelope[18:100]
    post = EnvelopePost(envelope.last_day, raw.ljust(largest, b"\0"))
    assert pusher.ask("POST", "/push", pack(post)).text == '{"kept":1}'
    assert store.read(post.id) == post.envelope

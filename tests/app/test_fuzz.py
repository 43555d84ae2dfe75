"""Promise 1: no route takes anything but an envelope, whatever is sent to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from offramp.app import create_courier_side, create_intake
from offramp.crypto.envelope import ENVELOPE_LENGTHS
from offramp.crypto.keyset import Keyset
from offramp.server.capacity.limits import LimitsShelf
from offramp.server.enrollment import Enrollment
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.store import Store, open_store
from tests.app.campaign import TestCampaign
from tests.app.conftest import HOST, LIMIT_DAYS, OUTCOMES, PAGES, SEALED_FILE
from tests.board.made import Board, Clock, files_in, pack, parcel_post

PARCEL = parcel_post()
SMALL = sorted(ENVELOPE_LENGTHS)[:18]  # two classes, with every number of slots
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
PUBLIC = [
    "/sealed",
    SEALED_FILE,
    "/keyset",
    "/board",
    "/board/1/0",
    "/board/1/1",
    "/board/2/0",
    f"/parcel/{PARCEL.id.hex()}",
]
COURIERS = ["/epoch", "/status", "/envelopes", "/fetch", "/acknowledge", "/missing", "/push"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
PATHS = st.sampled_from([*PAGES, *PUBLIC, *COURIERS, "/x"]) | TEXTS.map(lambda text: f"/{text}")
BINARY = "application/octet-stream"
FORMS = ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"]
# Near misses of the board's names: other spellings of numbers, other folders, other files.
NAMES = st.sampled_from(
    ["0", "1", "01", "+1", "-1", "1.0", "٣", "..", ".", "%2e%2e", "descriptor", "parcels", "\0"]
)
BOARD_PATHS = st.builds(
    lambda head, names: "/".join(["", head, *names]),
    st.sampled_from(["board", "parcel"]),
    st.lists(NAMES | TEXTS, max_size=4),
)
TYPES = st.sampled_from([BINARY, *FORMS, "text/plain", "application/json", ""])
PLAINTEXT = b'{"text": "I work at the agency and want to leave"}'


class World:
    """Both apps over one store, and an envelope that the intake would take."""

    def __init__(self, folder: Path) -> None:
        self.campaign = TestCampaign()
        self.keyset: Keyset = self.campaign.keyset()
        (folder / "1.keyset").write_bytes(self.keyset.raw)
        self.store: Store = open_store(f"sqlite:///{folder / 'store.db'}")
        self.folder = folder / "server"
        self.folder.mkdir()
        self.board = Board(self.folder, Clock())
        self.board.rebuild()
        self.board.keep(PARCEL)
        self.files = files_in(self.folder)
        shelf = KeysetShelf(
            folder, root=self.campaign.root, campaign=self.campaign.id, onion=self.campaign.onion
        )
        cards = CardShelf(
            folder, shelf.all, root=self.campaign.root, campaign=self.campaign.id, limit_days=LIMIT_DAYS
        )
        (folder / f"{self.campaign.card_key.hex()}.card").write_bytes(self.campaign.card().raw)
        self.apps = (
            Client(create_intake(PAGES, shelf, cards, self.store, self.board.shelf, outcome_pages=OUTCOMES)),
            Client(
                create_courier_side(
                    Enrollment(folder, host=HOST),
                    self.store,
                    self.board.posts,
                    cards,
                    dict,
                    LimitsShelf(self.folder / "limits.toml"),
                )
            ),
        )
        self.envelope = self.campaign.seal(self.keyset)

    def is_untouched(self) -> bool:
        return self.store.waiting(bytes(32)) == [] and files_in(self.folder) == self.files


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        yield world
        world.store.close()
        world.board.database.close()


def bodies() -> st.SearchStrategy[bytes]:
    """Plaintext, noise, and noise of exactly the lengths that envelopes have."""
    exact = st.builds(
        lambda start, length: start.ljust(length, b"\0")[:length],
        st.binary(max_size=200)
        | st.just(PLAINTEXT)
        | st.just(b"offramp/envelope\1\6\4\xa0")
        | st.just(pack(parcel_post())),
        st.sampled_from(SMALL),
    )
    return st.binary(max_size=2000) | st.just(PLAINTEXT) | exact


@settings(max_examples=400, deadline=None)
@given(method=METHODS, path=PATHS | BOARD_PATHS, kind=TYPES, body=bodies())
def test_whatever_is_sent_anywhere(world: World, method: str, path: str, kind: str, body: bytes) -> None:
    for app in world.apps:
        there = {"PATH_INFO": path.encode().decode("latin-1"), "RAW_URI": path}
        # A file is closed by the WSGI server; here that is us.
        with app.open("/", method=method, data=body, content_type=kind, environ_overrides=there) as response:
            reading = method in ("GET", "HEAD")
            assert 400 <= response.status_code < 500 or (reading and response.status_code == 200)
            assert "Set-Cookie" not in response.headers
            assert PLAINTEXT not in response.data
    assert world.is_untouched()


@settings(max_examples=150, deadline=None)
@given(position=st.integers(0, 83), bit=st.integers(0, 7))
def test_a_flipped_bit_in_the_fixed_header_is_refused_or_is_not_our_business(
    world: World, position: int, bit: int
) -> None:
    flipped = bytearray(world.envelope)
    flipped[position] ^= 1 << bit
    response = world.apps[0].post("/sealed", data=bytes(flipped), content_type=BINARY)
    if position >= 52:  # the commitment: only who opens it can tell
        assert response.status_code == 201
        world.store.expire([], acknowledged=date.min, received=date.max)
    else:
        assert 400 <= response.status_code < 500
    assert world.is_untouched()


@settings(max_examples=100, deadline=None)
@given(cut=st.integers(0, 23_587), more=st.binary(max_size=100))
def test_a_truncated_or_lengthened_envelope_is_refused(world: World, cut: int, more: bytes) -> None:
    for body in (world.envelope[:cut], world.envelope + more + b"!"):
        response = world.apps[0].post("/sealed", data=body, content_type=BINARY)
        assert response.status_code in (411, 413, 422)
    assert world.is_untouched()


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(0, 10**12) | st.sampled_from(sorted(ENVELOPE_LENGTHS)), body=st.binary(max_size=100)
)
def test_a_lie_about_the_length_is_refused(world: World, length: int, body: bytes) -> None:
    if length == len(body):
        return
    response = world.apps[0].open(
        "/sealed",
        method="POST",
        data=body,
        environ_overrides={
            "CONTENT_LENGTH": str(length),
            "CONTENT_TYPE": BINARY,
            "wsgi.input_terminated": "1",
        },
    )
    assert response.status_code in (400, 413, 422)
    assert world.is_untouched()

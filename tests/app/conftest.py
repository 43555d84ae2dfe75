from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.test import Client

from offramp.app import create_courier_side, create_intake
from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.server.capacity.limits import LimitsShelf
from offramp.server.enrollment import Enrollment
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.server.signed.status import status_of
from offramp.site.keyset_slot import KEYSET_SLOT
from offramp.site.pages import Page
from offramp.site.policy import FORM_HEADERS
from offramp.site.sealed_outcomes import Outcome
from offramp.store import Store, open_store
from tests.app.campaign import TestCampaign, TestCourier
from tests.board.made import Board, Clock

HOST = "b" * 56 + ".onion"
LIMIT_DAYS = 14

PAGES = {
    path: Page(
        body=f"page {path}".encode(),
        gzipped=b"\x1f\x8b" + path.encode(),
        content_type="text/html; charset=utf-8",
    )
    for path in ("/", "/offer", "/about", "/statement", "/promises", "/static/en/form.js")
}


PAGE_WITH_WORDS = "/with-words"
ALL_PAGES = PAGES | {
    PAGE_WITH_WORDS: Page(
        body=b"words: " + KEYSET_SLOT + b" end",
        gzipped=b"packed before",
        content_type="text/html; charset=utf-8",
        headers=FORM_HEADERS,
    )
}

SEALED_FILE = "/es/sealed-file"
OUTCOMES = {
    SEALED_FILE: {
        one: Page(one.label.encode(), b"\x1f\x8b", "text/html; charset=utf-8", FORM_HEADERS)
        for one in Outcome
    }
}


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
def campaign() -> TestCampaign:
    return TestCampaign()


@pytest.fixture
def keyset_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "keysets"
    folder.mkdir()
    return folder


@pytest.fixture
def keyset(campaign: TestCampaign, keyset_folder: Path) -> Keyset:
    """The keyset that the intake publishes."""
    keyset = campaign.keyset()
    (keyset_folder / "1.keyset").write_bytes(keyset.raw)
    return keyset


@pytest.fixture
def card_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    return folder


@pytest.fixture
def card(campaign: TestCampaign, card_folder: Path) -> Card:
    """The card that the intake shows."""
    card = campaign.card()
    (card_folder / f"{campaign.card_key.hex()}.card").write_bytes(card.raw)
    return card


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield store
    store.close()


@pytest.fixture
def shelf(campaign: TestCampaign, keyset_folder: Path, clock: Clock) -> KeysetShelf:
    return KeysetShelf(
        keyset_folder,
        root=campaign.root,
        campaign=campaign.id,
        onion=campaign.onion,
        clock=clock,
        pulse=clock,
    )


@pytest.fixture
def cards(campaign: TestCampaign, shelf: KeysetShelf, card_folder: Path, clock: Clock) -> CardShelf:
    return CardShelf(
        card_folder,
        shelf.all,
        root=campaign.root,
        campaign=campaign.id,
        limit_days=LIMIT_DAYS,
        clock=clock,
        pulse=clock,
    )


@pytest.fixture
def limits(tmp_path: Path, clock: Clock) -> LimitsShelf:
    """The usual limits, until a test changes them."""
    return LimitsShelf(tmp_path / "limits.toml", pulse=clock)


@pytest.fixture
def board(tmp_path: Path, clock: Clock) -> Iterator[Board]:
    """A board that has been built once."""
    board = Board(tmp_path, clock)
    board.rebuild()
    yield board
    board.database.close()


@pytest.fixture
def intake(
    shelf: KeysetShelf,
    cards: CardShelf,
    keyset: Keyset,
    card: Card,
    store: Store,
    board: Board,
    limits: LimitsShelf,
    clock: Clock,
) -> Client:
    """The public app, with one valid keyset and a card."""
    made = create_intake(
        ALL_PAGES,
        shelf,
        cards,
        store,
        board.shelf,
        outcome_pages=OUTCOMES,
        limits=limits.current,
        clock=clock,
    )
    return Client(made)


@pytest.fixture
def courier_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "couriers"
    folder.mkdir()
    return folder


@pytest.fixture
def courier(courier_folder: Path) -> TestCourier:
    """The one courier that is enrolled."""
    courier = TestCourier()
    (courier_folder / "carol.toml").write_bytes(courier.public_file)
    return courier


@pytest.fixture
def couriers_side(
    courier: TestCourier,
    courier_folder: Path,
    shelf: KeysetShelf,
    cards: CardShelf,
    store: Store,
    board: Board,
    limits: LimitsShelf,
    clock: Clock,
) -> Client:
    enrollment = Enrollment(courier_folder, host=HOST, pulse=clock)

    def status() -> Mapping[str, object]:
        return status_of(shelf, cards, clock=clock).as_json()

    return Client(create_courier_side(enrollment, store, board.posts, cards, status, limits, clock=clock))

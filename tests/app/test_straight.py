"""What is answered below Flask is answered as Flask would: the same status, headers and bytes, and the same log."""

from __future__ import annotations

import pytest
from werkzeug.test import Client, TestResponse

from offramp.app import create_intake
from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.store import Store, StoreBusy, StoreFull, StoreUnavailable
from tests.app.asking import BINARY
from tests.app.campaign import TestCampaign
from tests.app.conftest import PAGES
from tests.board.made import Board


@pytest.fixture
def both(
    shelf: KeysetShelf, cards: CardShelf, card: Card, store: Store, board: Board
) -> tuple[Client, Client]:
    """The intake, and the same without its short way."""
    straight, through_flask = (create_intake(PAGES, shelf, cards, store, board.shelf) for _ in range(2))
    assert straight._straight  # type: ignore[attr-defined]
    through_flask._straight.clear()  # type: ignore[attr-defined]
    return Client(straight), Client(through_flask)


def said(response: TestResponse) -> tuple[str, set[tuple[str, str]], bytes]:
    return response.status, set(response.headers.items()), response.data


def same(both: tuple[Client, Client], status: int, body: bytes, **headers: str) -> None:
    named = {"Content-Type": BINARY} | {name.replace("_", "-"): value for name, value in headers.items()}
    one, other = (said(client.post("/sealed", data=body, headers=named)) for client in both)
    assert one == other
    assert one[0].startswith(f"{status} ")


def test_every_outcome(both: tuple[Client, Client], campaign: TestCampaign, keyset: Keyset) -> None:
    envelope = campaign.seal(keyset)
    other_keys = campaign.seal(campaign.keyset(9))
    same(both, 201, envelope)
    same(both, 422, b"short")
    same(both, 400, bytes(len(envelope)))
    same(both, 409, other_keys)
    same(both, 415, envelope, Content_Type="text/plain")
    same(both, 403, envelope, Sec_Fetch_Site="cross-site")
    same(both, 400, envelope[:16] + b"\2" + envelope[17:])


@pytest.mark.parametrize("error", [StoreFull, StoreBusy, StoreUnavailable, RuntimeError])
def test_every_failure(
    both: tuple[Client, Client],
    campaign: TestCampaign,
    keyset: Keyset,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: type[Exception],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(store), "add", refuse)
    same(both, {StoreFull: 507, RuntimeError: 500}.get(error, 503), campaign.seal(keyset))
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == (2 if error is RuntimeError else 0)
    assert len(set(lines)) <= 1


def test_other_methods_and_addresses_are_flasks(both: tuple[Client, Client]) -> None:
    for method, target in (
        ("GET", "/sealed"),
        ("PUT", "/sealed"),
        ("POST", "/sealed/"),
        ("POST", "//sealed"),
    ):
        one, other = (said(client.open(target, method=method)) for client in both)
        assert one == other
        assert one[0][:3] in ("404", "405")

"""What is answered below Flask is answered as Flask would: the same status, headers and bytes, and the same log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client, TestResponse

from offramp.app import create_intake
from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.server.http.replies import QuietFlask, Reply
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.store import Addition, Store, StoreBusy, StoreFull, StoreUnavailable
from tests.app.asking import BINARY
from tests.app.campaign import TestCampaign
from tests.app.conftest import ALL_PAGES, PAGES
from tests.board.made import Board

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def begun(app: QuietFlask) -> WSGIApplication:
    """The app, asked in two parts: as the worker does it, which needs no thread while the disk writes."""

    def ask(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert app.can_start(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        done = threading.Event()
        reply = app.start(environ, done.set)
        if not isinstance(reply, Reply):
            assert done.wait(60)
            reply = reply()
        return reply.respond(start_response)

    return ask


@pytest.fixture
def ways(
    shelf: KeysetShelf, cards: CardShelf, card: Card, store: Store, board: Board
) -> tuple[Client, Client, Client]:
    """The intake, the same without its short way, and the same in two parts."""
    straight, through_flask = (create_intake(ALL_PAGES, shelf, cards, store, board.shelf) for _ in range(2))
    assert isinstance(straight, QuietFlask)
    assert isinstance(through_flask, QuietFlask)
    assert straight._straight
    through_flask._straight.clear()
    return Client(straight), Client(through_flask), Client(begun(straight))


def said(response: TestResponse) -> tuple[str, set[tuple[str, str]], bytes]:
    return response.status, set(response.headers.items()), response.data


def same(ways: tuple[Client, Client, Client], status: int, body: bytes, **headers: str) -> None:
    named = {"Content-Type": BINARY} | {name.replace("_", "-"): value for name, value in headers.items()}
    one, other, third = (said(client.post("/sealed", data=body, headers=named)) for client in ways)
    assert one == other == third
    assert one[0].startswith(f"{status} ")


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip;q=0, identity", "", "\xff;;q="])
@pytest.mark.parametrize("path", [*ALL_PAGES, "/keyset"])
def test_every_page(ways: tuple[Client, Client, Client], keyset: Keyset, path: str, accepted: str) -> None:
    one, other, third = (said(client.get(path, headers={"Accept-Encoding": accepted})) for client in ways)
    assert one == other == third
    assert one[0].startswith("200 ")


def test_a_page_may_be_asked_for_without_its_bytes(ways: tuple[Client, Client, Client]) -> None:
    one, other = (client.head("/") for client in ways[:2])
    assert said(one) == said(other)
    assert one.status_code == 200
    assert one.content_length == len(PAGES["/"].body)


def test_every_outcome(ways: tuple[Client, Client, Client], campaign: TestCampaign, keyset: Keyset) -> None:
    envelope = campaign.seal(keyset)
    other_keys = campaign.seal(campaign.keyset(9))
    same(ways, 201, envelope)
    same(ways, 422, b"short")
    same(ways, 400, bytes(len(envelope)))
    same(ways, 409, other_keys)
    same(ways, 415, envelope, Content_Type="text/plain")
    same(ways, 403, envelope, Sec_Fetch_Site="cross-site")
    same(ways, 400, envelope[:16] + b"\2" + envelope[17:])


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("error", [StoreFull, StoreBusy, StoreUnavailable, RuntimeError])
def test_every_failure(
    ways: tuple[Client, Client, Client],
    campaign: TestCampaign,
    keyset: Keyset,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: type[Exception],
    at_once: bool,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    def begin(_store: Store, _addition: Addition, then: Callable[[], None]) -> Callable[[], None]:
        then()
        return refuse

    monkeypatch.setattr(type(store), "start_adding", refuse if at_once else begin)
    same(ways, {StoreFull: 507, RuntimeError: 500}.get(error, 503), campaign.seal(keyset))
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == (3 if error is RuntimeError else 0)
    assert len(set(lines)) <= 1


def test_other_methods_and_addresses_are_flasks(ways: tuple[Client, Client, Client]) -> None:
    for method, target in (
        ("GET", "/sealed"),
        ("PUT", "/sealed"),
        ("POST", "/sealed/"),
        ("POST", "//sealed"),
    ):
        one, other = (said(client.open(target, method=method)) for client in ways[:2])
        assert one == other
        assert one[0][:3] in ("404", "405")

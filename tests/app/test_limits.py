"""What the intake takes by its limits, and how couriers change them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from werkzeug.test import Client, EnvironBuilder

from offramp.app import create_intake
from offramp.crypto.card import Card
from offramp.crypto.keyset import Keyset
from offramp.server.capacity.gate import Gate, Line
from offramp.server.capacity.limits import Limits, LimitsShelf
from offramp.server.http.replies import QuietFlask, Reply
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.site.sealed_outcomes import Outcome
from offramp.store import Addition, Store, StoreBusy
from tests.app.asking import BINARY, post, refusal
from tests.app.campaign import TestCampaign, TestCourier
from tests.app.conftest import ALL_PAGES, OUTCOMES
from tests.app.test_couriers_side import Fetcher
from tests.app.test_sealed_file import form, outcome, send
from tests.board.made import Board

ANYBODY = bytes(32)
LEAST = {"disk_megabytes": 64, "waiting": 100}
PAUSED = (503, "Nothing can be sent now: the people who read this inbox have paused it.\n")


@pytest.fixture
def fetcher(couriers_side: Client, courier: TestCourier) -> Fetcher:
    return Fetcher(couriers_side, courier)


def test_a_paused_intake_hands_out_no_keys_and_takes_nothing(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, limits: LimitsShelf
) -> None:
    envelope = campaign.seal(keyset)
    limits.change({"paused": True})
    assert refusal(intake.get("/keyset")) == PAUSED
    assert refusal(post(intake, envelope)) == PAUSED
    assert outcome(send(intake, form(envelope))) is Outcome.PAUSED
    assert intake.get("/").status_code == intake.head("/board").status_code == 200  # answers can be read
    assert store.waiting(ANYBODY) == []
    limits.change({"paused": False})
    assert intake.get("/keyset").status_code == 200
    assert post(intake, envelope).status_code == 201


def test_a_full_class_is_refused_and_text_is_taken(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, limits: LimitsShelf
) -> None:
    """Of the largest class the smallest limits let one wait."""
    limits.change(LEAST)
    large = [campaign.seal(keyset, attachment=8_000_000) for _ in range(2)]
    assert post(intake, large[0]).status_code == 201
    status, text = refusal(post(intake, large[1]))
    assert (status, "waiting" in text) == (507, True)
    assert outcome(send(intake, form(large[1]))) is Outcome.QUOTA
    assert post(intake, large[0]).status_code == 201  # whoever saw no receipt can be sure all the same
    for attachment in (0, 60_000, 250_000, 1_000_000):
        assert post(intake, campaign.seal(keyset, attachment=attachment)).status_code == 201
    limits.change({"disk_megabytes": 4096, "waiting": 20_000})
    assert post(intake, large[1]).status_code == 201


def test_couriers_change_what_they_name_and_nothing_else(fetcher: Fetcher, limits: LimitsShelf) -> None:
    answer = fetcher.ask("POST", "/limits", b'{"paused":true}')
    assert (answer.status_code, json.loads(answer.text)) == (200, Limits(paused=True).as_json())
    answer = fetcher.ask("POST", "/limits", b'{"waiting":300,"pow_rate":2}')
    assert json.loads(answer.text) == Limits(paused=True, waiting=300, pow_rate=2).as_json()
    assert limits.current() == Limits(paused=True, waiting=300, pow_rate=2)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"paused":1}', 422),
        (b'{"waiting":99}', 422),
        (b'{"waiting":true}', 422),
        (b'{"waiting":1e3}', 422),
        (b'{"pow_rate":50}', 422),  # more than the burst
        (b'{"store_url":"x"}', 422),
        (b'{"__post_init__":1}', 422),
        (rb'{"\ud800":1}', 422),
        (b"[]", 422),
        (b"[" * 512, 422),
        (b"paused = true", 422),
        (b'{"paused":true}'.ljust(513), 413),
    ],
)
def test_changes_that_are_refused(fetcher: Fetcher, limits: LimitsShelf, body: bytes, status: int) -> None:
    assert refusal(fetcher.ask("POST", "/limits", body))[0] == status
    assert limits.current() == Limits()


def test_only_a_courier_s_own_new_request_changes_anything(
    fetcher: Fetcher, couriers_side: Client, limits: LimitsShelf
) -> None:
    pause, resume = b'{"paused":true}', b'{"paused":false}'
    signed = fetcher.sign("POST", "/limits", pause)
    assert refusal(fetcher.send("POST", "/limits", resume, signed))[0] == 401
    assert refusal(fetcher.send("POST", "/limits", pause, ""))[0] == 401
    stranger = Fetcher(couriers_side, TestCourier("mallory"))
    assert refusal(stranger.ask("POST", "/limits", pause))[0] == 401
    assert limits.current() == Limits()
    assert fetcher.send("POST", "/limits", pause, signed).status_code == 200
    fetcher.ask("POST", "/limits", resume)
    assert refusal(fetcher.send("POST", "/limits", pause, signed))[0] == 401  # once more
    assert limits.current() == Limits()


def test_the_public_side_neither_tells_nor_takes_limits(intake: Client) -> None:
    for method in ("GET", "POST"):
        assert intake.open("/limits", method=method).status_code == 404
        assert intake.open("/status", method=method).status_code == 404


def test_what_the_disk_does_not_keep_is_not_changed(
    fetcher: Fetcher, limits: LimitsShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("offramp.server.capacity.limits.write_limits", full)
    assert refusal(fetcher.ask("POST", "/limits", b'{"paused":true}'))[0] == 503
    assert limits.current() == Limits()


class HangingStore:
    """Keeps nothing until the disk goes on."""

    def __init__(self) -> None:
        self.inside, self.goes_on = threading.Semaphore(0), threading.Event()
        self.begun: list[Callable[[], None]] = []

    def start_adding(self, _: Addition, then: Callable[[], None]) -> Callable[[], bool]:
        self.begun.append(then)
        return self._wait

    def _wait(self) -> bool:
        self.inside.release()
        return self.goes_on.wait(60)


@pytest.fixture
def hanging() -> HangingStore:
    return HangingStore()


@pytest.fixture
def stuck(
    hanging: HangingStore,
    card: Card,
    shelf: KeysetShelf,
    cards: CardShelf,
    board: Board,
    monkeypatch: pytest.MonkeyPatch,
) -> QuietFlask:
    """An intake on that store, where two may wait for it."""
    monkeypatch.setattr("offramp.server.envelopes.Gate", partial(Gate, 2, 0.01))
    monkeypatch.setattr("offramp.server.envelopes.Line", partial(Line, 2))
    app = create_intake(ALL_PAGES, shelf, cards, hanging, board.shelf, outcome_pages=OUTCOMES)  # type: ignore[arg-type]  # it only has what adds
    assert isinstance(app, QuietFlask)
    return app


def test_while_the_disk_hangs_one_more_is_refused_and_pages_are_served(
    stuck: QuietFlask, hanging: HangingStore, campaign: TestCampaign, keyset: Keyset
) -> None:
    envelope = campaign.seal(keyset)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(post, Client(stuck), envelope) for _ in range(2)]
        for _ in waiting:
            assert hanging.inside.acquire(timeout=60)
        assert refusal(post(Client(stuck), envelope)) == (503, f"{StoreBusy()}\n")
        assert outcome(send(Client(stuck), form(envelope))) is Outcome.BUSY
        assert Client(stuck).get("/").status_code == 200
        hanging.goes_on.set()
        assert [one.result(60).status_code for one in waiting] == [201, 201]
    assert post(Client(stuck), envelope).status_code == 201


def test_while_the_disk_hangs_nobody_more_is_begun(
    stuck: QuietFlask, hanging: HangingStore, campaign: TestCampaign, keyset: Keyset
) -> None:
    envelope, told = campaign.seal(keyset), threading.Semaphore(0)
    hanging.goes_on.set()  # whoever is told so does not wait

    def start() -> Reply | Callable[[], Reply]:
        headers = [("Content-Type", BINARY)]
        asked = EnvironBuilder("/sealed", method="POST", data=envelope, headers=headers).get_environ()
        return stuck.start(asked, told.release)

    begun = [start() for _ in range(2)]
    refused = start()
    assert isinstance(refused, Reply)
    assert (refused.status, refused.body) == (503, f"{StoreBusy()}\n".encode())
    for done, came_to in zip(hanging.begun, begun, strict=True):
        done()
        assert told.acquire(blocking=False)
        assert callable(came_to)
        assert came_to().status == 201
    assert callable(start())

"""The couriers' app: signed requests only, and bundles of what is there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from offramp.crypto.bundle import read_stream
from offramp.crypto.envelope import envelope_id
from offramp.crypto.keyset import Keyset
from offramp.store import Store
from tests.app.campaign import TestCampaign, TestCourier
from tests.app.conftest import HOST
from tests.board.made import Clock

DAY = date(2026, 11, 21)
BINARY = "application/octet-stream"


@pytest.fixture
def keyset(campaign: TestCampaign) -> Keyset:
    return campaign.keyset()


class Fetcher:
    """Signs as a courier does."""

    def __init__(self, client: Client, courier: TestCourier) -> None:
        self.client, self.courier = client, courier

    def ask(self, method: str, target: str, body: bytes = b"") -> TestResponse:
        return self.send(method, target, body, self.sign(method, target, body))

    def sign(self, method: str, target: str, body: bytes = b"") -> str:
        epoch = bytes.fromhex(self.client.get("/epoch").text)
        return self.courier.sign(epoch, HOST, method, target, body)

    def send(self, method: str, target: str, body: bytes, authorization: str) -> TestResponse:
        headers = {"Authorization": authorization} | ({"Content-Type": BINARY} if body else {})
        return self.client.open(target, method=method, data=body, headers=headers)

    def list(self, after: str = "") -> tuple[list[str], bool]:
        answer = json.loads(self.ask("GET", f"/envelopes?after={after}").text)
        return [name for name, _, _ in answer["envelopes"]], answer["more"]


@pytest.fixture
def fetcher(couriers_side: Client, courier: TestCourier) -> Fetcher:
    return Fetcher(couriers_side, courier)


def fill(store: Store, campaign: TestCampaign, keyset: Keyset, count: int) -> dict[bytes, bytes]:
    """Envelopes in the store, by id."""
    envelopes = [campaign.seal(keyset, f"letter {number}") for number in range(count)]
    for envelope in envelopes:
        store.add(envelope, envelope_id=envelope_id(envelope), size_class=16_384, day=DAY)
    return {envelope_id(envelope): envelope for envelope in envelopes}


def test_listing_fetching_acknowledging(
    fetcher: Fetcher, store: Store, campaign: TestCampaign, keyset: Keyset
) -> None:
    envelopes = fill(store, campaign, keyset, 5)
    listed = json.loads(fetcher.ask("GET", "/envelopes?after=").text)
    assert listed == {
        "envelopes": [[name.hex(), len(envelopes[name]), "2026-11-21"] for name in sorted(envelopes)],
        "more": False,
    }
    names = b"".join(sorted(envelopes))
    bundle = fetcher.ask("POST", "/fetch", names)
    assert (bundle.status_code, bundle.content_type) == (200, BINARY)
    assert [envelope_id(one) for one in read_stream([bundle.data])] == sorted(envelopes)
    assert fetcher.list()[0]  # fetching removes nothing
    assert json.loads(fetcher.ask("POST", "/acknowledge", names).text) == {"acknowledged": 5}
    assert fetcher.list() == ([], False)
    assert all(store.has(name) for name in envelopes)  # removed is later, on a clock


def test_an_acknowledgement_is_one_couriers_and_of_today(
    fetcher: Fetcher, couriers_side: Client, courier_folder: Path, store: Store, campaign: TestCampaign,
    keyset: Keyset, clock: Clock,
) -> None:  # fmt: skip
    other = TestCourier("dave")
    (courier_folder / "dave.toml").write_bytes(other.public_file)
    clock.now += 1
    (name,) = fill(store, campaign, keyset, 1)
    both = [fetcher.courier.key, other.key]
    assert fetcher.ask("POST", "/acknowledge", name).status_code == 200
    today = datetime.fromtimestamp(clock.now, UTC).date()
    assert store.expire(both, acknowledged=today, received=date.min) == 0
    assert Fetcher(couriers_side, other).list() == ([name.hex()], False)
    assert Fetcher(couriers_side, other).ask("POST", "/acknowledge", name).status_code == 200
    assert store.expire(both, acknowledged=today - timedelta(1), received=date.min) == 0
    assert store.expire(both, acknowledged=today, received=date.min) == 1


def test_a_long_list_comes_in_pages(fetcher: Fetcher, store: Store) -> None:
    names = sorted(number.to_bytes(2, "big") * 8 for number in range(1005))
    for name in names:
        store.add(b"x", envelope_id=name, size_class=16_384, day=DAY)
    first, more = fetcher.list()
    assert (len(first), more) == (1000, True)
    rest, more = fetcher.list(first[-1])
    assert (len(rest), more) == (5, False)
    assert first + rest == [name.hex() for name in names]


def test_what_is_gone_is_left_out(
    fetcher: Fetcher, store: Store, campaign: TestCampaign, keyset: Keyset
) -> None:
    (name,) = envelopes = fill(store, campaign, keyset, 1)
    bundle = fetcher.ask("POST", "/fetch", bytes(16) + name + bytes(16))
    assert list(read_stream([bundle.data])) == list(envelopes.values())
    assert list(read_stream([fetcher.ask("POST", "/fetch", bytes(16)).data])) == []


SIGNED = [
    ("GET", "/status", b""),
    ("GET", "/envelopes?after=", b""),
    ("POST", "/fetch", bytes(16)),
    ("POST", "/acknowledge", bytes(16)),
]


@pytest.mark.parametrize(("method", "target", "body"), SIGNED)
def test_requests_must_be_signed_and_new(fetcher: Fetcher, method: str, target: str, body: bytes) -> None:
    good = fetcher.sign(method, target, body)
    stranger = Fetcher(fetcher.client, TestCourier())
    for bad in (
        "",
        "Basic abc",
        good[:-2],
        good.replace("Offramp", "offramp"),
        good.replace('counter="', 'counter="1'),
        f"{good}, {good}",
        stranger.sign(method, target, body),
        fetcher.sign("PUT", target, body),
        fetcher.sign(method, target + "0", body),
        fetcher.sign(method, target, body + b"x"),
    ):
        response = fetcher.send(method, target, body, bad)
        assert response.status_code == 401
        assert response.text == "This request was not signed by an enrolled courier, or was seen before.\n"
    newer = fetcher.sign(method, target, body)
    assert fetcher.send(method, target, body, newer).status_code == 200
    assert fetcher.send(method, target, body, newer).status_code == 401  # seen before
    assert fetcher.send(method, target, body, good).status_code == 401  # older than that


def test_a_courier_that_is_not_enrolled_any_more_is_refused(
    fetcher: Fetcher, courier_folder: Path, clock: Clock
) -> None:
    assert fetcher.ask("GET", "/envelopes?after=").status_code == 200
    recorded = fetcher.sign("GET", "/envelopes?after=")
    text = (courier_folder / "carol.toml").read_bytes()
    (courier_folder / "carol.toml").unlink()
    clock.now += 1
    assert fetcher.ask("GET", "/envelopes?after=").status_code == 401
    # Back again, it is a new epoch: what was signed before is worth nothing.
    (courier_folder / "carol.toml").write_bytes(text)
    clock.now += 1
    assert fetcher.send("GET", "/envelopes?after=", b"", recorded).status_code == 401
    assert fetcher.ask("GET", "/envelopes?after=").status_code == 200


def test_a_damaged_file_does_not_shut_the_others_out(
    fetcher: Fetcher, courier_folder: Path, clock: Clock
) -> None:
    (courier_folder / "dave.toml").write_text("half of")
    clock.now += 1
    assert fetcher.ask("GET", "/envelopes?after=").status_code == 200


@pytest.mark.parametrize("after", ["x", "0", "A" * 32, "0" * 31, "0" * 64, "%00", "00" * 16 + "%0a"])
def test_after_must_be_an_id(fetcher: Fetcher, after: str) -> None:
    assert fetcher.ask("GET", f"/envelopes?after={after}").status_code == 400


@pytest.mark.parametrize("target", ["/fetch", "/acknowledge"])
@pytest.mark.parametrize(
    ("body", "status"), [(b"", 411), (b"x" * 15, 422), (b"x" * 17, 422), (b"x" * 16 * 257, 413)]
)
def test_bodies_are_ids_and_not_too_many(fetcher: Fetcher, target: str, body: bytes, status: int) -> None:
    response = fetcher.client.post(
        target,
        data=body,
        headers={"Authorization": fetcher.sign("POST", target, body), "Content-Type": BINARY},
    )
    assert response.status_code == status


@pytest.mark.parametrize("path", ["/", "/sealed", "/keyset", "/offer", "/static/en/form.js"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_nothing_of_the_intake_is_here(couriers_side: Client, path: str, method: str) -> None:
    assert couriers_side.open(path, method=method).status_code == 404


@pytest.mark.parametrize("path", ["/epoch", "/envelopes", "/fetch", "/acknowledge"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_of_the_couriers_is_public(intake: Client, path: str, method: str) -> None:
    assert intake.open(path, method=method).status_code == 404


def test_the_answers_have_the_headers(couriers_side: Client) -> None:
    headers = couriers_side.get("/epoch").headers
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    assert len(couriers_side.get("/epoch").text.strip()) == 64

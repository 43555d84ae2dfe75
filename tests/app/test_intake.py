"""The public app's contract, status by status."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from werkzeug.test import Client

from offramp.app import create_intake
from offramp.crypto.card import Card
from offramp.crypto.envelope import SIZE_CLASSES, envelope_id, envelope_length
from offramp.crypto.keyset import Keyset
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.store import Store, StoreBusy, StoreError, StoreFull, StoreUnavailable
from tests.app.asking import BINARY, post, refusal
from tests.app.campaign import DAY, TestCampaign
from tests.app.conftest import PAGES
from tests.board.made import Board, Clock

ANYBODY = bytes(32)
LENGTH = envelope_length(SIZE_CLASSES[0], 6)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_sent_as_they_are(intake: Client, path: str) -> None:
    plain = intake.get(path)
    assert (plain.status_code, plain.data) == (200, PAGES[path].body)
    assert "Content-Encoding" not in plain.headers
    gzipped = intake.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    assert (gzipped.data, gzipped.headers["Content-Encoding"]) == (PAGES[path].gzipped, "gzip")
    refused = intake.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert refused.data == PAGES[path].body


@pytest.mark.parametrize("path", [*PAGES, "/keyset"])
def test_head_is_get_without_the_body(intake: Client, path: str) -> None:
    head, get = intake.head(path), intake.get(path)
    assert head.data == b""
    assert head.status_code == 200
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("path", ["/", "/sealed", "/keyset", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT", "DELETE"])
def test_every_answer_has_the_headers_and_no_cookie(intake: Client, path: str, method: str) -> None:
    headers = intake.open(path, method=method).headers
    assert "form-action 'none'" in headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert not {"Set-Cookie", "ETag", "Last-Modified", "Vary", "Location", "Onion-Location"} & set(
        headers.keys()
    )


def test_a_sealed_envelope_is_received(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset)
    response = post(intake, envelope, Sec_Fetch_Site="same-origin")
    assert response.status_code == 201
    assert response.content_type == "application/json"
    assert json.loads(response.text) == {"received": envelope_id(envelope).hex()}
    (stored,) = store.waiting(ANYBODY)
    assert (stored.id, stored.size_class, stored.length) == (envelope_id(envelope), 16_384, len(envelope))
    assert store.read(stored.id) == envelope


def test_the_day_is_that_of_utc(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, clock: Clock
) -> None:
    assert intake.get("/keyset").status_code == 200  # it is on the shelf before the clock goes back
    midnight = (int(clock.now) // DAY) * DAY
    for clock.now in (midnight - 1, midnight):
        assert post(intake, campaign.seal(keyset)).status_code == 201
    days = sorted(one.day for one in store.waiting(ANYBODY))
    assert days == [date(1970, 1, 1) + timedelta(days=int(now // DAY)) for now in (midnight - 1, midnight)]


@pytest.mark.parametrize("attachment", [0, 60_000, 250_000, 1_000_000])
def test_each_class_is_taken(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, attachment: int
) -> None:
    envelope = campaign.seal(keyset, attachment=attachment)
    assert post(intake, envelope).status_code == 201
    assert store.read(envelope_id(envelope)) == envelope


def test_the_largest_class_is_taken(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset, attachment=8_380_000)
    assert len(envelope) == envelope_length(SIZE_CLASSES[-1], len(keyset.recipients))
    assert post(intake, envelope).status_code == 201
    assert store.read(envelope_id(envelope)) == envelope


def test_the_same_bytes_get_the_same_receipt(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset)
    first, second = post(intake, envelope), post(intake, envelope)
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert second.status_code == 201
    assert len(store.waiting(ANYBODY)) == 1


def test_a_short_body_is_refused(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset)
    response = intake.open(
        "/sealed",
        method="POST",
        data=envelope[:-1],
        environ_overrides={
            "CONTENT_TYPE": BINARY,
            "CONTENT_LENGTH": str(len(envelope)),
            "wsgi.input_terminated": "1",
        },
    )
    assert refusal(response)[0] == 400
    assert store.waiting(ANYBODY) == []


def changed(envelope: bytes, offset: int, value: bytes) -> bytes:
    return envelope[:offset] + value + envelope[offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value", "status"),
    [
        (0, b"X", 400),  # the magic
        (16, b"\2", 400),  # the version
        (17, b"\1", 400),  # slots: fewer than there may be
        (17, b"\7", 422),  # another number of slots than the length tells
        (18, b"\0\0", 400),  # the slots' length
        (20, b"\0", 409),  # the keyset's id
    ],
)
def test_a_header_that_is_wrong(
    intake: Client,
    campaign: TestCampaign,
    keyset: Keyset,
    store: Store,
    offset: int,
    value: bytes,
    status: int,
) -> None:
    # A keyset's id begins with a zero once in 256 times.
    value = bytes([keyset.id[0] ^ 1]) if offset == 20 else value
    assert refusal(post(intake, changed(campaign.seal(keyset), offset, value)))[0] == status
    assert store.waiting(ANYBODY) == []


def test_another_slot_count_than_the_keysets(intake: Client, keyset: Keyset, store: Store) -> None:
    header = b"offramp/envelope" + bytes([1, 8]) + (1184).to_bytes(2, "big") + keyset.id
    envelope = header.ljust(envelope_length(SIZE_CLASSES[0], 8), b"\0")
    assert refusal(post(intake, envelope))[0] == 400
    assert store.waiting(ANYBODY) == []


def test_plaintext_of_the_right_length_is_refused(intake: Client, store: Store) -> None:
    assert refusal(post(intake, b"help me ".ljust(LENGTH, b".")))[0] == 400
    assert store.waiting(ANYBODY) == []


class BrokenStore:
    """Takes nothing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def start_adding(self, *_: object) -> NoReturn:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"), [(StoreFull(), 507), (StoreBusy(), 503), (StoreUnavailable(), 503)]
)
def test_what_the_store_cannot_keep_is_refused(
    shelf: KeysetShelf,
    cards: CardShelf,
    campaign: TestCampaign,
    keyset: Keyset,
    card: Card,
    board: Board,
    error: StoreError,
    status: int,
) -> None:
    broken = BrokenStore(error)
    intake = Client(create_intake(PAGES, shelf, cards, broken, board.shelf))  # type: ignore[arg-type]  # it only has this
    assert refusal(post(intake, campaign.seal(keyset))) == (status, f"{error}\n")


def test_a_bug_tells_nothing(
    shelf: KeysetShelf,
    cards: CardShelf,
    campaign: TestCampaign,
    keyset: Keyset,
    card: Card,
    board: Board,
    capfd: pytest.CaptureFixture[str],
) -> None:
    broken = BrokenStore(RuntimeError("a stranger's words"))
    intake = Client(create_intake(PAGES, shelf, cards, broken, board.shelf))  # type: ignore[arg-type]  # it only has this
    status, text = refusal(post(intake, campaign.seal(keyset)))
    assert status == 500
    logged = capfd.readouterr()
    assert logged.out == ""
    assert logged.err.startswith("error: RuntimeError in test_intake.py:")
    assert "stranger" not in text + logged.err
    assert "/sealed" not in logged.err


@pytest.mark.parametrize("path", ["/nowhere", "/keyset/", "/static/", "/static/../keyset", "/offer/"])
def test_what_is_not_there_is_plainly_not_there(intake: Client, path: str) -> None:
    status, text = refusal(intake.get("/", environ_overrides={"PATH_INFO": path, "RAW_URI": path}))
    assert status == 404
    assert path not in text


@pytest.mark.parametrize("path", ["", "//", "//keyset", "/static//form.js", "//evil.example/"])
def test_nothing_redirects(intake: Client, path: str) -> None:
    response = intake.get("/", environ_overrides={"PATH_INFO": path, "RAW_URI": path})
    assert response.status_code in (200, 404)
    assert "Location" not in response.headers


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "GET", "HEAD"])
def test_other_methods_are_refused(intake: Client, method: str) -> None:
    response = intake.open("/sealed", method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("path", [*PAGES, "/keyset"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT", "DELETE"])
def test_pages_take_nothing(intake: Client, path: str, method: str) -> None:
    response = intake.open(path, method=method, data=b"plaintext")
    assert refusal(response)[0] == 405


def test_the_keyset_is_published_with_the_card(intake: Client, keyset: Keyset, card: Card) -> None:
    response = intake.get("/keyset")
    assert (response.status_code, response.data, response.content_type) == (
        200,
        keyset.raw + card.raw,
        BINARY,
    )


def test_a_new_keyset_is_published_and_the_old_one_still_taken(
    intake: Client, campaign: TestCampaign, keyset: Keyset, card: Card, keyset_folder: Path, clock: Clock
) -> None:
    assert intake.get("/keyset").data == keyset.raw + card.raw
    second = campaign.keyset(2, valid_from=6 * DAY, valid_until=13 * DAY)
    (keyset_folder / "2.keyset").write_bytes(second.raw)
    clock.now = second.valid_from
    assert intake.get("/keyset").data == second.raw + card.raw
    for sealed_to in (keyset, second):
        assert post(intake, campaign.seal(sealed_to)).status_code == 201


def test_a_keyset_that_went_is_not_taken(
    intake: Client, campaign: TestCampaign, keyset: Keyset, keyset_folder: Path, clock: Clock
) -> None:
    second = campaign.keyset(2)
    (keyset_folder / "2.keyset").write_bytes(second.raw)
    (keyset_folder / "1.keyset").unlink()
    clock.now += 1
    assert refusal(post(intake, campaign.seal(keyset)))[0] == 409
    assert post(intake, campaign.seal(second)).status_code == 201


def test_one_large_body_after_the_other_never_uses_the_budget_up(
    intake: Client, campaign: TestCampaign, keyset: Keyset
) -> None:
    envelope = campaign.seal(keyset, attachment=8_000_000)
    wrong = changed(envelope, 0, b"X")
    for _ in range(20):  # 160 MB, more than the budget
        assert post(intake, wrong).status_code == 400
    assert post(intake, envelope).status_code == 201

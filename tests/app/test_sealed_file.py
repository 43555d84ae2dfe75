"""The plain form for browsers without scripts: it takes one sealed file, and keeps nothing of anything else."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from offramp.app import create_intake
from offramp.crypto.envelope import ENVELOPE_LENGTHS, SIZE_CLASSES, envelope_id, envelope_length
from offramp.crypto.errors import NotAnEnvelope
from offramp.crypto.keyset import Keyset
from offramp.crypto.words import keyset_words
from offramp.server.http.replies import Refused
from offramp.server.http.sealed_file import file_in
from offramp.server.signed.cards import CardShelf
from offramp.server.signed.keysets import KeysetShelf
from offramp.site.keyset_slot import KEYSET_SLOT, empty_keyset_slot
from offramp.site.sealed_outcomes import Outcome
from offramp.store import Store, StoreBusy, StoreError, StoreFull
from tests.app.asking import post
from tests.app.campaign import DAY, TestCampaign
from tests.app.conftest import ALL_PAGES, OUTCOMES, PAGE_WITH_WORDS, PAGES, SEALED_FILE
from tests.board.made import Board, Clock

ANYBODY = bytes(32)
BOUNDARY = "----geckoformboundary0123456789abcdef"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
PLAINTEXT = b"My name is Jane, I work at the agency and want to leave.\n" * 40


def form(data: bytes, *, name: str = "sealed", filename: str | None = "letter.bin") -> bytes:
    """A form as Firefox sends it, with one file."""
    named = "" if filename is None else f'; filename="{filename}"'
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\nContent-Type: application/octet-stream'
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(intake: Client, body: bytes, kind: str = FORM, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return intake.post(SEALED_FILE, data=body, headers={"Content-Type": kind, **named})


def outcome(response: TestResponse) -> Outcome:
    """Which page it is; its status and headers must be those of that page."""
    found = next(one for one in Outcome if one.label == response.text)
    assert response.status_code == found.status
    policies = response.headers.get_all("Content-Security-Policy")
    assert len(policies) == 1
    assert "form-action 'self'" in policies[0]
    assert "script-src 'self'" in policies[0]
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    return found


@pytest.mark.parametrize("attachment", [0, 60_000, 1_000_000, 8_380_000])
def test_a_sealed_file_is_received_whatever_it_is_called(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, attachment: int
) -> None:
    envelope = campaign.seal(keyset, attachment=attachment)
    response = send(intake, form(envelope, filename="ñandú canary 你好.bin"), Sec_Fetch_Site="same-origin")
    assert outcome(response) is Outcome.RECEIVED
    (stored,) = store.waiting(ANYBODY)
    assert stored.id == envelope_id(envelope)
    assert store.read(stored.id) == envelope


def test_both_ways_keep_the_same(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset)
    assert outcome(send(intake, form(envelope))) is Outcome.RECEIVED
    assert outcome(send(intake, form(envelope))) is Outcome.RECEIVED
    assert post(intake, envelope).status_code == 201
    assert len(store.waiting(ANYBODY)) == 1


NOT_SEALED = {
    "plaintext": PLAINTEXT,
    "a picture": b"\xff\xd8\xff\xe0" + bytes(5_000),
    "keys": b"offramp/keyset\0\0\2\6" + bytes(7_000),
    "short": b"offramp/env",
    "the beginning alone": b"offramp/envelope",
    "of an envelope's length": PLAINTEXT.ljust(envelope_length(SIZE_CLASSES[0], 6), b"."),
    "large": PLAINTEXT * 3_500,
}


@pytest.mark.parametrize("data", NOT_SEALED.values(), ids=NOT_SEALED)
def test_what_is_not_sealed_is_not_kept(intake: Client, store: Store, data: bytes) -> None:
    assert outcome(send(intake, form(data))) is Outcome.NOT_SEALED
    assert store.waiting(ANYBODY) == []


@pytest.mark.parametrize("change", [-1, 1, 1000])
def test_a_file_of_another_length_is_not_sealed(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, change: int
) -> None:
    envelope = campaign.seal(keyset)
    cut = envelope[:change] if change < 0 else envelope + bytes(change)
    assert outcome(send(intake, form(cut))) is Outcome.NOT_SEALED
    assert store.waiting(ANYBODY) == []


def test_other_keys(intake: Client, campaign: TestCampaign, store: Store) -> None:
    other = campaign.keyset(2, valid_from=-40 * DAY, valid_until=-33 * DAY)
    assert outcome(send(intake, form(campaign.seal(other)))) is Outcome.OTHER_KEYS
    assert store.waiting(ANYBODY) == []


def test_no_file_was_chosen(intake: Client) -> None:
    assert outcome(send(intake, form(b"", filename=""))) is Outcome.NO_FILE
    assert outcome(send(intake, f"--{BOUNDARY}--\r\n".encode())) is Outcome.NO_FILE


def test_closed(intake: Client, campaign: TestCampaign, keyset: Keyset, clock: Clock, store: Store) -> None:
    envelope = campaign.seal(keyset)
    clock.now = keyset.valid_until
    assert outcome(send(intake, form(envelope))) is Outcome.CLOSED
    assert store.waiting(ANYBODY) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_other_sites_are_refused(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, site: str
) -> None:
    response = send(intake, form(campaign.seal(keyset)), Sec_Fetch_Site=site)
    assert outcome(response) is Outcome.ELSEWHERE
    assert store.waiting(ANYBODY) == []


@pytest.mark.parametrize("length", [max(ENVELOPE_LENGTHS) + 5_000, 10**9, 10**19, 10**400])
def test_too_large(intake: Client, store: Store, length: int) -> None:
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input_terminated": True}
    response = intake.open(
        SEALED_FILE, method="POST", data=form(PLAINTEXT), content_type=FORM, environ_overrides=environ
    )
    assert outcome(response) is Outcome.TOO_LARGE
    assert store.waiting(ANYBODY) == []


def test_what_breaks_off(intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store) -> None:
    whole = form(campaign.seal(keyset))
    for length in (10, 200, 5_000, len(whole) - len(BOUNDARY) - 10):
        environ = {"CONTENT_LENGTH": str(len(whole)), "wsgi.input_terminated": True}
        response = intake.open(
            SEALED_FILE, method="POST", data=whole[:length], content_type=FORM, environ_overrides=environ
        )
        assert outcome(response) is Outcome.BROKEN
        assert outcome(send(intake, whole[:length])) in (Outcome.BROKEN, Outcome.NO_FILE)
    assert store.waiting(ANYBODY) == []


def test_a_form_of_other_fields_is_refused(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store
) -> None:
    envelope = campaign.seal(keyset)
    text = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="message"\r\n\r\nplain\r\n'.encode()
    for body in (
        text + form(envelope),
        form(envelope, name="message"),
        form(envelope, filename=None),
        form(envelope).replace(b"--\r\n", b"\r\n") + text + f"--{BOUNDARY}--\r\n".encode(),
        form(envelope).replace(b"Content-Disposition", b"Something-Else"),
        form(envelope).replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 20_000 + b"\r\n", 1),
    ):
        assert outcome(send(intake, body)) is Outcome.BROKEN
    assert store.waiting(ANYBODY) == []


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'b' * 300}",
        f"multipart/mixed; boundary={BOUNDARY}",
    ],
)
def test_other_kinds_of_bodies_are_refused(
    intake: Client, campaign: TestCampaign, keyset: Keyset, store: Store, kind: str
) -> None:
    assert outcome(send(intake, form(campaign.seal(keyset)), kind)) is Outcome.BROKEN
    assert outcome(send(intake, form(PLAINTEXT), FORM, Content_Encoding="gzip")) is Outcome.BROKEN
    assert store.waiting(ANYBODY) == []


@pytest.mark.parametrize(("error", "expected"), [(StoreFull, Outcome.FULL), (StoreBusy, Outcome.BUSY)])
def test_a_store_that_takes_nothing(
    intake: Client,
    campaign: TestCampaign,
    keyset: Keyset,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    error: type[StoreError],
    expected: Outcome,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(store), "start_adding", refuse)
    assert outcome(send(intake, form(campaign.seal(keyset)))) is expected


def test_get_is_no_answer_to_a_file(intake: Client) -> None:
    assert intake.get(SEALED_FILE).status_code == 405


class TestWords:
    """The place for this week's words, in any page."""

    def test_they_are_filled_in(self, intake: Client, keyset: Keyset) -> None:
        words = keyset_words(keyset.id)
        assert len(words.split()) == 10
        plain = intake.get(PAGE_WITH_WORDS)
        assert plain.data == b'words: <b id="keyset-words">' + words.encode() + b"</b> end"
        packed = intake.get(PAGE_WITH_WORDS, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.data) == plain.data
        assert empty_keyset_slot(plain.data) == (ALL_PAGES[PAGE_WITH_WORDS].body, words)

    def test_they_change_with_the_keyset(
        self, intake: Client, campaign: TestCampaign, keyset: Keyset, keyset_folder: Path, clock: Clock
    ) -> None:
        first = intake.get(PAGE_WITH_WORDS).data
        newer = campaign.keyset(2)
        (keyset_folder / "2.keyset").write_bytes(newer.raw)
        clock.now += 60
        second = intake.get(PAGE_WITH_WORDS).data
        assert empty_keyset_slot(second)[1] == keyset_words(newer.id) != empty_keyset_slot(first)[1]

    def test_without_keys_the_place_is_empty(self, intake: Client, keyset: Keyset, clock: Clock) -> None:
        clock.now = keyset.valid_until
        assert KEYSET_SLOT in intake.get(PAGE_WITH_WORDS).data
        assert intake.get(PAGE_WITH_WORDS, headers={"Accept-Encoding": "gzip"}).data == b"packed before"

    def test_a_page_without_the_place_stays_as_it_is(self) -> None:
        for page in (b"", b"<b>bold</b>", b'<b id="keyset-words">never closed', KEYSET_SLOT):
            assert empty_keyset_slot(page) == (page, "")


PIECES = st.lists(
    st.sampled_from(
        [
            f"--{BOUNDARY}".encode(),
            f"--{BOUNDARY}--".encode(),
            b"\r\n",
            b"\r\n\r\n",
            b'Content-Disposition: form-data; name="sealed"; filename="a"',
            b"Content-Disposition: form-data; name*=utf-8''sealed; filename*=a",
            b'Content-Disposition: form-data; name="sealed',
            b"offramp/envelope\1\6\4\xa0",
            PLAINTEXT,
        ]
    )
    | st.binary(max_size=60),
    max_size=12,
).map(b"".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=PIECES)
def test_whatever_a_form_holds_nothing_is_kept(intake: Client, store: Store, body: bytes) -> None:
    assert outcome(send(intake, body)) in (Outcome.NOT_SEALED, Outcome.NO_FILE, Outcome.BROKEN)
    assert store.waiting(ANYBODY) == []


def test_of_what_is_not_sealed_no_more_than_the_beginning_is_held() -> None:
    for name, data, error in (("sealed", PLAINTEXT, NotAnEnvelope), ("message", PLAINTEXT, Refused)):
        rest = [PLAINTEXT] * 100
        pieces = iter([form(data, name=name)[: -len(BOUNDARY) - 8], *rest])
        with pytest.raises(error):
            file_in(BOUNDARY.encode(), pieces)
        assert len(list(pieces)) == len(rest)


def test_nothing_goes_to_the_disk(
    shelf: KeysetShelf,
    cards: CardShelf,
    campaign: TestCampaign,
    keyset: Keyset,
    card: object,
    store: Store,
    board: Board,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """werkzeug's own parser would write files of over 500 KB to the folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    made: list[object] = []
    monkeypatch.setattr(tempfile, "_io_open", lambda *given, **_: made.append(given), raising=False)
    intake = Client(create_intake(PAGES, shelf, cards, store, board.shelf, outcome_pages=OUTCOMES))
    assert outcome(send(intake, form(campaign.seal(keyset, attachment=2_000_000)))) is Outcome.RECEIVED
    assert outcome(send(intake, form(PLAINTEXT * 1_000))) is Outcome.NOT_SEALED
    assert made == []
    assert list(folder.iterdir()) == []

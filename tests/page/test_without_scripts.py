"""At Safest: what a form's page says and offers, and the plain form at the real intake, in a real browser."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.words import keyset_words
from offramp.server.capacity.limits import Limits, write_limits
from tests.harness.axe import complaints
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.wire import Relay
from tests.page.first_visit import real_server
from tests.server.running import TestServer, another, ask, submit

pytestmark = pytest.mark.browser

PLAINTEXT = b"My name is Jane. Canary 7f3a. I work at the agency and want to leave.\n"
FORMS_BUTTON = "form[action] button"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with real_server(tmp_path_factory.mktemp("without-scripts")) as server:
        yield server


@pytest.fixture
def relay(running: TestServer) -> Iterator[Relay]:
    with Relay(running.folder.intake_socket) as relay:
        yield relay


@pytest.fixture
def limits(running: TestServer) -> Iterator[Path]:
    """The server's limits, which are the usual ones again afterwards."""
    path = running.folder.limits
    yield path
    path.unlink(missing_ok=True)
    wait_for("keys", lambda: ask(running.folder.intake_socket, "GET", "/keyset")[0] == 200, seconds=30)


def send(browser: Firefox, file: Path) -> None:
    browser.find("#sealed").attach(file)
    browser.find(FORMS_BUTTON).click()


def test_the_page_offers_the_sealer_the_keys_and_the_plain_form(
    safest: Firefox, relay: Relay, running: TestServer, tmp_path: Path
) -> None:
    letter, note = tmp_path / "letter.bin", tmp_path / "résumé.txt"
    envelope = running.envelope()
    letter.write_bytes(envelope)
    before = running.stored()
    note.write_bytes(PLAINTEXT * 20_000)

    safest.open(relay.url)
    if safest.find_all("#behind summary"):
        safest.find("#behind summary").click()  # the gate
    assert "Scripts are turned off" in safest.text
    assert "turn scripts on" in safest.text
    assert safest.find("#keyset-words").text == keyset_words(running.keyset.id)
    assert not safest.find("#form").visible
    fingerprint = safest.find("noscript code").text
    sealer = _fetched(safest, 'a[href$="sealer.html"]', "sealer.html")
    assert hashlib.sha256(sealer).hexdigest() == fingerprint
    assert _fetched(safest, 'a[href="/keyset"]', "keys.bin")[: len(running.keyset.raw)] == running.keyset.raw

    send(safest, note)
    safest.wait_for("h1", text="This file is not sealed")
    assert complaints(safest) == []
    assert running.stored() == before
    send(safest, letter)  # from the page that says why
    safest.wait_for("h1", text="Received")
    assert len(running.stored() - before) == 1
    safest.open(relay.url + "sealed-file")
    send(safest, letter)
    safest.wait_for("h1", text="Received")
    assert len(running.stored() - before) == 1


def test_in_spanish_step_by_step(safest: Firefox, relay: Relay, running: TestServer, tmp_path: Path) -> None:
    letter = tmp_path / "carta.bin"
    letter.write_bytes(running.envelope())
    before = running.stored()
    safest.open(relay.url + "es/")
    if safest.find_all("#behind summary"):
        safest.find("#behind summary").click()
    safest.find('noscript a[href="/es/sealed-file"]').click()
    safest.wait_for("h1", text="Enviar un archivo sellado")
    assert safest.find("#keyset-words").text == keyset_words(running.keyset.id)
    send(safest, letter)
    safest.wait_for("h1", text="Recibida")
    assert complaints(safest) == []
    assert len(running.stored() - before) == 1
    empty = tmp_path / "vacío.bin"
    empty.write_bytes(b"")
    safest.open(relay.url + "es/sealed-file")
    send(safest, empty)
    safest.wait_for("h1", text="No eligió ningún archivo")


@pytest.mark.parametrize(
    ("path", "title", "paused", "full"),
    [
        ("", "Not received", "have paused it", "no room left for a letter of this size"),
        ("es/", "No recibido", "lo pusieron en pausa", "no tiene espacio para una carta de este tamaño"),
    ],
    ids=["en", "es"],
)
def test_a_paused_inbox_and_a_full_one_say_so(
    safest: Firefox,
    relay: Relay,
    running: TestServer,
    limits: Path,
    tmp_path: Path,
    path: str,
    title: str,
    paused: str,
    full: str,
) -> None:
    letter = tmp_path / "letter.bin"
    large = running.campaign.seal(running.keyset, attachment=8_000_000)
    letter.write_bytes(large)

    def says(words: str) -> bool:
        safest.open(relay.url + path + "sealed-file")
        send(safest, letter)
        safest.wait_for("h1", text=title, seconds=60)
        return words in safest.text

    write_limits(limits, Limits(paused=True))
    wait_for("the pause", lambda: ask(running.folder.intake_socket, "GET", "/keyset")[0] == 503, seconds=30)
    assert says(paused)
    assert complaints(safest) == []
    write_limits(limits, Limits(disk_megabytes=64, waiting=100))  # one of the largest
    wait_for("its end", lambda: ask(running.folder.intake_socket, "GET", "/keyset")[0] == 200, seconds=30)
    submit(running.folder.intake_socket, large)
    letter.write_bytes(another(large))
    assert says(full)
    assert complaints(safest) == []


def test_the_answer_to_a_large_file_is_shown_all_the_same(
    safest: Firefox, relay: Relay, running: TestServer, tmp_path: Path
) -> None:
    large = tmp_path / "film.mp4"
    large.write_bytes(bytes(12_000_000))
    before = running.stored()
    safest.open(relay.url + "sealed-file")
    send(safest, large)
    safest.wait_for("h1", text="too large", seconds=60)
    assert running.stored() == before
    assert list((running.path.parent).glob("**/film*")) == []


def _fetched(browser: Firefox, link: str, name: str) -> bytes:
    """What a click on a link saves; the page stays."""
    browser.find(link).click()
    file = browser.downloads / name
    unfinished = browser.downloads / f"{name}.part"
    wait_for(name, lambda: file.is_file() and file.stat().st_size > 0 and not unfinished.exists(), seconds=60)
    browser.wait_for("#sealed")
    return file.read_bytes()

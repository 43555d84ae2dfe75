"""A letter that did not get through: the form says why, keeps the text, and sends the same envelope again."""

from __future__ import annotations

import threading

import pytest

from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import CANARY, failed, open_form, ready, send, write
from tests.page.page_server import BROKEN, Answer, PageServer
from tests.page.states import can_send

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(507), "If you added files, try it without them"),
        (Answer(503), "cannot take letters at the moment"),
        (Answer(413), "too large"),
        (Answer(400), "refused the letter (400)"),
        (Answer(200, b'{"received":""}'), "refused the letter (200)"),
        (BROKEN, "connection broke"),
        (Answer(201, b'{"received":"00112233445566778899aabbccddeeff"}'), "not the receipt"),
        (Answer(201, b'{"received":'), "not the receipt"),
        (Answer(201, b"null"), "not the receipt"),
    ],
)
def test_after_a_failure_the_same_envelope_goes_out_again(
    browser: Firefox, server: PageServer, answer: Answer, words: str
) -> None:
    server.answers.append(answer)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, words)
    send(browser)
    browser.wait_for("#received")
    first, second = server.sealed
    assert first == second


def test_a_changed_letter_is_sealed_anew(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.answers.append(Answer(503))
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "cannot take letters")
    browser.find("#field-contact").type("a signal name")
    send(browser)
    browser.wait_for("#received")
    fields = [organizer.open(envelope, keyset).fields for envelope in server.sealed]
    assert fields == [(("message", CANARY),), (("message", CANARY), ("contact", "a signal name"))]


@pytest.mark.parametrize(
    ("path", "closed", "full"),
    [
        ("/", "The inbox is closed at the moment", "The server has no room left for this"),
        ("/es/", "El buzón está cerrado en este momento", "El servidor no tiene espacio para esto"),
    ],
    ids=["en", "es"],
)
def test_an_inbox_that_is_paused_and_then_full_keeps_the_text(
    browser: Firefox, server: PageServer, path: str, closed: str, full: str
) -> None:
    """It is paused after the form was opened, and hands out no keys any more; the letter goes out once it can."""
    keyset = server.keyset

    def pause(_: bytes) -> Answer:
        server.keyset = Answer(503)
        return Answer(503)

    server.answers += [pause, pause, Answer(507)]
    open_form(browser, server.url + path)
    can_send(browser)
    write(browser)
    send(browser)
    failed(browser, closed)
    send(browser)
    failed(browser, closed)
    server.keyset = keyset
    send(browser)
    failed(browser, full)
    send(browser)
    browser.wait_for("#received")
    assert len(set(server.sealed)) == 1
    assert len(server.sealed) == 4


def test_a_receipt_without_an_end_is_none(browser: Firefox, server: PageServer) -> None:
    half = threading.Event()
    server.answers.append(Answer(201, b" " * 1_000_000, half=half))
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "not the receipt")
    half.set()


def test_sending_can_be_stopped(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    ready(browser, server)
    write(browser)
    send(browser)
    browser.wait_for("#state", text="On its way")
    browser.find("#stop").click()
    failed(browser, "You stopped it")
    send(browser)
    browser.wait_for("#received")
    held.set()
    assert server.sealed[0] == server.sealed[1]

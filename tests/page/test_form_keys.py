"""The keys that the form seals to: without good ones it sends nothing, and it fetches new ones when there are some."""

from __future__ import annotations

import threading

import pytest

from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import CANARY, failed, ready, send, write
from tests.page.page_server import BROKEN, Answer, PageServer

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("what", "words", "again"),
    [
        ("foreign", "could not prove", False),
        ("cut off", "could not prove", False),
        ("old", "not valid", True),
        ("early", "not valid", True),
        ("closed", "closed at the moment", True),
        ("broken", "did not arrive", True),
    ],
)
def test_without_good_keys_nothing_can_be_sent(
    browser: Firefox,
    server: PageServer,
    organizer: Organizer,
    keyset: bytes,
    what: str,
    words: str,
    again: bool,
) -> None:
    good = server.keyset
    server.keyset = {
        "foreign": Answer(200, organizer.keyset(seed=bytes(32))),
        "cut off": Answer(200, keyset[:-1]),
        "old": Answer(200, organizer.keyset(days=(-8, -1))),
        "early": Answer(200, organizer.keyset(days=(1, 8))),
        "closed": Answer(503),
        "broken": BROKEN,
    }[what]
    browser.open(server.url + "/")
    browser.wait_for("#problem", text=words)
    write(browser)
    assert not browser.find("#send").enabled
    browser.run("document.querySelector('#form').requestSubmit(null)")  # nor by any other way
    assert browser.find("#again").visible is again
    assert server.sealed == []
    if again:
        server.keyset = good
        browser.find("#again").click()
        browser.wait_for("#state", text="Ready")
        send(browser)
        browser.wait_for("#received")


def test_keys_without_an_end_are_not_waited_for(browser: Firefox, server: PageServer) -> None:
    half = threading.Event()
    server.keyset = Answer(200, bytes(1_000_000), "application/octet-stream", half=half)
    browser.open(server.url + "/")
    browser.wait_for("#problem", text="could not prove")
    half.set()


def test_new_keys_are_fetched_when_the_server_has_them(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    newer = organizer.keyset(sequence=2)

    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, newer)
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).fields == organizer.open(server.sealed[1], newer).fields


def test_keys_that_keep_changing_do_not_turn_in_circles(browser: Firefox, server: PageServer) -> None:
    server.answers += [Answer(409), Answer(409)]
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "Wait a few minutes")
    assert len(server.sealed) == 2


def test_new_keys_that_do_not_come_can_be_asked_for_again(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    good = server.keyset

    def unknown(_: bytes) -> Answer:
        server.keyset = BROKEN
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "connection broke")
    server.keyset = good
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[1], keyset).fields == (("message", CANARY),)


def test_foreign_keys_after_a_refusal_stop_the_form(
    browser: Firefox, server: PageServer, organizer: Organizer
) -> None:
    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, organizer.keyset(seed=bytes(32)))
        return Answer(409)

    server.answers.append(unknown)
    ready(browser, server)
    write(browser)
    send(browser)
    failed(browser, "could not prove")
    assert not browser.find("#send").enabled
    assert len(server.sealed) == 1

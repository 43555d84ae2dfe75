"""The script for what comes after “send” is late, broken or never there: nothing is lost, and nothing is sent twice."""

from __future__ import annotations

import gzip
import threading

import pytest

from offramp.site.pages import Page
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import open_form, ready, send, write
from tests.page.late_scripts import after_its_pause, ready_to_wait
from tests.page.page_server import BROKEN, Answer, PageServer
from tests.page.phrase_visit import TEXT, has_focus

pytestmark = pytest.mark.browser

SCRIPT = "/static/en/sending.js"


def test_a_letter_waits_for_it_and_goes_once(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    held = threading.Event()
    script = server.pages[SCRIPT]
    server.next[SCRIPT].append(Answer(200, script.body, script.content_type, held=held))
    ready(browser, server)
    write(browser, TEXT)
    send(browser)
    browser.wait_for("#state", text="the rest of this page")
    send(browser)  # once more: perhaps it was not noticed
    assert server.sealed == []
    held.set()
    browser.wait_for("#received")
    assert [organizer.open(one, keyset).fields for one in server.sealed] == [(("message", TEXT),)]


@pytest.mark.parametrize("how", [BROKEN, Answer(503, b"Not now."), Answer(200, b"", "text/javascript")])
def test_where_it_does_not_arrive_the_text_stays_until_it_does(
    failing: Firefox, server: PageServer, how: Answer
) -> None:
    # More than the page asks for: where a connection is closed, Firefox tries again by itself, up to ten times.
    server.next[SCRIPT].extend([how] * 99)
    ready_to_wait(failing, server)
    send(failing)
    after_its_pause(failing)
    failing.wait_for("#problem", text="did not arrive")
    assert has_focus(failing, "#problem")
    assert failing.find("#state").text == "Not sent yet."
    assert failing.find("#field-message").property("value") == TEXT
    server.next[SCRIPT].clear()
    send(failing)
    after_its_pause(failing)
    failing.wait_for("#received")
    assert len(server.sealed) == 1


def test_why_there_are_no_keys_is_not_waited_for_for_ever(
    failing: Firefox, server: PageServer, organizer: Organizer
) -> None:
    empty = Page(b"", gzip.compress(b""), "text/javascript")
    server.pages = {**server.pages, SCRIPT: empty}
    good = server.keyset
    server.keyset = Answer(200, organizer.keyset(seed=bytes(32)) + organizer.card())
    open_form(failing, server.url + "/")
    failing.wait_for("#problem", text="Nothing can be sent now")
    assert not failing.find("#send").enabled
    server.keyset = good
    failing.find("#again").click()
    failing.wait_for("#state", text="Ready")


def test_it_is_fetched_whatever_the_keys_are_and_once(browser: Firefox, server: PageServer) -> None:
    good = server.keyset
    server.keyset = Answer(503)
    open_form(browser, server.url + "/")
    browser.wait_for("#problem", text="closed at the moment")
    server.keyset = good
    browser.find("#again").click()
    browser.wait_for("#state", text="Ready")
    wait_for("the last script", lambda: "/static/en/phrase.js" in server.requests, seconds=30)
    assert server.requests.count(SCRIPT) == 1

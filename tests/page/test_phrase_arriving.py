"""The script of the step with the twelve words comes late, broken or never: letters can be sent all the same."""

from __future__ import annotations

import threading

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.conftest import Organizer
from tests.page.form_visit import write
from tests.page.late_scripts import after_its_pause, ready_to_wait, ready_with_timers
from tests.page.page_server import BROKEN, Answer, PageServer
from tests.page.phrase_visit import SCRIPT, TEXT, arriving, has_focus, keys_of, ready
from tests.page.twelve_words import give_back, press, type_words, words_shown, written_down

pytestmark = pytest.mark.browser

OTHERS = ("sending", "check")  # without which nothing begins


def test_a_letter_that_was_emptied_is_not_sent(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.next[SCRIPT].append(arriving(server, held=held))
    ready(browser, server)
    browser.find("#get-words").click()
    write(browser, "")
    held.set()
    words = words_shown(browser)
    type_words(written_down(browser), words)
    press(browser, "Seal and send")
    browser.wait_for("#problem", text="at least one line")
    assert server.sealed == []
    write(browser, TEXT)
    browser.find("#get-words").click()
    browser.wait_for("#received")


def test_while_the_words_are_on_their_way_one_can_send_without(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    held, answer = threading.Event(), threading.Event()
    server.next[SCRIPT].append(arriving(server, held=held))
    server.answers.append(Answer(503, held=answer))
    ready(browser, server)
    browser.find("#get-words").click()
    browser.wait_for("#state", text="Getting your words")
    browser.find("#send").click()
    browser.wait_for("#state", text="On its way")
    held.set()  # now they come, and must not take the place of the letter that is on its way
    browser.run_async("await import('/static/en/phrase.js')")
    assert browser.find_all(".words") == []
    answer.set()
    browser.wait_for("#problem", text="cannot take letters")
    browser.find("#send").click()
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).thread is None


@pytest.mark.parametrize("how", ["broken", "closed", "cut off", "another file"])
def test_words_that_do_not_arrive_can_be_asked_for_again(
    failing: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, how: str
) -> None:
    answer = {
        "broken": BROKEN,
        "closed": Answer(503, b"Not now."),
        "cut off": arriving(server, cut=True),
        "another file": Answer(200, b"", "text/javascript"),
    }[how]
    # More than the page asks for: where a connection is closed, Firefox tries again by itself, up to ten times.
    server.next[SCRIPT].extend([answer] * 99)
    ready_to_wait(failing, server, *OTHERS)
    failing.find("#get-words").click()
    after_its_pause(failing)
    failing.wait_for("#problem", text="did not arrive")
    assert has_focus(failing, "#problem")
    assert failing.find("#state").text == "Not sent yet."
    assert failing.find("#field-message").property("value") == TEXT
    server.next[SCRIPT].clear()
    failing.find("#get-words").click()
    after_its_pause(failing)
    words = words_shown(failing)
    type_words(written_down(failing), words)
    press(failing, "Seal and send")
    failing.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).thread == keys_of(words)[0]


def test_when_the_words_never_arrive_one_can_send_without(failing: Firefox, server: PageServer) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != SCRIPT}
    ready_to_wait(failing, server, *OTHERS)
    for _ in range(2):
        failing.find("#get-words").click()
        after_its_pause(failing)
        failing.wait_for("#problem", text="did not arrive")
    failing.find("#send").click()
    failing.wait_for("#received")
    assert all(line.startswith(f"GET {SCRIPT}") for line in server.strange)
    server.strange.clear()


def test_words_that_take_too_long_are_given_up(failing: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.next[SCRIPT].append(arriving(server, held=held))
    ready_with_timers(failing, server, "real(call, ms / 120)", *OTHERS)  # two minutes as one second
    failing.find("#get-words").click()
    failing.wait_for("#problem", text="did not arrive")
    give_back(failing)
    failing.wait_for("#received")
    held.set()


def test_when_the_step_is_asked_for_again_does_not_depend_on_who_wants_it(
    failing: Firefox, server: PageServer
) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != SCRIPT}
    for pace, presses in (("ms * 1000", 3), ("ms / 100", 0)):
        server.requests.clear()
        ready_with_timers(failing, server, f"real(call, {pace})", *OTHERS)
        wait_for("the step", lambda: SCRIPT in server.requests, seconds=30)
        for _ in range(presses):
            failing.find("#get-words").click()
            failing.run_async("await fetch('/keyset')")  # what the click asked for came before this
        if presses:
            assert sum(path.startswith(SCRIPT) for path in server.requests) == 1
        else:
            wait_for("the step, anew", lambda: f"{SCRIPT}?3" in server.requests, seconds=30)
    assert all(line.startswith(f"GET {SCRIPT}") for line in server.strange)
    server.strange.clear()

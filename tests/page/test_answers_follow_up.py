"""Writing again from the page of answers, and clearing it, in a real browser."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from offramp.crypto.envelope import envelope_id
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.wire import Relay
from tests.page.answers_visit import NO_ANSWER, button, enter, focused, look, open_answers, read, set_text
from tests.page.boards import Person, TestBoard
from tests.page.conftest import Organizer
from tests.page.form_visit import open_form
from tests.page.page_server import Answer, PageServer

pytestmark = pytest.mark.browser

ME, SOMEBODY = Person.numbered(4), Person.numbered(5)
ANSWER = "Try the county. Canary 77aa."
CANARY = "Thank you. Here is what changed. Canary 0f3b. <b>&amp;</b> 你好"


@pytest.fixture(autouse=True)
def board(server: PageServer) -> TestBoard:
    """A board with two answers for me, and a file."""
    board = TestBoard()
    board.answer(ME, ANSWER, board.parcel(b"a file", "résumé.txt"), number=12)
    board.answer(ME, "An earlier one.", number=2)
    board.put_on(server)
    return board


def _write_again(browser: Firefox) -> None:
    button(browser, "Write again").click()
    browser.wait_for("#state", text="Ready")


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def test_a_follow_up_goes_to_the_same_thread(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    days = {_today()}
    read(browser, server, ME.phrase)
    assert "/keyset" not in server.requests
    _write_again(browser)
    assert focused(browser) == "writing-title"
    assert server.requests[-1] == "/keyset"
    assert "There are 2 answers" in browser.text  # which are still there to be read
    file = tmp_path / "résumé 2.pdf"
    file.write_bytes(bytes(range(256)) * 100)
    browser.find("#add").attach(file)
    wait_for("the file", lambda: len(browser.find_all("#files li")) == 1, seconds=30)
    set_text(browser, "#field-message", CANARY)
    browser.find("#send").click()
    browser.wait_for("#received", text="for the same twelve words")
    days.add(_today())

    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.purpose, letter.thread, letter.reply_key) == ("follow-up", ME.thread, ME.reply_key)
    assert letter.fields[:2] == (("message", CANARY), ("answers_read", "12"))
    (name, day) = letter.fields[2]
    assert (name, len(letter.fields)) == ("day", 3)
    assert day in days
    assert [(one.name, one.data) for one in letter.attachments] == [(file.name, file.read_bytes())]
    assert focused(browser) == "received"
    for gone in (CANARY, ANSWER, *ME.words):
        assert gone not in browser.source
    assert browser.find_all("form, textarea, article") == []


def test_without_an_answer_one_can_write_too(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    read(browser, server, SOMEBODY.phrase)
    _write_again(browser)
    set_text(browser, "#field-message", CANARY)
    browser.find("#send").click()
    browser.wait_for("#received")
    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.reply_key) == (SOMEBODY.thread, SOMEBODY.reply_key)
    assert letter.fields[1] == ("answers_read", "0")


def test_after_a_failure_the_letter_and_the_answers_are_still_there(
    browser: Firefox, server: PageServer
) -> None:
    server.answers.append(Answer(507))
    read(browser, server, ME.phrase)
    _write_again(browser)
    set_text(browser, "#field-message", CANARY)
    browser.find("#send").click()
    browser.wait_for("#problem", text="no room left")
    assert browser.find("#field-message").property("value") == CANARY
    assert ANSWER in browser.text
    browser.find("#send").click()
    browser.wait_for("#received")
    assert server.sealed[0] == server.sealed[1]


def test_other_words_send_another_letter(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    """The words are compared and changed after a letter was begun: it goes out with what was looked for last."""
    read(browser, server, SOMEBODY.phrase)
    _write_again(browser)
    set_text(browser, "#field-message", CANARY)
    browser.find("#compare").click()
    enter(browser, ME.phrase)
    browser.find("#look").click()
    browser.wait_for("#outcome", text="There are 2 answers")
    assert browser.find("#field-message").property("value") == CANARY
    browser.find("#send").click()
    browser.wait_for("#received")
    letter = organizer.open(server.sealed[0], keyset)
    assert (letter.thread, letter.fields[1]) == (ME.thread, ("answers_read", "12"))


def test_on_the_wire_a_follow_up_is_a_first_letter(browser: Firefox, server: PageServer) -> None:
    """Method, path, every header and the length of the body are the same; the body is sealed."""
    with Relay(int(server.url.rpartition(":")[2])) as relay:
        open_form(browser, relay.url)
        browser.wait_for("#state", text="Ready")
        set_text(browser, "#field-message", CANARY)
        browser.find("#send").click()
        browser.wait_for("#received")

        browser.open(relay.url + "answers")
        browser.wait_for("#look-state", text="Ready")
        enter(browser, ME.phrase)
        browser.find("#look").click()
        browser.wait_for("#outcome", text="There")
        _write_again(browser)
        set_text(browser, "#field-message", CANARY)
        browser.find("#send").click()
        browser.wait_for("#received")
        relay.wait_quiet()
        first, follow_up = [one for one in relay.requests if one.method == "POST"]
    head = len(first.raw) - len(first.body)
    assert follow_up.raw[:head] == first.raw[:head]
    assert len(follow_up.raw) == len(first.raw)
    assert follow_up.body != first.body
    assert "referer" not in first.headers


def test_clearing_forgets_everything_at_once(browser: Firefox, server: PageServer) -> None:
    read(browser, server, ME.phrase)
    _write_again(browser)
    set_text(browser, "#field-message", CANARY)
    asked = len(server.requests)
    browser.find("#clear").click()
    assert focused(browser) == "phrase"
    assert browser.find("#look").enabled
    assert not browser.find("#reading").visible
    assert [one.property("value") for one in browser.find_all("textarea")] == ["", ""]
    for gone in (CANARY, ANSWER, ME.phrase):
        assert gone not in browser.source
    assert len(server.requests) == asked  # nothing of this needs the server
    _is_nowhere(browser, server)

    enter(browser, SOMEBODY.phrase)  # and the page can be used again, by somebody else
    browser.find("#look").click()
    browser.wait_for("#outcome", text=NO_ANSWER)


def test_clearing_empties_words_that_were_only_typed(browser: Firefox, server: PageServer) -> None:
    open_answers(browser, server)
    browser.find("#phrase").type("abandon ability")
    browser.find("#clear").click()
    assert browser.find("#phrase").property("value") == ""


def test_words_typed_before_the_script_came_are_forgotten_too(browser: Firefox, server: PageServer) -> None:
    script = server.pages["/static/en/answers.js"]
    held = threading.Event()
    server.next["/static/en/answers.js"].append(Answer(200, script.body, script.content_type, held=held))
    browser.open("about:blank")
    browser.run("location.href = arguments[0]", server.url + "/answers")
    wait_for("the page", lambda: browser.url == server.url + "/answers", seconds=30)
    browser.wait_for("#phrase").type(ME.phrase)
    held.set()
    browser.wait_for("#look-state", text="Ready")
    assert browser.find("#phrase").property("value") == ME.phrase
    browser.find("#clear").click()
    assert browser.find("#phrase").property("value") == ""


def test_clearing_stops_a_look(browser: Firefox, server: PageServer, board: TestBoard) -> None:
    half = threading.Event()
    path = board.path_for(ME)
    server.next[path].append(Answer(200, server.files[path], half=half))
    look(browser, server, ME.phrase)
    browser.wait_for("#look-amount", text="132 KB")
    browser.find("#clear").click()
    half.set()
    assert browser.find("#look-problem").text == ""
    assert browser.find("#phrase").property("value") == ""
    enter(browser, SOMEBODY.phrase)
    browser.find("#look").click()
    browser.wait_for("#outcome", text=NO_ANSWER)
    assert ANSWER not in browser.source


def test_clearing_while_the_words_are_tried(browser: Firefox, server: PageServer) -> None:
    open_answers(browser, server)
    enter(browser, ME.phrase)
    browser.run(
        "window.cleared = false; new MutationObserver((_, seen) => {"
        "  if (!document.querySelector('#look-state').textContent.startsWith('Trying')) return;"
        "  seen.disconnect(); window.cleared = true; document.querySelector('#clear').click();"
        "}).observe(document.querySelector('#look-state'), {childList: true});"
        "document.querySelector('#look').click();"
    )
    wait_for("the page to be cleared", lambda: browser.run("return window.cleared"), seconds=30)
    enter(browser, SOMEBODY.phrase)
    browser.find("#look").click()
    browser.wait_for("#outcome", text=NO_ANSWER)
    assert ANSWER not in browser.source


def test_clearing_stops_a_letter(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(lambda body: Answer(201, _receipt(body), "application/json", held=held))
    read(browser, server, ME.phrase)
    _write_again(browser)
    set_text(browser, "#field-message", CANARY)
    browser.find("#send").click()
    browser.wait_for("#state", text="On its way")
    browser.find("#clear").click()
    held.set()
    enter(browser, SOMEBODY.phrase)
    browser.find("#look").click()
    browser.wait_for("#outcome", text=NO_ANSWER)
    assert not browser.find("#received").visible
    _write_again(browser)
    assert browser.find("#problem").text == ""
    assert browser.find("#field-message").property("value") == ""


def _receipt(body: bytes) -> bytes:
    return b'{"received":"%s"}' % envelope_id(body).hex().encode()


def test_nothing_stays_in_the_browser(browser: Firefox, server: PageServer) -> None:
    read(browser, server, ME.phrase)
    _is_nowhere(browser, server)
    browser.reload()
    browser.wait_for("#look-state", text="Ready")
    assert browser.find("#phrase").property("value") == ""
    enter(browser, ME.phrase)
    browser.reload()
    browser.wait_for("#look-state", text="Ready")
    assert browser.find("#phrase").property("value") == ""


def _is_nowhere(browser: Firefox, server: PageServer) -> None:
    """No storage, no title and no address tells of what was read."""
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert browser.run("return history.state") is None
    assert browser.title == "Read answers"
    assert browser.url == server.url + "/answers"

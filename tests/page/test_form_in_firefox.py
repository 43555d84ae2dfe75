"""The form in a real browser, at each security level, in front of a server that also misbehaves."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.pages import Page
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.marionette import Keys
from tests.page.conftest import Organizer
from tests.page.page_server import BROKEN, Answer, PageServer

pytestmark = pytest.mark.browser

CANARY = "Please help me with my résumé. Canary 7f3a. <b>&amp;</b> 你好 🕊"


@pytest.fixture(scope="module", params=["standard", "safer"])
def browser(request: pytest.FixtureRequest) -> Iterator[Firefox]:
    """A browser with scripts; nothing in it may fail unseen, or reach for the outside."""
    with Firefox(request.param) as running:
        yield running
        assert running.console_errors() == []
        assert running.escapes == []


@pytest.fixture(scope="module")
def safest() -> Iterator[Firefox]:
    """A browser without scripts."""
    with Firefox("safest") as running:
        yield running


def _ready(browser: Firefox, server: PageServer, path: str = "/") -> None:
    browser.open(server.url + path)
    browser.wait_for("#state", text="Ready")


def _write(browser: Firefox, text: str = CANARY) -> None:
    # Marionette types what a keyboard has; the rest is set, and told as the browser would tell it.
    browser.run(
        "const field = document.querySelector('#field-message'); field.value = arguments[0];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        text,
    )


def _send(browser: Firefox) -> None:
    browser.find("#send").click()


def _failed(browser: Firefox, words: str) -> None:
    """The page says what is wrong, has the focus there, and still has the text; it can be sent again."""
    browser.wait_for("#problem", text=words)
    assert browser.run("return document.activeElement.id") == "problem"
    assert browser.find("#field-message").property("value") == CANARY
    assert not browser.find("#received").visible


def test_without_scripts_there_is_an_explanation_and_no_form(safest: Firefox, server: PageServer) -> None:
    for path in ("/", "/offer"):
        safest.open(server.url + path)
        assert not safest.find("form").visible
        assert not any(field.visible for field in safest.find_all("input, textarea, select, button"))
        assert "scripts are turned off" in safest.text
        assert "Safer" in safest.text
    assert "/static/form.js" not in server.requests
    assert "/keyset" not in server.requests


def test_without_the_style_sheet_there_is_no_form_either(safest: Firefox, server: PageServer) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != "/static/style.css"}
    safest.open(server.url + "/")
    assert not safest.find("form").visible
    server.strange.clear()


def test_html_and_css_are_enough_to_begin_typing(browser: Firefox, server: PageServer) -> None:
    server.pages = {**server.pages, "/static/form.js": Page(b"", gzip.compress(b""), "text/javascript")}
    browser.open(server.url + "/")
    browser.find("#field-message").type("I can type already")
    browser.find("#field-contact").type("no" + Keys.ENTER)  # Enter must not send anything
    assert not browser.find("#send").enabled
    assert "scripts are blocked" in browser.find("#state").text
    assert browser.url == server.url + "/"
    assert sorted(server.requests) == ["/", "/static/form.js", "/static/style.css"]


def test_a_letter_arrives_whole(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    _ready(browser, server)
    wait_for("the step with the words", lambda: "/static/phrase.js" in server.requests, seconds=30)
    ready = ["/", "/static/style.css", "/static/form.js", "/keyset", "/static/phrase.js"]
    assert sorted(server.requests) == sorted(ready)
    assert server.requests[-2:] == ready[-2:]  # which nobody waits for
    _write(browser)
    browser.find("#field-languages").type("English, Spanish")
    browser.run("document.querySelector('#field-agency').value = 'CBP: Border Patrol'")
    for box in browser.find_all("#field-help input")[:2]:
        box.click()
    first, second = tmp_path / "résumé 你.pdf", tmp_path / "notes.txt"
    first.write_bytes(bytes(range(256)) * 400)
    second.write_bytes(b"")
    browser.find("#add").attach(first, second)
    wait_for("both files", lambda: len(browser.find_all("#files li")) == 2, seconds=30)
    _send(browser)
    browser.wait_for("#received", text="saved on the server")

    (envelope,) = server.sealed
    letter = organizer.open(envelope, keyset)
    assert (letter.purpose, letter.campaign, letter.thread, letter.reply_key) == (
        "help",
        "quit-ice",
        None,
        None,
    )
    assert letter.fields == (
        ("message", CANARY),
        ("agency", "CBP: Border Patrol"),
        ("help", "Résumé", "Cover letter"),
        ("languages", "English, Spanish"),
    )
    assert [(file.name, file.data) for file in letter.attachments] == [
        (first.name, first.read_bytes()),
        (second.name, b""),
    ]


def test_after_received_nothing_of_the_letter_is_left(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server, "/offer")
    _write(browser)
    _send(browser)
    browser.wait_for("#received")
    assert browser.run("return document.activeElement.id") == "received"
    assert CANARY not in browser.source
    assert browser.find_all("form, textarea, input") == []


def test_the_offer_form_has_no_files(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    _ready(browser, server, "/offer")
    assert browser.find_all("input[type=file]") == []
    _write(browser)
    _send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).purpose == "offer"


def test_a_letter_without_a_word_is_not_sent(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    _write(browser, "  \n ")
    _send(browser)
    browser.wait_for("#problem", text="at least one line")
    assert browser.find("#field-message").attribute("aria-invalid") == "true"
    browser.find("#problem a").click()
    assert browser.run("return document.activeElement.id") == "field-message"
    _write(browser)
    assert not browser.find("#problem").visible  # it is mended, and that is seen at once
    assert browser.find("#field-message").attribute("aria-invalid") is None
    _send(browser)
    browser.wait_for("#received")
    assert len(server.sealed) == 1


def test_clicking_twice_sends_once(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    _ready(browser, server)
    _write(browser)
    browser.run(
        "const send = document.querySelector('#send'); send.click(); send.click();"
        "document.querySelector('#form').requestSubmit(null);"
    )
    browser.wait_for("#state", text="On its way")
    held.set()
    browser.wait_for("#problem")
    assert len(server.sealed) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(507), "no room left"),
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
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, words)
    _send(browser)
    browser.wait_for("#received")
    first, second = server.sealed
    assert first == second


def test_a_changed_letter_is_sealed_anew(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    server.answers.append(Answer(503))
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, "cannot take letters")
    browser.find("#field-contact").type("a signal name")
    _send(browser)
    browser.wait_for("#received")
    fields = [organizer.open(envelope, keyset).fields for envelope in server.sealed]
    assert fields == [(("message", CANARY),), (("message", CANARY), ("contact", "a signal name"))]


def test_new_keys_are_fetched_when_the_server_has_them(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    newer = organizer.keyset(sequence=2)

    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, newer)
        return Answer(409)

    server.answers.append(unknown)
    _ready(browser, server)
    _write(browser)
    _send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).fields == organizer.open(server.sealed[1], newer).fields


def test_keys_that_keep_changing_do_not_turn_in_circles(browser: Firefox, server: PageServer) -> None:
    server.answers += [Answer(409), Answer(409)]
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, "Wait a few minutes")
    assert len(server.sealed) == 2


def test_new_keys_that_do_not_come_can_be_asked_for_again(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    good = server.keyset

    def unknown(_: bytes) -> Answer:
        server.keyset = BROKEN
        return Answer(409)

    server.answers.append(unknown)
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, "connection broke")
    server.keyset = good
    _send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[1], keyset).fields == (("message", CANARY),)


def test_foreign_keys_after_a_refusal_stop_the_form(
    browser: Firefox, server: PageServer, organizer: Organizer
) -> None:
    def unknown(_: bytes) -> Answer:
        server.keyset = Answer(200, organizer.keyset(seed=bytes(32)))
        return Answer(409)

    server.answers.append(unknown)
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, "could not prove")
    assert not browser.find("#send").enabled
    assert len(server.sealed) == 1


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
    _write(browser)
    assert not browser.find("#send").enabled
    browser.run("document.querySelector('#form').requestSubmit(null)")  # nor by any other way
    assert browser.find("#again").visible is again
    assert server.sealed == []
    if again:
        server.keyset = good
        browser.find("#again").click()
        browser.wait_for("#state", text="Ready")
        _send(browser)
        browser.wait_for("#received")


def test_keys_without_an_end_are_not_waited_for(browser: Firefox, server: PageServer) -> None:
    half = threading.Event()
    server.keyset = Answer(200, bytes(1_000_000), "application/octet-stream", half=half)
    browser.open(server.url + "/")
    browser.wait_for("#problem", text="could not prove")
    half.set()


def test_a_receipt_without_an_end_is_none(browser: Firefox, server: PageServer) -> None:
    half = threading.Event()
    server.answers.append(Answer(201, b" " * 1_000_000, half=half))
    _ready(browser, server)
    _write(browser)
    _send(browser)
    _failed(browser, "not the receipt")
    half.set()


def test_sending_can_be_stopped(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    _ready(browser, server)
    _write(browser)
    _send(browser)
    browser.wait_for("#state", text="On its way")
    browser.find("#stop").click()
    _failed(browser, "You stopped it")
    _send(browser)
    browser.wait_for("#received")
    held.set()
    assert server.sealed[0] == server.sealed[1]


def test_the_largest_files_show_their_progress_and_what_is_too_much_is_said_at_once(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    large, small, more = (tmp_path / name for name in ("large.bin", "small.bin", "more.bin"))
    large.write_bytes(bytes(7_900_000))
    small.write_bytes(b"\1" * 100_000)
    more.write_bytes(b"x")
    reading = threading.Event()

    server.answers.append(Answer(503, slowly=reading))
    _ready(browser, server)
    browser.find("#add").attach(large)
    browser.wait_for("#files", text="large.bin")
    browser.find("#add").attach(small)
    browser.wait_for("#files-left", text="8.0 MB of 8.0 MB")
    browser.find("#add").attach(more)
    browser.wait_for("#files-left", text="“more.bin” is too large")
    _write(browser)
    _send(browser)
    browser.wait_for("#state", text="Sealing")
    browser.wait_for("#meter")
    browser.wait_for("#amount", text="of 8.4 MB", seconds=120)
    reading.set()
    _failed(browser, "cannot take letters")
    _send(browser)
    browser.wait_for("#received", seconds=120)
    assert server.sealed[0] == server.sealed[1]
    letter = organizer.open(server.sealed[1], keyset)
    sizes = [(file.name, len(file.data)) for file in letter.attachments]
    assert sizes == [("large.bin", 7_900_000), ("small.bin", 100_000)]


def test_a_file_can_be_taken_out_again(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    _ready(browser, server)
    browser.find("#add").attach(tmp_path / "one.txt", tmp_path / "two.txt")
    wait_for("both files", lambda: len(browser.find_all("#files li")) == 2, seconds=30)
    browser.find('button[aria-label="Remove one.txt"]').click()
    assert browser.run("return document.activeElement.id") == "add"
    _write(browser)
    _send(browser)
    browser.wait_for("#received")
    assert [file.name for file in organizer.open(server.sealed[0], keyset).attachments] == ["two.txt"]


def test_a_file_that_cannot_be_read_is_said(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    browser.run(
        "const add = document.querySelector('#add');"
        "const lost = new File(['x'], 'lost.txt');"
        "lost.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'));"
        "Object.defineProperty(add, 'files', {value: [lost], configurable: true});"
        "add.dispatchEvent(new Event('change'));"
    )
    browser.wait_for("#files-left", text="“lost.txt” could not be read")
    assert browser.find_all("#files li") == []


def test_nothing_stays_in_the_browser(browser: Firefox, server: PageServer) -> None:
    _ready(browser, server)
    _write(browser)
    browser.reload()
    browser.wait_for("#state", text="Ready")
    assert browser.find("#field-message").property("value") == ""
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_wider_than_the_window(browser: Firefox, server: PageServer, width: int) -> None:
    browser.resize(width, 600)
    for path in ("/", "/offer", "/about", "/promises", "/statement", "/answers"):
        browser.open(server.url + path)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), path

"""What the pages with a form go through while somebody uses them, one state after the other, in any language."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.answers_visit import set_text
from tests.page.boards import Person, TestBoard
from tests.page.page_server import Answer, PageServer

ME, SOMEBODY = Person.numbered(1), Person.numbered(2)
HARMLESS = "I am tired, and would like to find other work."
TELLING = "My name is Jane Miller, GS-12, badge 4471. I am tired."
LONG_TEXT = "Say what you did, and not where.\n\n" * 20


def opened(browser: Firefox, url: str) -> None:
    """A page with a form, its folded parts unfolded."""
    browser.open(url)
    browser.run("for (const folded of document.querySelectorAll('details')) folded.open = true;")


def can_send(browser: Firefox) -> None:
    """Wait until a letter can be sent."""
    wait_for("the button that sends", lambda: browser.find("#send").enabled, seconds=30)


def shown(browser: Firefox, css: str) -> None:
    """Wait until there is something to be read in this part."""
    wait_for(css, lambda: any(one.text for one in browser.find_all(css)), seconds=30)


def form_states(browser: Firefox, server: PageServer, at: str, file: Path) -> Iterator[str]:
    """From an open form to a letter that was received; `at` is the language's part of the address."""
    keyset, server.keyset = server.keyset, Answer(503)
    opened(browser, server.url + at + "/")
    shown(browser, "#problem")
    yield "closed"
    server.keyset = keyset
    browser.find("#again").click()
    can_send(browser)
    yield "ready"
    browser.find("#send").click()
    shown(browser, "#problem")
    yield "empty"
    browser.find("#problem a").click()  # to the field
    set_text(browser, "#field-message", TELLING)
    browser.find("#add").attach(file)
    shown(browser, "#files li")
    yield "with a file"
    browser.find("#get-words").click()
    shown(browser, "section.row")
    yield "found"
    browser.find("section.row button").click()
    shown(browser, "section.row [role=status]")
    yield "changed"
    browser.find("main > p > .go").click()
    shown(browser, ".words span")
    held = threading.Event()
    server.answers += [Answer(503, held=held)]
    yield from _words_states(browser)
    wait_for("the letter to be on its way", lambda: browser.find("#stop").visible, seconds=30)
    yield "sending"
    held.set()
    shown(browser, "#problem")
    yield "failed"
    browser.find("#get-words").click()
    shown(browser, "#received")
    yield "received"


def _words_states(browser: Firefox) -> Iterator[str]:
    """The step with the twelve words, until the letter is sent with them."""
    words = [one.text for one in browser.find_all(".words span")]
    yield "words"
    browser.find("main .go").click()
    shown(browser, "main form label")
    yield "asked"
    browser.find("main form .go").click()
    shown(browser, "#wrong")
    yield "wrong"
    for field in browser.find_all("[id^=word-]"):
        number = str(field.attribute("id")).removeprefix("word-")
        field.type(words[int(number) - 1])
    browser.find("main form .go").click()


def answer_board(person: Person) -> TestBoard:
    """A board with an answer that has a file, and one whose text is too long for itself."""
    board = TestBoard()
    board.answer(
        person, "Thank you for writing.\n\nTwo questions.", board.parcel(b"x" * 45_000, "résumé.pdf")
    )
    board.answer(person, "", board.parcel(LONG_TEXT.encode(), ""), number=2)
    return board


def answers_states(browser: Firefox, server: PageServer, at: str) -> Iterator[str]:
    """From the empty page of answers to a second letter."""
    board = answer_board(ME)
    board.put_on(server)
    url = server.url + at + "/answers"
    _look(browser, url, ME.phrase.replace(ME.words[3], ME.words[3] + "x"))
    shown(browser, "#look-problem")
    yield "mistake"
    half, path = threading.Event(), board.path_for(ME)
    server.next[path].append(Answer(200, server.files[path], half=half))
    _look(browser, url, ME.phrase)
    shown(browser, "#look-amount")
    yield "looking"
    browser.find("#look-stop").click()
    shown(browser, "#look-problem")
    yield "stopped"
    half.set()
    _look(browser, url, SOMEBODY.phrase)
    shown(browser, "#outcome")
    yield "none"
    _look(browser, url, ME.phrase)
    shown(browser, "article")
    yield "answers"
    server.next.update({path: deque([Answer(404)]) for path in server.files if path.startswith("/parcel/")})
    browser.find("article button").click()
    shown(browser, "article [role=alert]")
    yield "gone"
    server.next.clear()
    browser.find("article:last-child button").click()
    shown(browser, "article:last-child .prose")
    yield "long text"
    browser.find("#write").click()
    can_send(browser)
    yield "writing"
    browser.find("#send").click()
    shown(browser, "#problem")
    yield "empty letter"
    set_text(browser, "#field-message", HARMLESS)
    browser.find("#send").click()
    shown(browser, "#received")
    yield "received"


def _look(browser: Firefox, url: str, text: str) -> None:
    browser.open(url)
    wait_for("the page", lambda: browser.find("#look").enabled, seconds=30)
    set_text(browser, "#phrase", text)
    browser.find("#look").click()

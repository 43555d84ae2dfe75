"""Every state of the page of answers fits into narrow and wide windows; build/screenshots shows them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.harness.firefox import Firefox
from tests.page.answers_visit import button, look, open_answers, read, set_text
from tests.page.boards import Person, TestBoard
from tests.page.page_server import Answer, PageServer

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
ME, SOMEBODY = Person.numbered(1), Person.numbered(2)
ANSWER = (
    "Thank you for writing.\n\nNine years of reports that hold up in court: insurers pay for that. Have a look at "
    "“claims investigator” and “compliance analyst”.\n\nTwo questions:\n1. Would you move?\n2. Do you have a degree?"
)
UNBROKEN = "x" * 500 + "\nhttps://example.com/" + "y" * 300
LONG_TEXT = "You asked how to say it.\n\nSay what you did, and not where.\n\n" * 20


@pytest.mark.parametrize("width", [320, 600, 1000])
def test_every_state_fits_into_the_window(browser: Firefox, server: PageServer, width: int) -> None:
    def screen(state: str, *, whole: bool = True) -> None:
        path = SCREENSHOTS / f"answers-{state}-{width}-{browser.level}.png"
        browser.screenshot(path, whole_page=whole)
        assert browser.run("return [innerWidth, document.documentElement.scrollWidth <= innerWidth]") == [
            width,
            True,
        ], state

    browser.open("about:blank")
    browser.resize(width, 800)
    board = TestBoard()
    resume, template = (
        board.parcel(b"x" * 45_000, "résumé, revised.pdf"),
        board.parcel(b"", "z" * 90 + ".dotx"),
    )
    board.answer(ME, ANSWER, resume, template)
    board.answer(ME, "", board.parcel(LONG_TEXT.encode(), ""), number=2)
    board.answer(ME, UNBROKEN, number=3)
    board.put_on(server)
    shard, path = board.path_for(ME), f"/parcel/{resume.id.hex()}"
    halves = [threading.Event(), threading.Event()]
    server.next[shard].append(Answer(200, server.files[shard], half=halves[0]))
    server.next[path] += [Answer(200, server.files[path], half=halves[1]), Answer(404)]

    open_answers(browser, server)
    screen("1-entry")
    look(browser, server, ME.phrase.replace(ME.words[3], ME.words[3] + "x"))
    browser.wait_for("#look-problem", text="Word 4")
    screen("2-word")
    look(browser, server, " ".join(reversed(ME.words)))
    browser.wait_for("#look-problem", text="belong together")
    screen("3-checksum")
    look(browser, server, ME.phrase)
    browser.wait_for("#look-amount", text="of 263 KB")
    screen("4-looking")
    browser.find("#look-stop").click()
    browser.wait_for("#look-problem", text="stopped")
    screen("5-stopped", whole=False)

    read(browser, server, SOMEBODY.phrase)
    screen("6-none")
    read(browser, server, ME.phrase)
    screen("7-answers")
    button(browser, "revised").click()
    browser.wait_for("article .hint", text="of 66 KB")
    screen("8-downloading", whole=False)
    button(browser, "Stop").click()
    browser.wait_for("article [role=alert]", text="stopped")
    button(browser, "revised").click()
    browser.wait_for("article [role=alert]", text="no longer on the server")
    screen("9-gone", whole=False)
    button(browser, "whole text").click()
    browser.wait_for("article .prose", text="how to say it")
    screen("10-text")
    button(browser, "Write again").click()
    browser.wait_for("#state", text="Ready")
    screen("11-writing", whole=False)
    set_text(browser, "#field-message", "Thank you.")
    browser.find("#send").click()
    browser.wait_for("#received")
    screen("12-received")
    for half in halves:
        half.set()

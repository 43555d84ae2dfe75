"""The twelve words on narrow and wide screens: all fits, and is copied in one drag; build/screenshots shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.firefox import Firefox
from tests.page.page_server import Answer, PageServer
from tests.page.phrase_visit import ready
from tests.page.twelve_words import ask_for_words, press, type_words, written_down

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


def test_all_twelve_are_copied_in_one_drag_and_nothing_else(browser: Firefox, server: PageServer) -> None:
    for width in (320, 600, 1000):
        browser.resize(width, 900)
        ready(browser, server)
        words = ask_for_words(browser)
        places = browser.run(
            "document.querySelector('.words').scrollIntoView({block: 'center'});"
            "const boxes = [...document.querySelectorAll('.words span')].map((span) => {"
            "  const range = document.createRange(); range.selectNodeContents(span);"
            "  return range.getBoundingClientRect(); });"
            "const first = boxes[0], last = boxes[11];"
            "return [[first.left - 36, first.top + first.height / 2],"
            "        [last.right + 20, last.top + last.height / 2]].map((at) => at.map(Math.round));"
        )
        assert isinstance(places, list)
        start, end = places
        browser.drag((start[0], start[1]), (end[0], end[1]))
        assert browser.copied() == " ".join(words), width


@pytest.mark.parametrize("width", [320, 600, 1000])
def test_every_state_fits_into_the_window(browser: Firefox, server: PageServer, width: int) -> None:
    def look(state: str) -> None:
        browser.screenshot(SCREENSHOTS / f"phrase-{state}-{width}-{browser.level}.png")
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), state

    browser.resize(width, 600)
    server.answers.append(Answer(503))
    ready(browser, server)
    look("choice")
    words = ask_for_words(browser)
    assert browser.run("return document.querySelector('h1').getBoundingClientRect().top >= 0")
    look("shown")
    asked = written_down(browser)
    look("asked")
    type_words(asked, words, wrong=list(asked)[:2])
    press(browser, "Seal and send")
    browser.wait_for("#wrong")
    look("wrong")
    type_words(asked, words)
    press(browser, "Seal and send")
    browser.wait_for("#problem")
    look("failed")
    browser.find("#get-words").click()
    browser.wait_for("#received")
    look("received-with-words")
    ready(browser, server)
    ask_for_words(browser)
    press(browser, "Back to my letter")
    browser.find("#send").click()
    browser.wait_for("#received")
    look("received-without")

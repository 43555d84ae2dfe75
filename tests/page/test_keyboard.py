"""A whole letter by keyboard alone: the focus is always somewhere, can be seen, and nothing lies over it."""

from __future__ import annotations

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.marionette import Keys
from tests.page.boards import Person
from tests.page.conftest import Organizer
from tests.page.page_server import PageServer
from tests.page.states import answer_board, can_send

pytestmark = pytest.mark.browser

TEXT = "I am tired, and would like to find other work."
FEW = 60  # no page has more stops than this
# What shows that something has the focus: of a button for files, it is the label that can be seen.
_SEEN = """
const focused = document.activeElement;
if (focused === document.body) return "nothing has the focus";
const shown = focused.closest("label.button") ?? focused;
const box = shown.getBoundingClientRect();
const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
const steps = [0.1, 0.3, 0.5, 0.7, 0.9];
const hit = (x, y) => {
  const at = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
  return shown.contains(at) || at?.closest("label.button") === shown;
};
if (!steps.some((x) => steps.some((y) => hit(x, y)))) return `${focused.outerHTML.slice(0, 100)} is out of sight`;
const { outlineStyle, outlineWidth } = getComputedStyle(shown);
const marked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
return marked || focused.matches("main") ? "" : `${focused.outerHTML.slice(0, 100)} does not show its focus`;
"""


def tab_to(browser: Firefox, css: str) -> None:
    """Press Tab until this has the focus; all on the way shows that it has it."""
    for _ in range(FEW):
        if browser.run("return document.activeElement.matches(arguments[0])", css):
            return
        browser.press(Keys.TAB)
        assert browser.run(_SEEN) == ""
    raise AssertionError(f"{css} cannot be reached:\n{browser.text}")


def arrives(browser: Firefox, css: str) -> None:
    """Wait until the focus is there, in sight."""
    wait_for(
        f"the focus at {css}",
        lambda: browser.run("return document.activeElement.matches(arguments[0])", css),
        seconds=30,
    )
    assert browser.run(_SEEN) == ""


def type_here(browser: Firefox, text: str) -> None:
    """Type where the focus is. The browser brings what was typed into sight a moment later than a key can follow."""
    browser.press(text)
    browser.run_apart(
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
    )


@pytest.mark.parametrize("size", [(1000, 600), (320, 256)])
def test_a_letter_and_its_twelve_words(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, size: tuple[int, int]
) -> None:
    browser.resize(*size)
    browser.open(server.url + "/")
    tab_to(browser, ".skip")
    browser.press(Keys.ENTER)
    arrives(browser, "main")
    tab_to(browser, "summary")
    browser.press(Keys.ENTER)
    can_send(browser)
    tab_to(browser, "#get-words")
    browser.press(Keys.SPACE)
    arrives(browser, "#problem")
    tab_to(browser, "#problem a")
    browser.press(Keys.ENTER)
    arrives(browser, "#field-message")
    type_here(browser, TEXT)
    tab_to(browser, "#field-region")
    browser.press(Keys.ARROW_DOWN)
    tab_to(browser, "#field-help input")
    browser.press(Keys.SPACE)
    tab_to(browser, "#add")
    tab_to(browser, "#get-words")
    browser.press(Keys.ENTER)
    arrives(browser, "main h1")
    words = [one.text for one in browser.find_all(".words span")]
    assert len(words) == 12
    tab_to(browser, "main .go")
    browser.press(Keys.ENTER)
    arrives(browser, "main h1")
    for field in browser.find_all("[id^=word-]"):
        name = str(field.attribute("id"))
        tab_to(browser, f"#{name}")
        type_here(browser, words[int(name.removeprefix("word-")) - 1])
    browser.press(Keys.ENTER)
    arrives(browser, "#received")
    letter = organizer.open(server.sealed[0], keyset)
    assert letter.fields == (("message", TEXT), ("region", "Northeast"), ("help", "Résumé"))


def test_an_answer_and_a_second_letter(browser: Firefox, server: PageServer) -> None:
    browser.resize(320, 256)
    me = Person.numbered(1)
    answer_board(me).put_on(server)
    browser.open(server.url + "/answers")
    wait_for("the page", lambda: browser.find("#look").enabled, seconds=30)
    tab_to(browser, "#phrase")
    type_here(browser, me.phrase)
    tab_to(browser, "#look")
    browser.press(Keys.ENTER)
    arrives(browser, "#outcome")
    tab_to(browser, "article:last-child button")
    browser.press(Keys.ENTER)
    arrives(browser, "article:last-child .parcel")
    tab_to(browser, "#write")
    browser.press(Keys.ENTER)
    arrives(browser, "#writing-title")
    can_send(browser)
    tab_to(browser, "#field-message")
    type_here(browser, TEXT)
    tab_to(browser, "#send")
    browser.press(Keys.ENTER)
    arrives(browser, "#received")

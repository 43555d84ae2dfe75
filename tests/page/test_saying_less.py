"""The step before sealing, which shows what in a letter points to a person, in a real browser.

What it finds is counted in tests/page/saying_less.test.mjs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from offramp.site.pages import Page
from tests.harness.axe import complaints
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.answers_visit import read, set_text
from tests.page.boards import Person, TestBoard
from tests.page.conftest import Organizer
from tests.page.form_visit import open_form, ready, write
from tests.page.page_server import Answer, PageServer
from tests.page.twelve_words import give_back, press

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SCRIPT = "/static/en/check.js"
TITLE = "Before it is sealed"
LETTER = (
    "I am Kevin Ostrowski and I am tired.\n"
    "I work at the Del Rio station. I am the only woman on my shift. I started on June 14, 2011."
)
LESS = "I am [no name] and I am tired.\nI work at a station in Texas. I started on June 14, 2011."


SECTION = (
    "const section = [...document.querySelectorAll('main section')]"
    ".find((one) => one.firstChild.textContent.startsWith(arguments[0]));"
)


def _said(browser: Firefox, title: str, css: str) -> object:
    """What a part of one section says."""
    return browser.run(SECTION + "return section.querySelector(arguments[1]).innerText", title, css)


def _decide(browser: Firefox, title: str, label: str) -> object:
    """Press a button of one section, which keeps the focus; what is read out then."""
    find = "const button = [...section.querySelectorAll('button')].find((one) => one.textContent === arguments[1]);"
    pressed = browser.run(
        SECTION + find + "button.focus(); button.click();"
        "return document.activeElement === button && button.getAttribute('aria-pressed')",
        title,
        label,
    )
    assert pressed == "true"
    return _said(browser, title, "[role=status]")


def _focused(browser: Firefox) -> object:
    return browser.run("return document.activeElement.id || document.activeElement.tagName")


def test_each_person_decides_what_stays(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "Kevin_Ostrowski_Resume.odt"
    file.write_bytes(b"text")
    server.answers += [Answer(503)]
    ready(browser, server)
    write(browser, LETTER)
    browser.find("#field-contact").type("k.ostrowski@cbp.dhs.gov")
    browser.find("#add").attach(file)
    browser.wait_for("#files", text=file.name)
    browser.find("#send").click()
    browser.wait_for("h1", text=TITLE)
    assert _focused(browser) == "H1"
    assert "It found 6 things" in browser.text
    assert browser.find_all("form") == []
    titles = [one.text for one in browser.find_all("main section h2")]
    assert titles == [
        "A name",
        "A place of work or a town",
        "Something that only one or a few people can say",
        "An exact date",
        "An address at work",
        "A file name that may say who you are",
    ]
    assert _said(browser, "A name", ".hint") == "In “What would help you?”"
    assert _said(browser, "A name", ".prose") == "I am Kevin Ostrowski and I am tired."
    assert _said(browser, "A name", "mark") == "Kevin Ostrowski"

    said = _decide(browser, "A name", "Write “[no name]” instead")
    assert said == "Changed. It now says: I am [no name] and I am tired."
    assert _decide(browser, "A name", "Leave it as it is") == "It stays as it is."
    assert _said(browser, "A name", "mark") == "Kevin Ostrowski"
    _decide(browser, "A name", "Write “[no name]” instead")
    assert _said(browser, "A name", "mark") == "[no name]"
    _decide(browser, "A place", "Write “a station in Texas” instead")
    assert _decide(browser, "Something", "Take this sentence out") == "The sentence is taken out."
    _decide(browser, "An exact date", "Leave it as it is")
    _decide(browser, "A file name", "Call it “resume.odt”")
    assert server.sealed == []
    press(browser, "Go on with this letter")
    browser.wait_for("#problem", text="cannot take letters")
    assert browser.find("#field-message").property("value") == LESS
    assert browser.find("#files li span").text == "resume.odt"
    browser.find("#send").click()  # what was decided is not asked again
    browser.wait_for("#received")
    letter = organizer.open(server.sealed[-1], keyset)
    assert letter.fields == (("message", LESS), ("contact", "k.ostrowski@cbp.dhs.gov"))
    assert [one.name for one in letter.attachments] == ["resume.odt"]


def test_whoever_goes_back_finds_the_letter_with_what_they_changed(
    browser: Firefox, server: PageServer
) -> None:
    ready(browser, server)
    write(browser, LETTER)
    browser.find("#get-words").click()
    browser.wait_for("h1", text=TITLE)
    _decide(browser, "A name", "Write “[no name]” instead")
    press(browser, "Back to my letter")
    assert _focused(browser) == "field-message"
    assert browser.find("#state").text == "Not sent yet."
    assert browser.find("#field-message").property("value") == LETTER.replace("Kevin Ostrowski", "[no name]")
    browser.find("#get-words").click()
    browser.wait_for("h1", text=TITLE)
    assert "It found 3 things" in browser.text
    press(browser, "Go on with this letter")
    browser.wait_for(".words")  # the step with the twelve words is the next one
    press(browser, "Back to my letter")
    give_back(browser)
    browser.wait_for("#received")


def test_pressing_twice_shows_it_once_and_enter_presses_nothing(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    write(browser, LETTER)
    browser.run("const send = document.querySelector('#send'); send.click(); send.click();")
    browser.wait_for("h1", text=TITLE)
    assert len(browser.find_all("main h1")) == 1
    press(browser, "Back to my letter")
    assert len(browser.find_all("#form")) == 1
    assert server.sealed == []


def test_offers_are_not_looked_through(browser: Firefox, server: PageServer) -> None:
    ready(browser, server, "/offer")
    write(browser, LETTER)
    browser.find("#send").click()
    browser.wait_for("#received")
    assert SCRIPT not in server.requests


def test_where_it_cannot_be_looked_through_the_person_decides(failing: Firefox, server: PageServer) -> None:
    server.next[SCRIPT] += [Answer(404)] * 50
    ready(failing, server)
    wait_for("the script to be asked for", lambda: SCRIPT in server.requests, seconds=30)
    write(failing, LETTER)
    failing.find("#send").click()
    failing.wait_for("#problem", text="looks for names, places and dates did not arrive")
    assert _focused(failing) == "problem"
    assert failing.find("#state").text == "Not sent yet."
    assert failing.find("#field-message").property("value") == LETTER
    assert server.sealed == []
    failing.find("#send").click()
    failing.wait_for("#received")
    assert len(server.sealed) == 1


def test_who_writes_again_decides_too_and_can_still_clear_the_page(
    browser: Firefox, server: PageServer
) -> None:
    board = TestBoard()
    board.answer(Person.numbered(1), "Try the county.", number=1)
    board.put_on(server)
    read(browser, server, Person.numbered(1).phrase)
    browser.find("#write").click()
    browser.wait_for("#state", text="Ready")
    set_text(browser, "#field-message", LETTER)
    browser.find("#send").click()
    browser.wait_for("#writing h2", text=TITLE)
    assert browser.find("#clear").visible
    assert "Try the county." in browser.text  # which are still there to be read
    browser.find("#clear").click()
    assert "Ostrowski" not in browser.source
    assert server.sealed == []


def test_it_is_in_the_language_of_the_page_and_writes_in_that_of_the_letter(
    browser: Firefox, server: PageServer
) -> None:
    open_form(browser, server.url + "/es/")
    wait_for("the button that sends", lambda: browser.find("#send").enabled, seconds=30)
    write(browser, "Soy Patricia Villarreal y quiero salir. Trabajo en la estación de Del Rio.")
    browser.find("#send").click()
    browser.wait_for("h1", text="Antes de sellarla")
    _decide(browser, "Un lugar de trabajo", "Escribir “una estación en Texas” en su lugar")
    press(browser, "Seguir con esta carta")
    browser.wait_for("#received")


@pytest.mark.parametrize("width", [320, 1000])
def test_it_fits_and_can_be_read_by_everybody(browser: Firefox, server: PageServer, width: int) -> None:
    browser.resize(width, 600)
    ready(browser, server)
    write(browser, LETTER)
    browser.find("#send").click()
    browser.wait_for("h1", text=TITLE)
    browser.screenshot(SCREENSHOTS / f"saying-less-{width}-{browser.level}.png")
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    # All at once in sight: what the bar that stays covers, once something is scrolled, axe calls too small.
    browser.resize(width, 4000)
    assert complaints(browser) == []
    _decide(browser, "A name", "Write “[no name]” instead")
    assert complaints(browser) == []


def test_nothing_in_it_can_send_keep_or_copy(pages: dict[str, Page]) -> None:
    for language in ("en", "es"):
        script = pages[f"/static/{language}/check.js"].body.decode()
        sending = ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "Worker", "import(")
        keeping = ("localStorage", "sessionStorage", "indexedDB", "cookie", "clipboard", "execCommand")
        for word in (*sending, *keeping, "innerHTML", "eval(", "location", "history.", "console", "://"):
            assert word not in script, word

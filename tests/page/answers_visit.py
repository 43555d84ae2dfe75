"""What somebody does on the page of answers."""

from __future__ import annotations

from tests.harness.element import Element
from tests.harness.firefox import Firefox
from tests.page.page_server import PageServer

NO_ANSWER = "There is no answer for these words now"


def open_answers(browser: Firefox, server: PageServer) -> None:
    """Open the page and wait until it can be used."""
    browser.open(server.url + "/answers")
    browser.wait_for("#look-state", text="Ready")


def enter(browser: Firefox, text: str) -> None:
    """Put a text into the place for the words, whatever characters it has."""
    set_text(browser, "#phrase", text)


def look(browser: Firefox, server: PageServer, text: str) -> None:
    """Open the page, enter the words and press the button."""
    open_answers(browser, server)
    enter(browser, text)
    browser.find("#look").click()


def read(browser: Firefox, server: PageServer, text: str) -> Element:
    """Look, and wait until the page says what there is."""
    look(browser, server, text)
    return browser.wait_for("#outcome", text="There")


def set_text(browser: Firefox, css: str, text: str) -> None:
    """As typing would, with characters too that no keyboard has."""
    browser.run(
        "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        css,
        text,
    )


def focused(browser: Firefox) -> object:
    """The id of the part that has the focus."""
    return browser.run("return document.activeElement.id")


def button(browser: Firefox, text: str) -> Element:
    """The visible button with this text."""
    return next(one for one in browser.find_all("button") if one.visible and text in one.text)

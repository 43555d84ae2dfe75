"""What somebody does with the form."""

from __future__ import annotations

from tests.harness.firefox import Firefox
from tests.page.page_server import PageServer

CANARY = "Please help me with my résumé. Canary 7f3a. <b>&amp;</b> 你好 🕊"


def ready(browser: Firefox, server: PageServer, path: str = "/") -> None:
    """Open it and wait until a letter can be sent."""
    open_form(browser, server.url + path)
    browser.wait_for("#state", text="Ready")


def open_form(browser: Firefox, url: str) -> None:
    """Open a page with a form, and its gate."""
    browser.open(url)
    open_gate(browser)


def open_gate(browser: Firefox) -> None:
    """Say that none of what the gate asks is so, where there is one: the form is behind it."""
    for summary in browser.find_all("#behind:not([open]) > summary"):
        summary.click()


def write(browser: Firefox, text: str = CANARY, field: str = "message") -> None:
    """Put any text into a field."""
    # Marionette types what a keyboard has; the rest is set, and told as the browser would tell it.
    browser.run(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        f"field-{field}",
        text,
    )


def send(browser: Firefox) -> None:
    """Press the button that sends without the twelve words."""
    browser.find("#send").click()


def failed(browser: Firefox, words: str) -> None:
    """The page says what is wrong, has the focus there, and still has the text; it can be sent again."""
    browser.wait_for("#problem", text=words)
    assert browser.run("return document.activeElement.id") == "problem"
    assert browser.find("#field-message").property("value") == CANARY
    assert not browser.find("#received").visible

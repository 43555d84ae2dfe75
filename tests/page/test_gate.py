"""The gate before the form: it works by keyboard, with and without scripts, and asks the server for nothing."""

from __future__ import annotations

import re

import pytest

from offramp.site.pages import Page
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.harness.marionette import Keys
from tests.page.page_server import PageServer

LATER = ("sending", "check", "phrase")
TYPED = "Quiero otro trabajo"


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_it_stands_before_the_form_and_before_what_takes_its_place(
    pages: dict[str, Page], prefix: str
) -> None:
    text = pages[f"{prefix}/"].body.decode()
    gate, form = text.index('<section id="gate"'), text.index('<details id="behind">')
    assert gate < form < text.index("<noscript>") < text.index('<form id="form"') < text.index("</details>")
    assert 'id="gate"' not in pages[f"{prefix}/offer"].body.decode()


def test_it_names_what_gives_people_away(pages: dict[str, Page]) -> None:
    for path, words in {
        "/": ("from work", "network", "Wi-Fi", "badge reader", "hides", "does not hide"),
        "/es/": ("del trabajo", "red", "wifi", "lector de credenciales", "oculta", "No oculta"),
    }.items():
        gate = re.search(r'<section id="gate".*?</section>', pages[path].body.decode(), re.DOTALL)
        assert gate
        for word in words:
            assert word in gate[0]


@pytest.mark.browser
def test_a_keyboard_opens_it_and_goes_on_into_the_form(firefoxes: Firefoxes, server: PageServer) -> None:
    with firefoxes.lent("safer") as browser:
        browser.open(server.url + "/es/")
        later = {f"/static/es/{name}.js" for name in LATER}
        wait_for("all that comes by itself", lambda: later <= set(server.requests), seconds=30)
        before = list(server.requests)
        assert not browser.find("#field-message").visible
        _go_to(browser, "SUMMARY")
        browser.press(Keys.ENTER)
        assert _focused(browser) == "SUMMARY"  # it stays where it was
        browser.press(Keys.TAB)
        assert browser.run("return document.activeElement.id") == "field-message"
        browser.press(TYPED)
        browser.find("#behind > summary").click()  # to read it again loses nothing
        assert not browser.find("#field-message").visible
        browser.press(Keys.SPACE)
        assert browser.find("#field-message").property("value") == TYPED
        assert browser.find("#field-message").visible
        assert server.requests == before


@pytest.mark.browser
def test_it_works_without_scripts_and_without_the_style_sheet(safest: Firefox, server: PageServer) -> None:
    pages = server.pages
    for known in (pages, {path: page for path, page in pages.items() if path != "/static/style.css"}):
        server.pages = known
        safest.open(server.url + "/es/")
        assert not safest.find("#sealed").visible
        before = list(server.requests)
        _go_to(safest, "SUMMARY")
        safest.press(Keys.ENTER)
        assert safest.find("#sealed").visible
        assert not safest.find("#form").visible
        safest.press(Keys.TAB)
        assert safest.run("return document.activeElement.closest('noscript') !== null")
        assert server.requests == before
    server.strange.clear()  # the style sheet


def _go_to(browser: Firefox, tag: str) -> None:
    """Press Tab until this has the focus."""
    for _ in range(40):
        browser.press(Keys.TAB)
        if _focused(browser) == tag:
            return
    raise AssertionError(f"no {tag} comes into focus")


def _focused(browser: Firefox) -> object:
    return browser.run("return document.activeElement.tagName")

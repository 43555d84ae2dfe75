"""A letter from the Spanish pages says what one from the English pages does, and in which it was written."""

from __future__ import annotations

import pytest

from offramp.campaign import default_campaign
from tests.harness.firefox import Firefox
from tests.harness.lent_firefox import Firefoxes
from tests.page.answers_visit import button, enter, set_text
from tests.page.boards import Person, TestBoard
from tests.page.conftest import Organizer
from tests.page.form_visit import open_form
from tests.page.page_server import PageServer

pytestmark = pytest.mark.browser

TEXT = "Quiero buscar otro trabajo, y no sé por dónde empezar."
ME = Person.numbered(6)


def test_choices_are_sealed_in_the_campaigns_own_language(
    firefoxes: Firefoxes, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    with firefoxes.lent("safer") as browser:
        open_form(browser, server.url + "/es/")
        browser.wait_for("#send:enabled")
        set_text(browser, "#field-message", TEXT)
        chosen = _choose_the_last_of_everything(browser)
        browser.find("#send").click()
        browser.wait_for("#received", text="Recibida")
    form = default_campaign().help
    options = {field.id: field.options for field in form.fields if field.kind in ("choice", "choices")}
    assert chosen == [
        field.options[-1] for field in default_campaign().translations[0].help.fields if field.options
    ]
    assert organizer.open(server.sealed[0], keyset).fields == (
        ("message", TEXT),
        *((name, values[-1]) for name, values in options.items()),
        ("language", "es"),
    )


def _choose_the_last_of_everything(browser: Firefox) -> object:
    """What the page calls it, in its order."""
    return browser.run(
        """return Array.from(document.querySelectorAll("#fields select, #fields fieldset"), (field) => {
             const last = field.lastElementChild;
             if (field.matches("select")) field.value = last.value;
             else last.querySelector("input").click();
             field.dispatchEvent(new Event("input", {bubbles: true}));
             return last.textContent.trim();
           });"""
    )


def test_a_follow_up_says_it_too(
    firefoxes: Firefoxes, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    board = TestBoard()
    board.answer(ME, "¿Qué sabe hacer?", number=3)
    board.put_on(server)
    with firefoxes.lent("standard") as browser:
        browser.open(server.url + "/es/answers")
        browser.wait_for("#look:enabled")
        enter(browser, ME.phrase)
        browser.find("#look").click()
        browser.wait_for("#list", text="¿Qué sabe hacer?")
        button(browser, "Escribir otra vez").click()
        browser.wait_for("#send:enabled")
        set_text(browser, "#field-message", TEXT)
        browser.find("#send").click()
        browser.wait_for("#received", text="Recibida")
    letter = organizer.open(server.sealed[0], keyset)
    assert letter.thread == ME.thread
    assert {name: values for name, *values in letter.fields if name != "day"} == {
        "message": [TEXT],
        "language": ["es"],
        "answers_read": ["3"],
    }

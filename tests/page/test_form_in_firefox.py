"""The form in a real browser, at each security level: who gets one, and what it sends."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import pytest

from offramp.site.pages import Page
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.marionette import Keys
from tests.page.conftest import Organizer
from tests.page.form_visit import CANARY, open_form, open_gate, ready, send, write
from tests.page.page_server import Answer, PageServer

pytestmark = pytest.mark.browser


def test_without_scripts_there_is_an_explanation_and_no_form(safest: Firefox, server: PageServer) -> None:
    for path in ("/", "/offer"):
        open_form(safest, server.url + path)
        assert not safest.find("#form").visible
        others = safest.find_all("#form input, #form textarea, #form select, #form button")
        assert others
        assert not any(field.visible for field in others)
        assert "Scripts are turned off" in safest.text
        assert "turn scripts on" in safest.text
    assert "/static/en/form.js" not in server.requests
    assert "/keyset" not in server.requests


def test_without_the_style_sheet_there_is_no_form_either(safest: Firefox, server: PageServer) -> None:
    server.pages = {path: page for path, page in server.pages.items() if path != "/static/style.css"}
    open_form(safest, server.url + "/")
    assert not safest.find("#form").visible
    server.strange.clear()


def test_html_and_css_are_enough_to_begin_typing(browser: Firefox, server: PageServer) -> None:
    server.pages = {**server.pages, "/static/en/form.js": Page(b"", gzip.compress(b""), "text/javascript")}
    open_form(browser, server.url + "/")
    browser.find("#field-message").type("I can type already")
    browser.find("#field-contact").type("no" + Keys.ENTER)  # Enter must not send anything
    assert not browser.find("#send").enabled
    assert "scripts are blocked" in browser.find("#state").text
    assert browser.url == server.url + "/"
    assert sorted(server.requests) == ["/", "/static/en/form.js", "/static/style.css"]


def test_a_letter_arrives_whole(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes, tmp_path: Path
) -> None:
    ready(browser, server)
    later = [f"/static/en/{name}.js" for name in ("sending", "check", "phrase")]  # which nobody waits for
    wait_for("what comes later", lambda: set(later) <= set(server.requests), seconds=30)
    assert sorted(server.requests[:3]) == ["/", "/static/en/form.js", "/static/style.css"]
    assert server.requests[3:5] == ["/keyset", later[0]]
    assert sorted(server.requests[5:]) == sorted(later[1:])
    write(browser)
    browser.find("#field-languages").type("English, Spanish")
    browser.run("document.querySelector('#field-agency').value = 'CBP: Border Patrol'")
    for box in browser.find_all("#field-help input")[:2]:
        box.click()
    first, second = tmp_path / "résumé 你.pdf", tmp_path / "notes.txt"
    first.write_bytes(bytes(range(256)) * 400)
    second.write_bytes(b"")
    browser.find("#add").attach(first, second)
    wait_for("both files", lambda: len(browser.find_all("#files li")) == 2, seconds=30)
    send(browser)
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
    ready(browser, server, "/offer")
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert browser.run("return document.activeElement.id") == "received"
    assert CANARY not in browser.source
    assert browser.find_all("form, textarea, input") == []


def test_the_offer_form_has_no_files(
    browser: Firefox, server: PageServer, organizer: Organizer, keyset: bytes
) -> None:
    ready(browser, server, "/offer")
    assert browser.find_all("input[type=file]") == []
    write(browser)
    send(browser)
    browser.wait_for("#received")
    assert organizer.open(server.sealed[0], keyset).purpose == "offer"


def test_a_letter_without_a_word_is_not_sent(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    write(browser, "  \n ")
    send(browser)
    browser.wait_for("#problem", text="at least one line")
    assert browser.find("#field-message").attribute("aria-invalid") == "true"
    browser.find("#problem a").click()
    assert browser.run("return document.activeElement.id") == "field-message"
    write(browser)
    assert not browser.find("#problem").visible  # it is mended, and that is seen at once
    assert browser.find("#field-message").attribute("aria-invalid") is None
    send(browser)
    browser.wait_for("#received")
    assert len(server.sealed) == 1


def test_clicking_twice_sends_once(browser: Firefox, server: PageServer) -> None:
    held = threading.Event()
    server.answers.append(Answer(503, held=held))
    ready(browser, server)
    write(browser)
    browser.run(
        "const send = document.querySelector('#send'); send.click(); send.click();"
        "document.querySelector('#form').requestSubmit(null);"
    )
    browser.wait_for("#state", text="On its way")
    held.set()
    browser.wait_for("#problem")
    assert len(server.sealed) == 1


def test_nothing_stays_in_the_browser(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    write(browser)
    browser.reload()
    open_gate(browser)
    browser.wait_for("#state", text="Ready")
    assert browser.find("#field-message").property("value") == ""
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_is_wider_than_the_window(browser: Firefox, server: PageServer, width: int) -> None:
    browser.resize(width, 600)
    for path in ("/", "/offer", "/about", "/promises", "/statement", "/answers"):
        browser.open(server.url + path)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), path

"""What the step with the twelve words leaves behind, in the browser and on the wire: nothing."""

from __future__ import annotations

from functools import partial

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.wire import Relay
from tests.page.form_visit import open_form, write
from tests.page.page_server import PageServer
from tests.page.phrase_visit import SCRIPT, TEXT, ready
from tests.page.twelve_words import ask_for_words, give_back, press, type_words, written_down

pytestmark = pytest.mark.browser


def test_what_passes_on_the_wire_does_not_tell_who_wants_an_answer(
    browser: Firefox, server: PageServer
) -> None:
    seen = []
    for wanted in (True, False):
        with Relay(int(server.url.rpartition(":")[2])) as relay:
            open_form(browser, relay.url)
            browser.wait_for("#state", text="Ready")
            write(browser, TEXT)
            wait_for("the step", partial(_asked_for_the_step, relay), seconds=30)
            if wanted:
                give_back(browser)
            else:
                browser.find("#send").click()
            browser.wait_for("#received")
            host = f"127.0.0.1:{relay.address}"
            assert all(request.complete for request in relay.requests)
            assert not any(request.body for request in relay.requests if request.method != "POST")
            seen.append(
                sorted(
                    (
                        r.method,
                        r.target,
                        len(r.body),
                        sorted((k, v.replace(host, "")) for k, v in r.headers.items()),
                    )
                    for r in relay.requests
                )
            )
    assert seen[0] == seen[1]
    assert sum(method == "POST" for method, *_ in seen[0]) == 1


def _asked_for_the_step(relay: Relay) -> bool:
    return any(request.target == SCRIPT for request in relay.requests)


def test_nothing_of_the_words_is_left(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    before = browser.run("return [location.href, document.title, history.length, window.name]")
    plain = browser.source  # in which "again", "offer" and a few more words of the list stand anyway
    words = ask_for_words(browser)
    assert all(f">{word}<" in browser.source for word in words)  # so the search below can find
    assert browser.run("return [location.href, document.title, history.length, window.name]") == before
    type_words(written_down(browser), words)
    press(browser, "Seal and send")
    browser.wait_for("#received")
    traces = [trace for word in words for trace in (f">{word}<", f'"{word}"') if trace not in plain]
    assert not any(trace in browser.source for trace in traces)
    assert browser.find_all(".words, input, textarea, form") == []
    assert browser.run("return [location.href, document.title, history.length, window.name]") == before
    assert browser.run("return [document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert browser.run_async("return (await indexedDB.databases()).length") == 0
    leftovers = browser.run(
        "const words = arguments[0];"
        "return Object.values(Object.getOwnPropertyDescriptors(window))"
        "  .some(({value}) => typeof value === 'string' && words.some((word) => value.split(/\\W+/).includes(word)));",
        words,
    )
    assert leftovers is False


def test_browsers_neither_keep_nor_correct_the_words(browser: Firefox, server: PageServer) -> None:
    ready(browser, server)
    ask_for_words(browser)
    assert browser.run("return document.querySelector('.words').translate") is False
    for number, field in written_down(browser).items():
        assert field.attribute("autocomplete") == "off"
        assert field.attribute("autocapitalize") == "none"
        assert field.attribute("autocorrect") == "off"
        assert field.property("spellcheck") is False
        assert field.property("name") == ""
        assert browser.find(f'label[for="word-{number}"]').text == f"Word number {number}"

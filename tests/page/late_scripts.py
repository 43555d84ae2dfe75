"""Forms whose scripts come late or never, with the page's own timers in the test's hand."""

from __future__ import annotations

import threading

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page.form_visit import open_form, write
from tests.page.page_server import Answer, PageServer
from tests.page.phrase_visit import TEXT

# What a page waits between two attempts to fetch a script, in milliseconds; no other timer of a page is as long.
PAUSES = "[3000, 6000, 12000, 24000, 48000, 60000]"


def ready_with_timers(browser: Firefox, server: PageServer, timer: str, *there: str) -> None:
    """Open the form and write a letter; its `setTimeout(call, ms)` is this expression, and `real` the browser's.

    `there` are the scripts that have come before anything else is done.
    """
    keys = threading.Event()
    good = server.keyset
    server.keyset = Answer(good.status, good.body, good.content_type, held=keys)
    open_form(browser, server.url + "/")
    browser.run(f"const real = setTimeout; window.setTimeout = (call, ms) => {timer};")
    keys.set()
    browser.wait_for("#state", text="Ready")
    server.keyset = good
    for script in there:
        browser.run_async(f"await import('/static/en/{script}.js')")
    write(browser, TEXT)


def ready_to_wait(browser: Firefox, server: PageServer, *there: str) -> None:
    """The same, when the first attempt has failed; each pause before the next one lasts until `after_its_pause`."""
    waiting = f"{PAUSES}.includes(ms) ? (window.pauses ??= []).push(call) : real(call, ms)"
    ready_with_timers(browser, server, waiting, *there)
    wait_for("the first pause", lambda: browser.run("return window.pauses?.length"), seconds=30)


def after_its_pause(browser: Firefox) -> None:
    """Let the page make its next attempt."""
    end = "return window.pauses.splice(0).map((call) => call()).length"
    assert wait_for("the next pause", lambda: browser.run(end), seconds=30) == 1

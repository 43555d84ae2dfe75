"""What somebody does on the form before and around the step with the twelve words, and what came of it."""

from __future__ import annotations

import threading

from tests.crypto.phrase import read_phrase, reply_key_of, thread_of
from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.page import form_visit
from tests.page.form_visit import write
from tests.page.page_server import Answer, PageServer

TEXT = "Please help me with my résumé. Canary 7f3a."
SCRIPT = "/static/en/phrase.js"


def ready(browser: Firefox, server: PageServer, *, loaded: bool = True) -> None:
    """Open the form and write a letter; `loaded`: once the step's script was asked for too."""
    server.requests.clear()
    form_visit.ready(browser, server)
    if loaded:
        wait_for("the step with the words", lambda: SCRIPT in server.requests, seconds=30)
    write(browser, TEXT)


def has_focus(browser: Firefox, css: str) -> bool:
    """Is it the first element for this selector that has the focus?"""
    return browser.run("return document.activeElement === document.querySelector(arguments[0])", css) is True


def keys_of(words: list[str]) -> tuple[bytes, bytes]:
    """The thread and the reply key that a letter with these words must hold."""
    entropy = read_phrase(" ".join(words))
    return thread_of(entropy), reply_key_of(entropy)


def arriving(server: PageServer, *, held: threading.Event | None = None, cut: bool = False) -> Answer:
    """The script as it is, late, or only its first half."""
    page = server.pages[SCRIPT]
    return Answer(200, page.body, page.content_type, held=held, cut=cut)

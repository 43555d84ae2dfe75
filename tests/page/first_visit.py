"""Measures a first visit on the wire: a fresh browser, the real server, and a relay between them that counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.harness.children import end_child, wait_for
from tests.harness.firefox import Firefox
from tests.harness.firefox_prefs import Level
from tests.harness.wire import Relay, Totals
from tests.page.form_visit import open_gate
from tests.server.running import TestServer, make_server

# What a page fetches by itself once it is ready; of these, the page for offers needs only the first.
LATER = ("sending.js", "check.js", "phrase.js")
# Nothing in it points to anybody, so that no step lies between the click and the sealing.
TEXT = "I would like to find something else to do, and do not know where to begin. " * 13


@dataclass(frozen=True, slots=True)
class FirstVisit:
    """Everything between the browser and the server; `down` counts answers with their headers, in bytes."""

    form: Totals  # page and style sheet: all that typing needs
    ready: Totals  # … and the script and the keyset: all that sealing needs
    later: Totals  # what the page then fetches by itself, for everybody: what is needed from “send” on
    submission: Totals  # from the click to "Received"
    sealing_ms: float  # the first sealing in this browser, to all of the keyset's slots


@contextmanager
def real_server(folder: Path, slot_count: int | None = None) -> Iterator[TestServer]:
    """The intake under gunicorn; with `slot_count`, its keyset has so many slots."""
    server = make_server(folder, slot_count=slot_count)
    server.start_intake()
    try:
        yield server
    finally:
        for child in server.children:
            end_child(child)


def measure(server: TestServer, level: Level, path: str = "", language: str = "en") -> FirstVisit:
    """One visit of a fresh browser to a page in this language, from the address to the receipt."""
    scripts = [f"/static/{language}/{name}" for name in (LATER if "offer" not in path else LATER[:1])]
    with Relay(server.folder.intake_socket) as relay, Firefox(level) as browser:
        start = relay.totals
        browser.open(relay.url + path)
        open_gate(browser)
        wait_for("what comes later", lambda: all(_asked_for(relay, script) for script in scripts), seconds=30)
        both = relay.wait_quiet() - start
        sizes = _answer_sizes(relay)
        form = Totals(0, 2, 0, sizes["/" + path] + sizes["/static/style.css"])
        later = Totals(0, len(scripts), 0, sum(sizes[script] for script in scripts))
        ready = both - later
        before = relay.totals
        _write(browser)
        _watch_sealing(browser)
        browser.find("#send").click()
        browser.wait_for("#received h1")
        submission = relay.wait_quiet() - before
        sealing = browser.run("return window.sealingTook;")
        assert isinstance(sealing, int | float)
        return FirstVisit(form, ready, later, submission, float(sealing))


def _asked_for(relay: Relay, target: str) -> bool:
    return any(request.target == target for request in relay.requests)


def _answer_sizes(relay: Relay) -> dict[str, int]:
    """The bytes of each answer with its headers, by the path that was asked for."""
    sizes: dict[str, int] = {}
    for tape in relay.tapes:
        answers = bytes(tape.down)
        for request in tape.requests:
            head, _, _ = answers.partition(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
            )
            size = len(head) + 4 + length
            sizes[request.target] = size
            answers = answers[size:]
    return sizes


def _write(browser: Firefox) -> None:
    browser.run(
        "const field = document.getElementById('field-message'); field.value = arguments[0];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        TEXT,
    )


def _watch_sealing(browser: Firefox) -> None:
    """Note the time from the click to the moment when the envelope is handed to the network."""
    browser.run(
        "const button = document.getElementById('send');"
        "button.addEventListener('click', () => { window.clicked = performance.now(); }, true);"
        "const send = XMLHttpRequest.prototype.send;"
        "XMLHttpRequest.prototype.send = function (body) {"
        "  window.sealingTook = performance.now() - window.clicked; return send.call(this, body); };"
    )

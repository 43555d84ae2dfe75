"""What a visitor of the onion does in a browser, and what nobody in between may have seen of it."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.harness.firefox import Firefox
from tests.journey.world import World, files_of, memory_of
from tests.page.form_visit import open_gate

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
THROUGH_TOR_SECONDS = 120.0


def new_canary() -> str:
    """A word that stands nowhere else; without digits, which a page could take for somebody's number."""
    return "canary-" + "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))


def open_page(browser: Firefox, world: World, path: str = "") -> None:
    """Open a page of the onion. A descriptor may take some seconds to be found: a person would press Reload too."""
    for _ in range(5):
        try:
            browser.open(world.page + path)
        except Exception:  # noqa: BLE001  # marionette has one class for every error page
            world.tor.forget_onions()
        else:
            return
    browser.open(world.page + path)


def open_form(browser: Firefox, world: World, path: str = "") -> None:
    """Open a page with a form, and its gate, and wait until a letter can be sent."""
    open_page(browser, world, path)
    open_gate(browser)
    browser.wait_for("#send:enabled", seconds=THROUGH_TOR_SECONDS)


def keep_what_was_found(browser: Firefox) -> None:
    """The page has found what may point to a person: leave it all as it is, and go on."""
    browser.wait_for("main section.row")
    browser.find("main > p > .go").click()


def write(browser: Firefox, field: str, text: str) -> None:
    """Put any text into a field, as the browser itself would."""
    set_text(browser, f"field-{field}", text)


def set_text(browser: Firefox, name: str, text: str) -> None:
    """The same for any control, by its id."""
    browser.run(
        "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', {bubbles: true}));",
        name,
        text,
    )


def assert_nobody_between_saw(canary: bytes, browser: Firefox, world: World) -> None:
    """Promises 1 and 2: not in what left the browser, not on the server's disk, not in its processes' memory."""
    sent = [bytes(tape.up) for tape in browser.gate.tapes]
    assert sum(map(len, sent)) > 1_000  # the tape did run
    places = {
        "the wire": sent,
        "the server's folder": list(files_of(world.server_folder)),
        "the server's log": [world.log.read_bytes()],
    }
    for place, contents in places.items():
        assert not any(canary in content for content in contents), place
    for pid in world.pids():
        assert not any(canary in mapping for mapping in memory_of(pid)), f"the memory of {pid}"

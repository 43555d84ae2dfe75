"""What a visitor of the onion does in a browser, and what nobody in between may have seen of it."""

from __future__ import annotations

from pathlib import Path

from tests.harness.firefox import Firefox
from tests.journey.world import World, files_of, memory_of

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
THROUGH_TOR_SECONDS = 120.0


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

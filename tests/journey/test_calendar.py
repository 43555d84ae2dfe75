"""Keys that age, on the whole way: a new calendar while somebody writes, and who opens what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.fixtures import OpenFirefox
from tests.journey.visiting import THROUGH_TOR_SECONDS, new_canary, open_form, write
from tests.journey.world import World

pytestmark = [pytest.mark.tor, pytest.mark.browser, pytest.mark.timeout(900)]


def begins(world: World, open_firefox: OpenFirefox, text: str) -> Firefox:
    """Somebody has the page, and has written."""
    browser = open_firefox("standard", socks_port=world.tor.socks_port)
    open_form(browser, world)
    write(browser, "message", text)
    return browser


def sends(browser: Firefox) -> None:
    browser.find("#send").click()
    browser.wait_for("#received", text="Received", seconds=THROUGH_TOR_SECONDS)


def test_a_calendar_that_changes_while_somebody_writes(
    world: World, open_firefox: OpenFirefox, tmp_path: Path
) -> None:
    """Erin becomes an organizer: what was sent before is not for her, and what is sent after is.

    The server takes nothing more for the keys that were replaced. A page that was opened with them gets the new
    ones by itself, and seals once more: whoever wrote sees nothing of it.
    """
    texts = {when: f"{new_canary()} 你好" for when in ("before", "meanwhile", "after")}
    sends(begins(world, open_firefox, texts["before"]))
    begun = begins(world, open_firefox, texts["meanwhile"])
    old = world.published_sequence()
    world.enroll("erin")
    world.sign_calendar()
    wait_for("the server's new keys", lambda: world.published_sequence() > old, seconds=60)
    sends(begun)
    sends(begins(world, open_firefox, texts["after"]))

    bundle = tmp_path / "bundle"
    fetched = world.fetch("carla", bundle)
    assert fetched.status == 0, fetched.errors
    read = {name: messages(world, name, bundle, tmp_path) for name in ("alice", "bob", "erin")}
    found = {name: [when for when, text in texts.items() if text in said] for name, said in read.items()}
    everything = ["before", "meanwhile", "after"]
    assert found == {"alice": everything, "bob": everything, "erin": ["meanwhile", "after"]}


def messages(world: World, name: str, bundle: Path, place: Path) -> list[str]:
    """What this organizer can read of a bundle, to the letter."""
    return [one["fields"]["message"][0] for one in world.open_all(name, bundle, place / name)]


def test_the_page_says_when_a_person_last_read(world: World, open_firefox: OpenFirefox) -> None:
    browser = open_firefox("safer", socks_port=world.tor.socks_port)
    open_form(browser, world)
    assert "A person last read this inbox in the week of" in browser.text

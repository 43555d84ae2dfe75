"""At Safest, where no script runs: the sealer comes through Tor, seals in another browser without a network, and the
sealed file goes back through Tor with the plain form. The same with a file that the command line sealed.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import pytest

from tests.harness.children import wait_for
from tests.harness.firefox import Firefox
from tests.harness.fixtures import OpenFirefox
from tests.journey.visiting import (
    SCREENSHOTS,
    THROUGH_TOR_SECONDS,
    assert_nobody_between_saw,
    open_page,
    write,
)
from tests.journey.world import World, must, offramp
from tests.page.twelve_words import type_words, words_shown

pytestmark = [pytest.mark.tor, pytest.mark.browser, pytest.mark.timeout(900)]


def test_a_letter_goes_from_safest_to_an_organizers_laptop(
    world: World, open_firefox: OpenFirefox, tmp_path: Path
) -> None:
    canary = f"canary-{secrets.token_hex(8)}"
    tor_browser = open_firefox("safest", socks_port=world.tor.socks_port)
    open_page(tor_browser, world, "es/")
    tor_browser.find("#behind summary").click()
    assert "Los scripts están desactivados" in tor_browser.text
    assert not tor_browser.find("#form").visible
    fingerprint, words = (tor_browser.find(css).text for css in ("noscript code", "#keyset-words"))
    tor_browser.screenshot(SCREENSHOTS / "help-safest.png")
    sealer = _fetched(tor_browser, 'noscript a[href="/es/sealer.html"]', "sealer.html")
    keys = _fetched(tor_browser, 'noscript a[href="/keyset"]', "keys.bin")
    assert hashlib.sha256(sealer.read_bytes()).hexdigest() == fingerprint
    signed = ("--campaign", world.copy, "--manifest", world.campaign / "manifest")
    assert "Right: " in must(offramp("sealer", "check", sealer, *signed, offline=True))
    assert not any(b"POST" in tape.up for tape in tor_browser.gate.tapes)

    with Firefox("standard") as other_browser:
        sealed = _sealed(other_browser, sealer, keys, words=words, text=f"Quisiera irme. {canary}")
        letter = tmp_path / "letter.bin"
        letter.write_bytes(sealed)

    open_page(tor_browser, world, "es/sealed-file")
    _send(tor_browser, letter)
    tor_browser.wait_for("h1", text="Recibida", seconds=THROUGH_TOR_SECONDS)
    tor_browser.screenshot(SCREENSHOTS / "sealed-file-received.png")

    typed, text = tmp_path / "typed.bin", tmp_path / "text.txt"
    text.write_text(f"I would like to leave. {canary}")
    command = (
        "seal",
        typed,
        "--keys",
        keys,
        "--campaign",
        world.copy,
        "--text",
        text,
        "--no-answer",
        "--yes",
    )
    said = must(offramp(*command, offline=True))
    assert words in said
    open_page(tor_browser, world, "sealed-file")
    _send(tor_browser, typed)
    tor_browser.wait_for("h1", text="Received", seconds=THROUGH_TOR_SECONDS)

    bundle = tmp_path / "bundle"
    must(world.fetch("carla", bundle))
    for organizer in ("alice", "bob"):
        found = [
            one
            for one in world.open_all(organizer, bundle, tmp_path / organizer)
            if canary in str(one["fields"])
        ]
        assert len(found) == 2
        (spanish,) = (one for one in found if one["fields"].get("language") == ["es"])
        assert spanish["fields"]["message"] == [f"Quisiera irme. {canary}"]
        assert spanish["wants_answer"] is True
    assert tor_browser.escapes == []
    assert_nobody_between_saw(canary.encode(), tor_browser, world)


def test_what_is_not_sealed_is_not_kept_and_the_page_says_so(
    world: World, open_firefox: OpenFirefox, tmp_path: Path
) -> None:
    note = tmp_path / "résumé.txt"
    note.write_text("I work at the agency. " * 5_000)
    browser = open_firefox("safest", socks_port=world.tor.socks_port)
    open_page(browser, world, "sealed-file")
    _send(browser, note)
    browser.wait_for("h1", text="This file is not sealed", seconds=THROUGH_TOR_SECONDS)
    kept = world.server_folder.rglob("*")
    assert not any(b"I work at the agency" in one.read_bytes() for one in kept if one.is_file())


def _fetched(browser: Firefox, link: str, name: str) -> Path:
    """The file that a click on a link saves."""
    browser.find(link).click()
    file, unfinished = browser.downloads / name, browser.downloads / f"{name}.part"
    wait_for(
        name,
        lambda: file.is_file() and file.stat().st_size > 0 and not unfinished.exists(),
        seconds=THROUGH_TOR_SECONDS,
    )
    return file


def _send(browser: Firefox, file: Path) -> None:
    browser.find("#sealed").attach(file)
    browser.find("form[action] button").click()


def _sealed(browser: Firefox, sealer: Path, keys: Path, *, words: str, text: str) -> bytes:
    """What somebody seals in an ordinary browser whose network is cut, with twelve words."""
    browser.run_as_browser("Services.io.offline = true;")
    browser.open(sealer.as_uri())
    browser.find("#keys").attach(keys)
    browser.wait_for("#keys-good")
    assert browser.find("#keyset-words").text == words
    browser.find("#choose-help").click()
    browser.wait_for("#get-words:enabled")
    write(browser, "message", text)
    browser.find("#get-words").click()
    twelve = words_shown(browser)
    browser.find("main .go").click()
    browser.wait_for("main form input")
    asked = {int((one.attribute("id") or "")[5:]): one for one in browser.find_all("main form input")}
    type_words(asked, twelve)
    browser.find("main .go").click()
    browser.wait_for("#received", text="Ahora envíe el archivo", seconds=60)
    browser.screenshot(SCREENSHOTS / "sealer-saved.png")
    saved = browser.downloads / "letter.bin"
    wait_for("the sealed file", lambda: saved.is_file() and saved.stat().st_size > 10_000, seconds=60)
    assert browser.console_errors() == []
    assert browser.escapes == []
    return saved.read_bytes()

"""From Tor Browser to an organizer's laptop, at each security level; what the server and the network saw of it."""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.firefox_prefs import Level
from tests.harness.fixtures import OpenFirefox
from tests.harness.private_tor import PrivateTor
from tests.journey.visiting import (
    SCREENSHOTS,
    THROUGH_TOR_SECONDS,
    assert_nobody_between_saw,
    keep_what_was_found,
    new_canary,
    open_form,
    open_page,
    write,
)
from tests.journey.world import World, files_of, memory_of

pytestmark = [pytest.mark.tor, pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("level", "path", "purpose"),
    [("standard", "", "help"), ("safer", "es/", "help"), ("safer", "offer", "offer")],
)
def test_from_tor_browser_to_an_organizers_laptop(
    world: World, open_firefox: OpenFirefox, tmp_path: Path, level: Level, path: str, purpose: str
) -> None:
    canary = new_canary()
    text = f"I would like to leave. {canary}\nДо свидания, 你好, 👋"
    file = tmp_path / f"résumé {canary}.pdf"
    file.write_bytes(b"%PDF-1.7 " + canary.encode() + secrets.token_bytes(150_000))
    browser = open_firefox(level, socks_port=world.tor.socks_port)

    open_form(browser, world, path)
    write(browser, "message", text)
    write(browser, "contact", f"somebody-{canary}@example.org")
    attach = browser.find_all("input[type=file]")
    if attach:
        attach[0].attach(file)
        browser.wait_for("#files", text=canary)
    browser.screenshot(SCREENSHOTS / f"{purpose}-{level}-written.png")
    browser.find("#send").click()
    if purpose == "help":
        keep_what_was_found(browser)  # the file's name, and the address
    received = "Recibida" if path.startswith("es") else "Received"
    browser.wait_for("#received", text=received, seconds=THROUGH_TOR_SECONDS)
    browser.screenshot(SCREENSHOTS / f"{purpose}-{level}-received.png")
    assert browser.console_errors() == []
    assert browser.escapes == []

    bundle = tmp_path / "bundle"
    fetched = world.fetch("carla", bundle)
    assert fetched.status == 0, fetched.errors
    submissions = world.open_all("alice", bundle, tmp_path / "attachments")
    found = next(one for one in submissions if canary in str(one["fields"]))
    assert found["purpose"] == purpose
    assert found["fields"]["message"] == [text]
    assert found["fields"].get("language") == (["es"] if path.startswith("es") else None)
    if attach:
        saved = [
            p
            for p in (tmp_path / "attachments").rglob("*")
            if p.is_file() and p.read_bytes() == file.read_bytes()
        ]
        assert saved
        assert all(canary not in one.name for one in saved)
    assert any(canary in str(one["fields"]) for one in world.open_all("bob", bundle, tmp_path / "bobs"))

    assert_nobody_between_saw(canary.encode(), browser, world)


def test_the_search_for_a_canary_can_find_one(world: World) -> None:
    """The same search finds what the server does hold: its own pages, on its disk and in its memory."""
    phrase = b"ask for help"
    assert any(phrase in content.lower() for content in files_of(world.server_folder))
    assert any(phrase in mapping.lower() for pid in world.pids() for mapping in memory_of(pid))


def test_a_courier_who_was_never_enrolled_is_kept_out(world: World, tmp_path: Path) -> None:
    refused = world.fetch("mallory", tmp_path / "bundle")
    assert refused.status == 1
    assert "enroll" in refused.errors
    assert "Traceback" not in refused.errors


def test_the_same_address_comes_back_after_tor_was_killed(world: World, open_firefox: OpenFirefox) -> None:
    world.tor.restart_host_tor()
    world.tor.forget_onions()
    browser = open_firefox("standard", socks_port=world.tor.socks_port)
    open_form(browser, world)
    assert browser.url == world.page


def test_server_and_courier_with_tors_of_their_own(
    tmp_path: Path, private_tor: PrivateTor, progress: Callable[[str], None]
) -> None:
    progress("journey: a server and a courier with tors of their own")
    world = World(tmp_path, private_tor)
    world.start(own_tor=True)
    try:
        fetched = world.fetch("carla", tmp_path / "bundle", own_tor=True)
    finally:
        world.stop()
    assert fetched.status == 0, fetched.errors
    assert "no new submissions" in fetched.output
    assert "tor, 100 %" in fetched.errors


def test_a_page_is_the_same_bytes_for_everybody(world: World, open_firefox: OpenFirefox) -> None:
    seen = set()
    for level in ("standard", "safest"):
        browser = open_firefox(level, socks_port=world.tor.socks_port)
        open_page(browser, world)
        bodies = [bytes(tape.down) for tape in browser.gate.tapes if b"GET / " in tape.up]
        page = next(body for body in bodies if b"\x1f\x8b" in body)
        seen.add(gzip.decompress(_first_body(page)))
    assert len(seen) == 1


def _first_body(stream: bytes) -> bytes:
    """The body of the first HTTP answer on a SOCKS stream."""
    start = stream.index(b"HTTP/1.1 200")
    head, _, rest = stream[start:].partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    return rest[:length]

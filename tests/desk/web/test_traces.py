"""What an ordinary Firefox and the desk leave on the disk: nothing that was read, typed or looked for."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.team import PASSPHRASE, Team, Worker, new_desk, write_bundle
from tests.desk.web.browsing import Browser, running_desk, until
from tests.desk.web.disk import files_with
from tests.desk.web.visiting import place_at
from tests.harness.firefox import Firefox

pytestmark = pytest.mark.browser

# As it comes from Mozilla: with a history, a cache on the disk, and all tabs saved every second.
ORDINARY: dict[str, bool | int | str] = {
    "browser.privatebrowsing.autostart": False,
    "privacy.resistFingerprinting": False,
    "browser.cache.disk.enable": True,
    "browser.formfill.enable": True,
    "browser.sessionstore.interval": 1000,
    "browser.sessionstore.interval.idle": 1000,
    "browser.sessionstore.privacy_level": 0,
    "browser.sessionstore.resume_from_crash": True,
    "places.history.enabled": True,
    "signon.rememberSignons": True,
}


@pytest.fixture
def ordinary() -> Iterator[Firefox]:
    with Firefox(prefs=ORDINARY) as running:
        yield running


def test_nothing_readable_is_left(ordinary: Firefox, desk: Path, team: Team) -> None:
    read, noted, drafted, searched, sent, kept = (f"canary{secrets.token_hex(6)}" for _ in range(6))
    place = place_at(desk / "alice", desk / "campaign")
    new_desk(place.vault, place.campaign, "alice", team.alice).lock()
    asked = Worker.new().asks(team.first, f"My secret is {read}.", (f"{read}.pdf", read.encode() * 50_000))
    write_bundle(place.bundle, asked)
    with running_desk(desk / "alice", desk / "pw") as address:
        at = Browser(ordinary, address)
        at.menu("Import")
        at.press("Import")
        at.says("1 new letter.")
        at.menu("Requests")
        ordinary.find("td.words a").click()
        at.says(read)
        ordinary.find("#text").type(noted)
        at.press("Save the note")
        at.says("The note is saved.")
        at.press("Answer")
        file = desk / "elsewhere.pdf"
        file.write_bytes(sent.encode() * 50_000)
        ordinary.find("#files").attach(file)
        ordinary.find("#text").type(drafted)
        at.press("Save, and go on later")
        at.says("What you typed is saved in this desk.")
        file.unlink()
        at.menu("Requests")
        ordinary.find("#words").type(searched)
        at.press("Search")
        at.says("Nothing here that you are looking for.")
        ordinary.find("#words").type(searched)  # and not sent
        _keep_what_is_typed(ordinary, kept)
        profile = ordinary.profile
        until("Firefox to have saved its tabs", lambda: files_with(kept, [profile]))
        at.press("Lock now")
        at.says("Nothing can be read until the passphrase is given.")
        # While it is locked, and the browser and the desk are still running:
        everywhere = [profile.parent, desk / "alice", desk / "campaign"]
        assert files_with("Requests – Desk", everywhere), "its history is not looked at"
        for word in (read, noted, drafted, searched, sent, PASSPHRASE):
            assert files_with(word, everywhere) == []


def _keep_what_is_typed(firefox: Firefox, word: str) -> None:
    """So that the test can fail: a field that is like ours, but for what tells Firefox to keep nothing of it."""
    firefox.run(
        """const field = document.createElement("input");
           document.querySelector("main").append(field);
           field.id = "kept";"""
    )
    firefox.find("#kept").type(word)

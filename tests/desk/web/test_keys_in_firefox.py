"""Keys, the card, a clock in doubt, and a key that came with an offer, in a real browser at two widths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from offramp.crypto.key_list import read_key_list
from offramp.crypto.opening import OpeningKey
from offramp.desk import days
from offramp.desk.cases.case import PASTED_KEY
from offramp.desk.desk import Person
from offramp.desk.handing.cards import key_of, write_card
from offramp.desk.schedule import in_force
from tests.desk.handing.cast import offer
from tests.desk.team import PASSPHRASE, write_bundle
from tests.desk.web.browsing import Browser, running_desk
from tests.desk.web.test_adviser_in_firefox import saved
from tests.desk.web.visiting import place_at
from tests.desk.weekly.aged import AgedDesk, Clock, make_aged_desk
from tests.harness.firefox import Firefox

pytestmark = pytest.mark.browser

AGO = 44
"""Days since anybody opened this desk: its first keys are over, its calendar is not."""


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with Firefox() as running:
        yield running
        assert running.console_errors() == []
        assert running.escapes == []


@pytest.fixture
def aged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AgedDesk:
    """Alice's desk, which nobody opened for weeks."""
    with monkeypatch.context() as patch:
        patch.setattr(days, "now", Clock(days.today() - timedelta(days=AGO)))
        one = make_aged_desk(tmp_path)
        one.lock()
    place_at(one.home, one.folder.path)
    (tmp_path / "pw").write_text(f"{PASSPHRASE}\n")
    return one


def test_from_a_clock_in_doubt_to_a_card(firefox: Firefox, aged: AgedDesk) -> None:
    card = write_card(key_of(Person.adviser("erin", OpeningKey.generate()))).decode()
    now = in_force(aged.keysets, days.now())
    assert now is not None
    said = (("message", "I coach people who change their work."), (PASTED_KEY, card))
    write_bundle(aged.home / "inbox.bundle", offer(now, *said))
    with running_desk(aged.home, aged.place / "pw") as address:
        at = Browser(firefox, address)
        at.says("See to it under Keys")
        at.look_at("60-urgent-everywhere")
        at.menu("Keys")
        at.says("Is this the right date?")
        at.look_at("61-clock-in-doubt")
        at.press("The date is right: destroy these keys")
        at.says("Destroyed: the keys of the weeks of")
        at.look_at("62-keys-destroyed")
        at.press("Make keys for the weeks to come")
        at.says("Save the list now")
        at.press("Save alice.keys")
        found = read_key_list(saved(firefox, "alice*.keys").read_bytes(), campaign="quit-ice")
        assert len(found.weeks) == 12
        at.menu("Import")
        at.press("Import")
        firefox.wait_for("main", text="1 new letter")
        at.menu("Keys")
        at.look_at("63-keys")
        at.press("I have read the inbox: sign the card")
        at.says("The card is signed")
        at.look_at("64-card-signed")
        enroll_what_came(at)


def enroll_what_came(at: Browser) -> None:
    at.menu("Offers")
    at.firefox.find("td.words a").click()
    at.says("A key came with this offer.")
    at.look_at("65-offer-with-key")
    at.press("Vet, enroll, write down")
    at.says("it could be anybody’s")
    at.look_at("66-key-of-a-stranger")
    assert "all ten are the same" not in at.firefox.text
    at.firefox.run("document.querySelector('#vetting').value = 'vetted'")
    at.press("Set")
    at.says("Now vetted.")
    at.look_at("67-key-to-compare")
    at.press("Yes, all ten are the same")
    at.says("Enrolled. Requests can be handed over to them now.")
    at.look_at("68-key-enrolled")

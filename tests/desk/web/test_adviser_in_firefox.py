"""A case goes to an adviser and comes back as an answer, all of it in a real browser at two widths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.bundle import read_stream
from offramp.crypto.opening import OpeningKey
from offramp.crypto.pack import ReplyPost
from offramp.crypto.pack import read_stream as read_pack
from offramp.desk.desk import Desk, Person
from offramp.desk.handing.cards import key_of, write_card
from tests.desk.handing.cast import offer, request
from tests.desk.team import PASSPHRASE, Team, Worker, new_desk, write_bundle
from tests.desk.web.browsing import Browser, running_desk, until
from tests.desk.web.visiting import place_at
from tests.harness.firefox import Firefox

pytestmark = pytest.mark.browser

DRAFT = "Your reports are writing. Start with the one that you are proud of."
_OFFER = (
    ("message", "I edited a newspaper for twenty years."),
    ("contact", "dana@example.org"),
    ("skills", "Résumés", "Interviews"),
    ("languages", "English"),
    ("hours", "Two to four hours a week"),
    ("regions", "Midwest"),
)


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with Firefox() as running:
        yield running
        assert running.console_errors() == []
        assert running.escapes == []


@pytest.fixture
def desks(desk: Path, team: Team) -> Path:
    """A folder with the desks of Alice, an organizer, and of Dana, an adviser whose key nobody knows yet."""
    (desk / "campaign" / "keysets" / "000002.keyset").unlink()  # Alice opens what is sealed to the first one
    alice, dana = (place_at(desk / name, desk / "campaign") for name in ("alice", "dana"))
    new_desk(alice.vault, alice.campaign, "alice", team.alice).lock()
    adviser = Person.adviser("dana", OpeningKey.generate())
    Desk.create(dana.vault, PASSPHRASE, dana.campaign, adviser).lock()
    (desk / "dana.adviser.toml").write_bytes(write_card(key_of(adviser)))
    return desk


def saved(firefox: Firefox, pattern: str, known: set[Path] = frozenset()) -> Path:  # type: ignore[assignment]  # an empty set is one
    """The file that the browser has just saved under a name like this."""

    def found() -> Path | None:
        new = [one for one in firefox.downloads.glob(pattern) if one not in known and one.stat().st_size]
        return new[0] if new and not list(firefox.downloads.glob("*.part")) else None

    path = until(f"{pattern} to be saved", found)
    assert isinstance(path, Path)
    return path


def test_a_case_goes_to_an_adviser_and_comes_back(firefox: Firefox, desks: Path, team: Team) -> None:
    worker, alice, dana = Worker.new(), desks / "alice", desks / "dana"
    write_bundle(alice / "inbox.bundle", request(worker, team.first), offer(team.first, *_OFFER))
    with running_desk(alice, desks / "pw") as address:
        at = Browser(firefox, address)
        at.menu("Import")
        at.press("Import")
        firefox.wait_for("main", text="2 new letters.")
        vet_and_enroll(at, desks)
        hand_over(at)
        file = saved(firefox, "ho-*.offramp")
    with running_desk(dana, desks / "pw") as address:
        sealed = write_a_draft(Browser(firefox, address), file)
    (envelope,) = read_stream([sealed.read_bytes()])
    write_bundle(alice / "inbox.bundle", envelope)
    with running_desk(alice, desks / "pw") as address:
        answer_with_the_draft(Browser(firefox, address), worker)


def vet_and_enroll(at: Browser, desks: Path) -> None:
    at.menu("Advisers")
    at.look_at("20-advisers-empty")
    at.menu("Offers")
    at.firefox.find("td.words a").click()
    at.look_at("21-offer")
    at.press("Vet, enroll, write down")
    at.look_at("22-adviser")
    at.firefox.run("document.querySelector('#vetting').value = 'vetted'")
    at.press("Set")
    at.says("Now vetted.")
    at.firefox.find("#file").attach(desks / "dana.adviser.toml")
    at.press("Show its ten words")
    at.says("Are they these?")
    at.look_at("23-ten-words")
    at.press("Yes, all ten are the same")
    at.says("Enrolled. Requests can be handed over to them now.")
    at.look_at("24-enrolled")
    at.menu("Advisers")
    at.look_at("25-advisers")


def hand_over(at: Browser) -> None:
    at.menu("Matches")
    at.look_at("26-proposal")
    at.press("Others")
    at.says("Vetted advisers")
    at.look_at("27-matches")
    at.press("Choose what to hand over")
    at.look_at("28-choose")
    at.print_preview("28-choose")
    at.press("Look at what they get")
    at.says("This is all that dana gets")
    at.look_at("29-look-over")
    shown = at.firefox.text
    assert "write for a newspaper" in shown
    assert "canary-contact" not in shown
    assert "CBP" not in shown
    at.press("Seal it to dana")
    at.says("It is sealed to the adviser.")
    at.look_at("30-hand-off")
    at.press("Save the file for them")


def write_a_draft(at: Browser, file: Path) -> Path:
    at.look_at("31-handed-empty")
    at.firefox.find("#file").attach(file)
    at.press("Open it")
    at.says("It is in your desk now.")
    at.look_at("32-handed")
    assert "canary-contact" not in at.firefox.text
    at.firefox.find("#text").type(DRAFT)
    at.press("Save for later")
    at.says("What you typed is saved in this desk.")
    at.menu("Handed to you")
    at.look_at("33-handed-list")
    at.firefox.find("td.words a").click()
    at.press("Look at it, then seal")
    at.says(DRAFT)
    at.look_at("34-look-draft")
    known = set(at.firefox.downloads.glob("*"))
    at.press("Seal it, and save the file")
    sealed = saved(at.firefox, "ho-*.offramp", known)
    at.menu("Your key")
    at.look_at("35-your-key")
    return sealed


def answer_with_the_draft(at: Browser, worker: Worker) -> None:
    at.menu("Import")
    at.press("Import")
    at.firefox.wait_for("main", text="draft")
    at.menu("Drafts")
    at.look_at("36-drafts")
    at.firefox.find("td.words a").click()
    at.look_at("37-draft")
    at.press("Use it for my answer")
    at.says("The draft is in your answer now.")
    assert at.firefox.find("#text").property("value") == DRAFT
    at.press("Look at it before it is sealed")
    at.press("Seal this answer")
    at.says("Answer 1 is sealed and saved.")
    at.look_at("38-answered")
    at.menu("Answers")
    known = set(at.firefox.downloads.glob("*"))
    at.press("Save answers.pack")
    pack = saved(at.firefox, "answers*.pack", known)
    replies = [one.reply for one in read_pack([pack.read_bytes()]) if isinstance(one, ReplyPost)]
    assert [one.text for one in worker.finds(replies)] == [DRAFT]
    for name, what in (("Numbers", "39-numbers"), ("Team", "40-team"), ("Held", "41-held")):
        at.menu(name)
        at.look_at(what)
    at.menu("Numbers")
    at.press("Numbers for everybody")
    at.look_at("42-public")

"""The working day in a real browser, at two widths; build/screenshots/desk shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.crypto.pack import ReplyPost, read_stream
from tests.desk.team import PASSPHRASE, Team, Worker, new_desk, sealed, write_bundle
from tests.desk.web.browsing import Browser, running_desk, until
from tests.desk.web.test_strangers import MARKUP, OVERRIDE, hostile
from tests.desk.web.visiting import place_at
from tests.harness.firefox import Firefox

pytestmark = pytest.mark.browser

ASKS = (
    "Eleven years at the border, four as a supervisor. I would like to do something with logistics, and I do not "
    "know how to say what I did. Could somebody look at my résumé?"
)
ANSWER = "Thank you for writing.\n\nYes. Which of these did you like doing?"


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    with Firefox() as running:
        yield running
        assert running.console_errors() == []
        assert running.escapes == []


@pytest.fixture
def folder(desk: Path, team: Team) -> Path:
    """Alice's desk, with a bundle to import."""
    place = place_at(desk / "alice", desk / "campaign")
    new_desk(place.vault, place.campaign, "alice", team.alice).lock()
    return desk / "alice"


def test_an_organizers_day(firefox: Firefox, folder: Path, team: Team) -> None:
    worker = Worker.new()
    flood = [sealed(team.first, f"You are all traitors and number {n} will know it.") for n in range(30)]
    write_bundle(
        folder / "inbox.bundle",
        worker.asks(team.first, ASKS, ("my résumé.pdf", b"%PDF-1.7 " * 4000)),
        sealed(team.first, "I want out. What else can I do?"),
        *flood,
    )
    with running_desk(folder, folder.parent / "pw") as address:
        at = Browser(firefox, address)
        at.look_at("01-empty")
        at.menu("Import")
        at.look_at("02-import")
        at.press("Import")
        at.says("32 new letters.")
        at.menu("Similar")
        at.look_at("03-similar")
        at.press("Look at them")
        at.look_at("03b-group")
        at.menu("Similar")
        at.press("All are spam")
        at.says("30 cases are spam now.")
        at.menu("Requests")
        at.look_at("04-requests")
        firefox.find("#words").type("supervisor")
        at.press("Search")
        at.says("One case found".replace("One", "1"))
        firefox.find("td.words a").click()
        at.look_at("05-case")
        at.print_preview("05-case")
        firefox.find("#text").type("Looks like a good one for Dana.")
        at.press("Save the note")
        at.says("The note is saved.")
        at.press("Answer")
        firefox.find("#text").type(ANSWER)
        at.look_at("06-answer")
        at.press("Look at it before it is sealed")
        at.says("This is all that they will get.")
        at.look_at("07-look")
        at.press("Seal this answer")
        at.says("Answer 1 is sealed and saved.")
        at.look_at("08-answered")
        at.menu("Answers")
        at.look_at("09-answers")
        at.press("Save answers.pack")
        pack = firefox.downloads / "answers.pack"
        until("the pack to be saved", lambda: pack.exists() and pack.stat().st_size)
        replies = [one.reply for one in read_stream([pack.read_bytes()]) if isinstance(one, ReplyPost)]
        assert [one.text for one in worker.finds(replies)] == [ANSWER]
        at.press("Lock now")
        at.says("Nothing can be read until the passphrase is given.")
        at.look_at("10-locked")
        firefox.find("#passphrase").type("not the passphrase")
        at.press("Unlock")
        at.says("That is not the passphrase of this desk.")
        firefox.find("#passphrase").type(PASSPHRASE)
        at.press("Unlock")
        at.says("Requests", "header nav [aria-current]")


def test_what_somebody_was_writing_when_the_desk_locked(firefox: Firefox, folder: Path, team: Team) -> None:
    """The page is covered by the style sheet alone, and a button in the cover saves what is under it."""
    write_bundle(folder / "inbox.bundle", Worker.new().asks(team.first, ASKS))
    with running_desk(folder, folder.parent / "pw") as address:
        at = Browser(firefox, address)
        at.menu("Import")
        at.press("Import")
        at.says("1 new letter.")
        at.menu("Requests")
        firefox.find("td.words a").click()
        at.press("Answer")
        firefox.find("#text").type("I was just about to")
        at.lock_elsewhere()  # fifteen minutes later
        firefox.run("document.documentElement.style.setProperty('--lock-after', '0s')")
        at.says("What you were writing here is still here.", ".cover")
        assert ASKS not in firefox.text
        assert not firefox.find("main").text
        assert not firefox.find("#text").visible
        at.look_at("11-covered")
        at.press("Unlock, and keep what I wrote")
        at.says("Nothing that you sent is lost")
        at.look_at("12-locked-while-writing")
        firefox.find("#passphrase").type(PASSPHRASE)
        at.press("Unlock")
        at.says("What you typed is saved in this desk.")
        assert firefox.find("#text").property("value") == "I was just about to"


def test_a_page_that_stands_open_is_put_away(firefox: Firefox, folder: Path) -> None:
    with running_desk(folder, folder.parent / "pw", "--lock-after", "0.02") as address:
        Browser(firefox, address).says("Nothing can be read until the passphrase is given.")


def test_hostile_text_stays_in_its_place(firefox: Firefox, folder: Path, team: Team) -> None:
    texts = [MARKUP, OVERRIDE, "x" * 100_000, "\n" * 5000 + "end", "\u0645\u0631\u062d\u0628\u0627 " * 400]
    write_bundle(folder / "inbox.bundle", *(hostile(team, text) for text in texts))
    with running_desk(folder, folder.parent / "pw") as address:
        at = Browser(firefox, address)
        at.menu("Import")
        at.press("Import")
        at.says("5 new letters.")
        at.menu("Requests")
        at.look_at("13-hostile-list")
        cases = [str(link.property("href")) for link in firefox.find_all("td.words a")]
        assert len(cases) == 5
        for number, case in enumerate(cases):
            firefox.open(case)
            at.look_at(f"14-hostile-case-{number}", whole=False)
            box = firefox.run("return document.querySelector('main').getBoundingClientRect().height")
            assert isinstance(box, float | int)
            assert box < 12_000  # one letter does not bury what is below it
        firefox.find(".files a").click()
        until("the file to be saved", lambda: list(firefox.downloads.glob("*-1.bin")))

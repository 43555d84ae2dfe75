"""The desk locks itself when nobody uses it, and whoever was writing loses nothing."""

from __future__ import annotations

import gc
import threading

import pytest

from offramp.desk.desk import Desk
from offramp.desk.vault.errors import VaultInUse
from offramp.desk.vault.vault import Vault
from offramp.desk.web import ready
from offramp.desk.web.job import Job
from tests.desk.cases.filled import sealed_offer
from tests.desk.team import PASSPHRASE, Team, Worker
from tests.desk.web.test_day import case_page, imported
from tests.desk.web.visiting import Page, Visit


@pytest.fixture
def writing(visit: Visit, team: Team) -> Page:
    """The page on which an answer is written."""
    visit.open()
    imported(visit, Worker.new().asks(team.first, "What about my pension?"))
    return visit.get(case_page(visit).link("/answer$"))


def test_idleness_locks(visit: Visit) -> None:
    visit.open()
    visit.now = 899
    assert "Locked" not in visit.get("/requests").text
    visit.now += 901
    page = visit.get("/requests")
    assert "Nothing can be read until the passphrase is given." in page.text
    assert visit.keeper.is_locked


def test_no_word_of_anybody_is_held_after_the_lock(visit: Visit, team: Team) -> None:
    """Neither by the desk, nor by what pages and matching remember."""
    canary = "zvxq"
    words = {name: f"{canary} {name}" for name in ("skills", "languages", "regions", "hours", "contact")}
    visit.open()
    imported(
        visit,
        Worker.new().asks(team.first, f"What about my {canary}?"),
        sealed_offer(team.first, f"I can {canary}.", **words),
    )
    for address in ("/requests", "/offers", "/matches", "/numbers", "/held", "/answers", "/groups"):
        visit.get(address)
    case_page(visit)
    assert _holders(canary)
    visit.keeper.lock()
    assert _holders(canary) == []


def _holders(canary: str) -> list[str]:
    """The kinds of things that hold a text, or bytes, with this word in it; the tests' own do not count."""
    gc.collect()
    raw, found = canary.encode(), []
    for holder in gc.get_objects():
        for one in gc.get_referents(holder):
            text = type(one) is str and canary in one and one != canary
            if text or (type(one) is bytes and raw in one):
                found.append(type(holder).__name__)
    return found


def test_what_asks_by_itself_is_no_use(visit: Visit) -> None:
    """An open page asks to be put away; that must not keep the desk open."""
    visit.open()
    visit.now = 600
    visit.get("/away")
    visit.get("/static/desk.css")
    visit.get("/cover.css")
    visit.now = 901
    assert visit.keeper.is_locked


def test_pages_that_stand_open_are_put_away(visit: Visit) -> None:
    page = visit.open()
    seconds, address = page.headers["Refresh"].split("; url=")
    assert float(seconds) > visit.keeper.lock_after
    assert "put away" in visit.get(address).text
    visit.now = 1000
    assert "passphrase" in visit.get(address).text


def test_a_page_for_writing_is_covered_and_not_put_away(visit: Visit, writing: Page) -> None:
    assert "Refresh" not in writing.headers
    assert "Unlock, and keep what I wrote" in writing.text
    assert "--lock-after: 900s" in visit.get("/cover.css").data.decode()


def test_while_it_is_locked_others_can_open_the_vault(visit: Visit) -> None:
    page = visit.open()
    with pytest.raises(VaultInUse):
        Vault.open(visit.place.vault, PASSPHRASE)
    visit.submit(page, "/lock")
    other = Vault.open(visit.place.vault, PASSPHRASE)
    in_use = visit.post("/unlock", {"passphrase": PASSPHRASE})
    assert "open in another window" in in_use.text
    other.close()
    assert "Requests" in visit.post("/unlock", {"passphrase": PASSPHRASE}).text


def test_locking_forgets_everything(visit: Visit, writing: Page) -> None:
    with visit.keeper.desk() as desk:
        held: Desk = desk
    visit.submit(writing, "/answer", text="x", do="keep", files=[("files", "a.pdf", b"x")])
    session = visit.door.session
    assert session is not None
    assert session.memory
    visit.keeper.lock()
    assert (session.memory, session.messages) == ({}, [])
    assert not held.cases
    assert not held.letters


def test_a_wrong_passphrase_says_so_and_nothing_more(visit: Visit) -> None:
    visit.submit(visit.open(), "/lock")
    page = visit.post("/unlock", {"passphrase": "wrong horse battery"})
    assert "That is not the passphrase of this desk." in page.text
    assert visit.keeper.is_locked


def test_what_was_sent_to_a_locked_desk_goes_on_after_unlocking(visit: Visit, writing: Page) -> None:
    visit.keeper.lock()
    page = visit.submit(writing, "/answer", text="Half a sentence, and", do="keep")
    assert "Nothing that you sent is lost" in page.text
    assert "Half a sentence" not in page.text
    page = visit.submit(page, "/unlock", passphrase=PASSPHRASE)
    assert "What you typed is saved in this desk." in page.text
    assert page.form("/answer").fields["text"] == ["\nHalf a sentence, and"]


def test_what_was_sent_without_the_token_does_not_go_on(visit: Visit, writing: Page) -> None:
    visit.keeper.lock()
    action = writing.form("/answer").action
    visit.post(action, {"text": "Not me.", "do": "keep", "form_token": "guessed"})
    page = visit.post("/unlock", {"passphrase": PASSPHRASE})
    assert "earlier session" in page.text
    assert "Not me." not in visit.get(action).text


def test_after_unlocking_the_page_is_there_that_was_asked_for(visit: Visit, writing: Page) -> None:
    visit.keeper.lock()
    page = visit.submit(visit.get(writing.form("/answer").action), "/unlock", passphrase=PASSPHRASE)
    assert "Your answer" in page.text


def test_what_is_sent_during_something_long_waits_for_its_end(visit: Visit, writing: Page) -> None:
    may_end = threading.Event()

    def work(_: Desk, __: Job) -> str:
        may_end.wait(60)
        return ""

    visit.keeper.begin("Working hard", work)
    assert "Working hard" in visit.get("/requests").text
    threading.Timer(0.2, may_end.set).start()
    page = visit.submit(writing, "/answer", text="Not lost.", do="keep")
    assert "What you typed is saved" in page.text


def test_a_large_desk_gets_ready_first(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "_FEW", 0)
    visit.submit(visit.open(), "/lock")
    visit.post("/unlock", {"passphrase": PASSPHRASE})
    visit.wait()
    page = visit.get("/requests")
    assert "There is nothing in this desk yet." in page.text
    with visit.keeper.desk() as desk:
        assert desk.memo


def test_something_long_is_shown_and_not_locked_in_the_middle(visit: Visit) -> None:
    visit.open()
    going, may_end = threading.Event(), threading.Event()

    def work(desk: Desk, job: Job) -> str:
        job.total = 2
        job.advance()
        going.set()
        may_end.wait(60)
        return "It is done."

    visit.keeper.begin("Working hard", work)
    going.wait(60)
    visit.now = 5000
    page = visit.get("/requests")
    assert "Working hard" in page.text
    assert "1 of 2" in page.text
    assert page.headers["Refresh"].startswith("1;")
    assert not visit.keeper.is_locked
    may_end.set()
    visit.wait()
    assert "It is done." in visit.get("/requests").text

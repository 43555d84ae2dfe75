"""A day at the desk, page by page: import, read, decide, undo, note, answer, pack, take back."""

from __future__ import annotations

import pytest

from offramp.crypto.bundle import read_bundle
from offramp.crypto.event import Change, sign_event
from offramp.crypto.pack import ReplyPost, read_stream
from offramp.crypto.signing import signing_seed
from offramp.desk import days
from offramp.desk.answers.kept import all_answers
from offramp.desk.cases.listing import rows
from tests.desk.team import Team, Worker, sealed, write_bundle
from tests.desk.web.visiting import Page, Visit


def imported(visit: Visit, *envelopes: bytes) -> Page:
    """Import these, and wait until it is done."""
    write_bundle(visit.place.bundle, *envelopes)
    visit.submit(visit.get("/import"), "/import")
    visit.wait()
    return visit.get("/requests/all")


def test_letters_are_imported_and_listed(visit: Visit, team: Team) -> None:
    visit.open()
    page = imported(visit, sealed(team.first, "My first letter."), sealed(team.first, "Another one."))
    assert "2 new letters." in page.text
    assert "My first letter." in page.text
    assert "Another one." in page.text
    assert "2 letters were here already." in imported(visit, *_again(visit)).text


def _again(visit: Visit) -> list[bytes]:
    return list(read_bundle(visit.place.bundle))


def test_searching_finds_words_and_is_in_no_address(visit: Visit, team: Team) -> None:
    visit.open()
    page = imported(visit, sealed(team.first, "I drive trucks."), sealed(team.first, "I type quickly."))
    found = visit.submit(page, "/look", words="TRUCKS")
    assert "I drive trucks." in found.text
    assert "I type quickly." not in found.text
    assert "I type quickly." in visit.submit(found, "/look", all="1").text


def test_a_bulk_decision_is_undone_as_one(visit: Visit, team: Team) -> None:
    visit.open()
    page = imported(visit, *(sealed(team.first, f"Letter number {n}, of its own.") for n in range(5)))
    done = visit.submit(page, "/bulk?page=1", do="status", status="spam", id=_picks(page))
    assert "5 cases are spam now." in done.text
    assert statuses(visit) == ["spam"] * 5
    visit.submit(done, "/undo")
    assert statuses(visit) == ["new"] * 5


def _picks(page: Page) -> list[str]:
    return [one["value"] or "" for tag, one in page.controls if one.get("name") == "id"]


def statuses(visit: Visit) -> list[str]:
    with visit.keeper.desk() as desk:
        return [row.status for row in rows(desk)]


def case_page(visit: Visit) -> Page:
    return visit.get(visit.get("/requests/all").link("/case/"))


def test_notes_status_and_assignee(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, sealed(team.first, "Hello."))
    page = visit.submit(case_page(visit), "/note", text="Called them.\nNobody there.")
    assert "Called them. Nobody there." in page.text
    page = visit.submit(page, "/decide", status="done")
    assert "One case is done now." in page.text
    assert statuses(visit) == ["done"]


def test_an_answer_is_written_looked_at_sealed_packed_and_taken_back(visit: Visit, team: Team) -> None:
    visit.open()
    worker = Worker.new()
    imported(visit, worker.asks(team.first, "How do I write this?"))
    page = visit.get(case_page(visit).link("/answer$"))
    page = visit.submit(page, "/answer", text="So:\r\n\r\nshortly.", do="keep")
    assert "saved in this desk" in page.text
    page = visit.submit(page, "/answer", do="look", files=[("files", "notes.pdf", b"%PDF")])
    assert "notes.pdf" in page.text
    page = visit.submit(page, "/seal")
    assert "Answer 1 is sealed and saved." in page.text
    pack = visit.submit(visit.get("/answers"), "/pack")
    assert pack.headers["Content-Disposition"] == "attachment; filename=answers.pack"
    replies = [one.reply for one in read_stream([pack.data]) if isinstance(one, ReplyPost)]
    (answer,) = worker.finds(replies)
    assert answer.text == "So:\n\nshortly."
    assert [one.name for one in answer.parcels] == ["notes.pdf"]
    page = visit.get(case_page(visit).link("/back$"))
    assert "taken back" in visit.submit(page, "/back").text


def test_a_long_list_has_pages_and_is_decided_about_as_a_whole(visit: Visit, team: Team) -> None:
    visit.open()
    page = imported(visit, *(sealed(team.first, f"Letter {n} {n * 7919} of its own.") for n in range(120)))
    assert len(_picks(page)) == 100
    assert "Page 1 of 2" in page.text
    second = visit.get(page.link("page=2"))
    assert len(_picks(second)) == 20
    assert not set(_picks(page)) & set(_picks(second))
    done = visit.submit(second, "/bulk?page=2", do="status", status="done", all="1")
    assert "120 cases are done now." in done.text
    assert set(statuses(visit)) == {"done"}


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999", "x", ""])
def test_a_page_that_there_is_not(visit: Visit, team: Team, page: str) -> None:
    visit.open()
    imported(visit, sealed(team.first, "The only letter."))
    assert "The only letter." in visit.get(f"/requests?page={page}").text


def test_a_flood_is_one_decision(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, *(sealed(team.first, f"You will regret this, traitor number {n}!") for n in range(9)))
    page = visit.get("/similar")
    assert "9 requests to decide" in page.text
    form = next(one for one in page.forms if "/similar/" in one.action)
    assert "9 cases are spam now." in visit.post(form.action, {**form.fields, "status": "spam"}).text
    assert set(statuses(visit)) == {"spam"}
    assert "There are no such groups." in visit.get("/similar").text


def test_whoever_writes_again_is_seen(visit: Visit, team: Team) -> None:
    visit.open()
    worker = Worker.new()
    imported(visit, worker.asks(team.first, "Hello."))
    visit.submit(case_page(visit), "/decide", status="done")
    page = imported(
        visit, worker.asks(team.first, "Hello."), worker.writes_again(team.first, "Are you there?")
    )
    assert "1 person wrote again." in page.text
    page = visit.get("/requests")
    assert "wrote again" in page.text
    assert "Are you there?" in case_page(visit).text


def test_what_two_organizers_decided_is_shown_until_one_decides_again(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, sealed(team.first, "Hello."))
    visit.submit(case_page(visit), "/decide", status="open")
    with visit.keeper.desk() as desk:
        (case,) = desk.cases
        change = Change(case, "status", {"is": "spam", "letters": 1})
        desk.take_event(
            sign_event(
                signing_seed(team.bob),
                campaign=desk.campaign.id,
                number=1,
                previous=bytes(16),
                day=days.today(),
                changes=(change,),
            )
        )
    assert "decided differently" in visit.get("/requests/all").text
    page = case_page(visit)
    assert "Organizers decided differently about the status" in page.text
    assert "open: alice" in page.text
    assert "spam: bob" in page.text
    assert "decided differently" not in visit.submit(page, "/decide", status="done").text


def test_an_answer_that_changed_meanwhile_is_not_sealed(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, Worker.new().asks(team.first, "How?"))
    looked = visit.submit(visit.get(case_page(visit).link("/answer$")), "/answer", text="So.", do="look")
    visit.submit(visit.get(case_page(visit).link("/answer$")), "/answer", text="Or so.", do="keep")
    page = visit.submit(looked, "/seal")
    assert "not the same any more" in page.text
    with visit.keeper.desk() as desk:
        assert not list(all_answers(desk))


@pytest.mark.parametrize(
    ("text", "files", "said"),
    [
        ("", [], "needs some text"),
        ("x", [("files", "empty.txt", b"")], "There is nothing in empty.txt"),
        ("x", [("files", "a:b.txt", b"x")], "A name for a file is short plain text"),
        ("x", [("files", "big.pdf", b"x" * 8_000_001)], "8 000 000 bytes together"),
    ],
)
def test_what_cannot_be_answered_says_so_and_keeps_the_text(
    visit: Visit, team: Team, text: str, files: list[tuple[str, str, bytes]], said: str
) -> None:
    visit.open()
    imported(visit, Worker.new().asks(team.first, "How?"))
    page = visit.submit(
        visit.get(case_page(visit).link("/answer$")), "/answer", text=text, do="look", files=files
    )
    assert said in page.text
    assert page.form("/answer").fields["text"] == [f"\n{text}"]


def test_a_text_that_is_too_long_is_still_in_the_form(visit: Visit, team: Team) -> None:
    visit.open()
    imported(visit, Worker.new().asks(team.first, "How?"))
    page = visit.submit(visit.get(case_page(visit).link("/answer$")), "/answer", text="é" * 60_000, do="look")
    assert "The text is too long" in page.text
    assert page.form("/answer").fields["text"] == ["\n" + "é" * 60_000]

"""Conversations at the desk: what was written on both sides, in order, at every desk of the team."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import EnvelopePost, ReplyPost, read_pack
from offramp.crypto.sealing import seal
from offramp.desk import days
from offramp.desk.answers.cautions import cautions
from offramp.desk.answers.conversation import conversation
from offramp.desk.answers.kept import KeptAnswer, files_of
from offramp.desk.answers.unfinished import draft_text, save_text
from offramp.desk.cases.errors import NoSuchCase
from offramp.desk.cases.finding import find_case
from offramp.desk.cases.status import status_of
from offramp.desk.cases.triage import assign, merge, set_status
from offramp.desk.errors import TextTooLong
from tests.desk.answering import AnsweringDesk, another_desk
from tests.desk.team import Team, Worker, letter, sealed

KEPT_DAYS = default_campaign().answers.kept_days


def texts(desk: AnsweringDesk, whom: str = "") -> list[str]:
    """What was written, ours after '>'."""
    return [
        f"> {one.text}" if isinstance(one, KeptAnswer) else one.value("message")
        for one in desk.conversation(whom).items
    ]


def status(desk: AnsweringDesk, whom: str = "") -> str:
    with desk.unlocked() as unlocked:
        return status_of(unlocked, find_case(unlocked, whom or desk.first)).name


def said(desk: AnsweringDesk) -> list[str]:
    """What somebody is told who is about to answer."""
    with desk.unlocked() as unlocked:
        return list(cautions(unlocked, find_case(unlocked, desk.first)))


def test_every_organizer_reads_what_was_answered(answering: AnsweringDesk) -> None:
    bob = another_desk(answering)
    (answering.place / "cv.pdf").write_bytes(b"%PDF-")
    answering.answer("from alice", "--file", "cv.pdf")
    answering.tells(bob)
    assert texts(bob) == ["I am an analyst.", "> from alice"]
    (ours,), (theirs,) = answering.answers(), bob.answers()
    assert ours == theirs
    with answering.unlocked() as desk, bob.unlocked() as other:
        assert [one.data for one in files_of(desk, ours)] == [b"%PDF-"]
        assert files_of(other, theirs) == ()
        assert other.team.name_of(theirs.author) == "alice"
    assert status(bob) == "waiting"
    assert bob.posts() == []  # alice's desk pushes it


def test_any_desk_takes_an_answer_back(answering: AnsweringDesk) -> None:
    bob = another_desk(answering)
    answering.answer("from alice")
    answering.tells(bob)
    assert bob.run("take-back", bob.first, "1", "--yes").exit_code == 0
    gone = {one.id for one in answering.posts()}
    assert bob.taken_back() == gone
    bob.tells(answering)
    (one,) = answering.answers()
    assert one.state(days.today()) == "taken back"
    with answering.unlocked() as desk:
        assert desk.team.name_of(one.author) == "alice"  # who wrote it, not who took it back
    assert answering.run("pack", "stick.pack").exit_code == 0
    assert (answering.readable(), answering.taken_back()) == ([], gone)


def test_an_answer_that_two_desks_take_back_is_one_answer(answering: AnsweringDesk) -> None:
    bob = another_desk(answering)
    answering.answer("from alice")
    answering.tells(bob)
    for desk in (answering, bob):
        assert desk.run("take-back", desk.first, "1", "--yes").exit_code == 0
    answering.tells(bob)
    bob.tells(answering)
    assert len(answering.answers()) == 1
    assert answering.answers() == bob.answers()


def test_numbers_go_on_after_another_desks(answering: AnsweringDesk) -> None:
    bob = another_desk(answering)
    answering.answer("one")
    answering.tells(bob)
    bob.answer("two")
    assert [one[:2] for one in bob.readable()] == [(2, "two")]


def test_a_conversation_is_in_order_however_it_came(answering: AnsweringDesk) -> None:
    """Their clock, years behind here, counts among their own letters only."""
    for text in ("one", "two"):
        answering.answer(text)
    team, worker = answering.team, answering.worker
    written = [
        worker.writes_again(team.first, f"after {read} on {day}", read=read, day=day)
        for read, day in itertools.product(("0", "1", "2"), ("2020-12-01", "2020-12-02"))
    ]
    nonsense = [
        worker.writes_again(team.first, "nonsense", read=read, day=day)
        for read, day in (("-1", "today"), ("²", "2026-12-1"), ("99999999999999999999", ""), ("", "²"))
    ]
    arriving = [*written, *nonsense, sealed(team.first, "another person's")]
    random.shuffle(arriving)
    answering.arrives(*arriving)
    found = texts(answering)
    assert [one for one in found if one != "nonsense"] == [
        "I am an analyst.",
        "after 0 on 2020-12-01", "after 0 on 2020-12-02", "> one",
        "after 1 on 2020-12-01", "after 1 on 2020-12-02", "> two",
        "after 2 on 2020-12-01", "after 2 on 2020-12-02",
    ]  # fmt: skip
    assert found.count("nonsense") == 4
    for name in (answering.worker.thread.hex(), envelope_id(written[3]).hex()[:12].upper()):
        assert texts(answering, name) == found


def test_a_case_waits_for_them_until_they_write_again(answering: AnsweringDesk) -> None:
    assert status(answering) == "new"
    answering.answer("one")
    assert status(answering) == "waiting"
    answering.arrives(answering.worker.writes_again(answering.team.first, "and now?", read="1"))
    assert status(answering) == "open"
    answering.answer("two")
    assert status(answering) == "waiting"
    answering.answer("three")
    answering.run("take-back", answering.first, "3", "--yes")
    assert status(answering) == "waiting"  # two is still there to be read
    answering.run("take-back", answering.first, "2", "--yes")
    assert status(answering) == "open"


def test_taking_back_leaves_a_case_that_is_done(answering: AnsweringDesk) -> None:
    answering.answer("one")
    with answering.unlocked() as desk:
        set_status(desk, [answering.worker.thread], "done")
    answering.run("take-back", answering.first, "1", "--yes")
    assert status(answering) == "done"


def test_an_answer_expires(answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    answering.answer("one")
    last = days.today() + timedelta(KEPT_DAYS)
    for day, state, count in ((last, "kept", 1), (last + timedelta(1), "expired", 0)):
        monkeypatch.setattr(days, "today", lambda day=day: day)
        assert [one.state(day) for one in answering.answers()] == [state]
        assert answering.run("pack", "stick.pack").exit_code == 0
        assert len(answering.posts()) == count
    assert texts(answering)[1] == "> one"


def test_only_a_reply_key_or_only_a_thread_is_no_wish(answering: AnsweringDesk, team: Team) -> None:
    key = seal(replace(letter(team.first, "only a key"), reply_key=bytes(32)), team.first)
    thread = seal(replace(letter(team.first, "only a thread"), thread=bytes(15) + b"x"), team.first)
    answering.arrives(key, thread)
    (answering.place / "text").write_text("one")
    for one in (key, thread):
        result = answering.run("answer", envelope_id(one).hex(), "--text", "text", "--yes")
        assert result.stderr.startswith("This letter brought no key")


def test_answers_without_the_letters_are_shown(answering: AnsweringDesk) -> None:
    """Another organizer's keyset had the letter."""
    bob = another_desk(answering)
    bobs = Worker.new()
    bob.arrives(bobs.asks(answering.team.second, "for bob alone"))
    bob.answer("from bob", whom=bobs.thread.hex())
    bob.tells(answering)
    with answering.unlocked() as desk:
        assert bobs.thread not in desk.cases
        found = conversation(desk, bobs.thread)
        assert [one.text for one in found.answers] == ["from bob"]
        with pytest.raises(NoSuchCase):
            conversation(desk, bytes(15) + b"y")


def test_who_is_about_to_answer_hears_what_others_did(answering: AnsweringDesk) -> None:
    bob = another_desk(answering)
    assert said(bob) == []
    answering.answer("from alice")
    with answering.unlocked() as desk:
        assign(desk, [answering.worker.thread], "alice")
    assert said(answering) == []
    answering.tells(bob)
    cased, answered = said(bob)
    assert cased.startswith("This case is alice's.")
    assert answered.startswith("Answer 1 is alice's, ")
    (bob.place / "text").write_text("from bob")
    assert cased in bob.run("answer", bob.first, "--text", "text", "--yes").stderr

    answering.arrives(answering.worker.writes_again(answering.team.first, "and now?", read="9"))
    (elsewhere,) = said(answering)
    assert elsewhere.startswith("This person says to have read answer 9, which is not here.")


def test_what_is_being_written_is_kept_until_it_is_sealed(answering: AnsweringDesk) -> None:
    case = answering.worker.thread
    with answering.unlocked() as desk:
        assert draft_text(desk, case) == ""
        save_text(desk, case, "Dear you,\n")
        with pytest.raises(TextTooLong):
            save_text(desk, case, "x" * 100_001)
        with pytest.raises(NoSuchCase):
            save_text(desk, bytes(16), "x")
    with answering.unlocked() as desk:
        assert draft_text(desk, case) == "Dear you,\n"
        save_text(desk, case, "")
        assert draft_text(desk, case) == ""
        save_text(desk, case, "again")
    answering.answer("again, and more")
    with answering.unlocked() as desk:
        assert draft_text(desk, case) == ""


def test_an_answer_to_merged_cases_goes_to_the_words_of_the_case(answering: AnsweringDesk) -> None:
    """Somebody asked twice, under two sets of words."""
    twice = Worker.new()
    answering.arrives(twice.asks(answering.team.first, "I am the same analyst."))
    with answering.unlocked() as desk:
        merge(desk, [twice.thread, answering.worker.thread])
    assert "several sets of twelve words" in said(answering)[0]
    answering.answer("one")
    replies = [one.reply for one in answering.posts() if isinstance(one, ReplyPost)]
    found = [[one.text for one in person.finds(replies)] for person in (twice, answering.worker)]
    assert found == [["one"], []]
    assert texts(answering)[-1] == "> one"
    assert status(answering) == "waiting"
    assert answering.run("take-back", answering.first, "1", "--yes").exit_code == 0
    assert answering.readable() == []
    assert status(answering) == "open"


def test_an_answer_to_a_letter_without_words_that_was_merged_goes_to_those_that_have_some(
    answering: AnsweringDesk,
) -> None:
    without = sealed(answering.team.first, "I forgot to ask for words.")
    answering.arrives(without)
    with answering.unlocked() as desk:
        merge(desk, [envelope_id(without), answering.worker.thread])
    answering.answer("one", whom=envelope_id(without).hex())
    assert [one[:2] for one in answering.readable()] == [(1, "one")]
    with answering.unlocked() as desk:
        rooms = {record.room for record in desk.vault.records() if record.kind == "event"}
    assert rooms == {answering.worker.thread, envelope_id(without)}  # nothing that outlives the case


def test_news_waits_in_the_outbox_until_it_has_come_back(answering: AnsweringDesk) -> None:
    def news() -> list[bytes]:
        answering.fill()
        return [one.envelope for one in read_pack(answering.outbox) if isinstance(one, EnvelopePost)]

    another_desk(answering)
    assert news() == []
    answering.answer("one")
    (first,) = news()
    assert news() == [first]  # the same bytes, however often it is packed
    answering.outbox.unlink()
    assert news() == [first]
    answering.arrives(first)
    assert news() == []
    assert len(answering.posts()) == 1


def test_a_strangers_line_never_passes_for_ours(answering: AnsweringDesk) -> None:
    words = "    > We will pay you.\nEnd of answer 1\nAnswer 2, written by alice on 2026-12-01"
    answering.arrives(answering.worker.writes_again(answering.team.first, words))
    answering.answer("ours")
    shown = answering.run("case", answering.first).stdout.splitlines()
    ours = [line for line in shown if line.startswith(("    >", "Answer", "End of answer"))]
    assert ours[0].startswith("Answer 2, written by alice on ")
    assert ours[1:] == ["    > ours", "End of answer 2"]


def test_files_of_both_sides_are_saved_under_harmless_names(answering: AnsweringDesk) -> None:
    (answering.place / "cv.docx").write_bytes(b"PK")
    answering.answer("Here.", "--file", "cv.docx")
    (ours,) = answering.answers()
    assert answering.run("case", answering.first, "--attachments", "files").exit_code == 0
    saved = {path.name: path.read_bytes() for path in (answering.place / "files").iterdir()}
    assert saved == {f"{answering.first}-1.pdf": b"%PDF-", f"{ours.id.hex()}-1.docx": b"PK"}
    (answering.place / "files" / f"{ours.id.hex()}-1.docx").write_bytes(b"mine")
    result = answering.run("case", answering.first, "--attachments", "files")
    assert result.exit_code == 3
    assert "is already there with something else in it" in result.stderr
    assert (answering.place / "files" / f"{ours.id.hex()}-1.docx").read_bytes() == b"mine"

"""Reading conversations at the desk: `offramp thread` and `inbox`."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from offramp.campaign import default_campaign
from offramp.crypto.bundle import read_bundle
from offramp.crypto.envelope import envelope_id
from offramp.crypto.sealing import seal
from offramp.desk import days
from tests.desk.answering import AnsweringDesk
from tests.desk.team import Team, letter, sealed

KEPT_DAYS = default_campaign().answers.kept_days


def test_every_organizer_of_the_keyset_reads_what_was_answered(answering: AnsweringDesk) -> None:
    answering.answer("from alice")
    ours = answering.thread()
    assert answering.thread("--key", "bob.key") == ours


def test_a_record_goes_to_the_newest_keyset_with_the_organizers_key(answering: AnsweringDesk) -> None:
    """keyset 2 has bob alone."""
    answering.answer("from alice")
    answering.answer("from bob", "--key", "bob.key")
    keysets = [envelope[20:52] for envelope in read_bundle(answering.sent)]
    assert keysets == [answering.team.first.id, answering.team.second.id]
    result = answering.run("thread", answering.first)
    assert result.exit_code == 3
    assert "desk/sent.bundle: 1 not readable with this organizer's key." in result.stderr
    assert [one[1] for one in answering.readable()] == ["from alice", "from bob"]


def test_a_letter_that_says_it_is_from_the_team_is_a_strangers(answering: AnsweringDesk) -> None:
    """Anybody can seal our own record to us again: it changes neither what was answered nor the numbers."""
    answering.answer("ours")
    answering.arrives(*read_bundle(answering.sent))
    result = answering.run("inbox")
    assert result.exit_code == 0
    assert "team" in result.stdout
    shown = answering.run("thread", answering.first).stdout
    assert "says that it is from the team, as anybody can" in shown
    assert shown.count("    > ours") == 1
    assert shown.count("    | ours") == 1
    answering.answer("the next")
    assert [one[0] for one in answering.readable()] == [1, 2]


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
    items = answering.thread()["conversation"]
    texts = [one["fields"]["message"][0] if one["kind"] == "letter" else one["text"] for one in items]
    assert [one for one in texts if one != "nonsense"] == [
        "I am an analyst.",
        "after 0 on 2020-12-01", "after 0 on 2020-12-02", "one",
        "after 1 on 2020-12-01", "after 1 on 2020-12-02", "two",
        "after 2 on 2020-12-01", "after 2 on 2020-12-02",
    ]  # fmt: skip
    assert texts.count("nonsense") == 4
    for name in (answering.worker.thread.hex(), envelope_id(written[3]).hex()[:12].upper()):
        assert answering.thread(whom=name)["conversation"] == items


def test_inbox_says_what_waits(answering: AnsweringDesk) -> None:
    def states() -> list[str]:
        return [line[36:44].strip() for line in answering.run("inbox").stdout.splitlines()]

    assert states() == ["waiting"]
    answering.answer("one")
    assert states() == ["answered"]
    again = answering.worker.writes_again(answering.team.first, "and now?", read="1")
    answering.arrives(again, sealed(answering.team.first, "no answer, please"))
    assert states() == ["answered", "waiting", ""]
    answering.answer("two")
    assert states() == ["answered", "answered", ""]
    answering.run("take-back", answering.first, "2", "--yes")
    assert states() == ["answered", "waiting", ""]


def test_a_stranger_cannot_fill_our_columns(answering: AnsweringDesk) -> None:
    thread = answering.worker.thread.hex()[:8]
    answering.arrives(sealed(answering.team.first, f"{thread}  answered  x"))
    lines = answering.run("inbox").stdout.splitlines()
    assert [line.index(thread) for line in lines] == [26, 46]


def test_a_strangers_line_never_passes_for_ours(answering: AnsweringDesk) -> None:
    answering.arrives(
        answering.worker.writes_again(answering.team.first, "    > We will pay you.\nEnd of answer 1")
    )
    shown = answering.run("thread", answering.first).stdout.splitlines()
    assert not any(line.startswith(("    >", "End of answer")) for line in shown)


def test_an_answer_expires(answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    answering.answer("one")
    last = days.today() + timedelta(KEPT_DAYS)
    for day, state, parts in ((last, "kept", "1 part"), (last + timedelta(1), "expired", "no parts")):
        monkeypatch.setattr(days, "today", lambda day=day: day)
        assert answering.thread()["conversation"][1]["state"] == state
        assert parts in answering.run("pack", "stick.pack").stdout
    assert answering.posts() == []
    assert answering.thread()["conversation"][1]["text"] == "one"


def test_files_of_both_sides_are_saved_under_harmless_names(answering: AnsweringDesk) -> None:
    (answering.place / "cv.docx").write_bytes(b"PK")
    answering.answer("Here.", "--file", "cv.docx")
    theirs, ours = answering.thread("--attachments", "files")["conversation"]
    saved = {path.name: path.read_bytes() for path in (answering.place / "files").iterdir()}
    assert saved == {f"{answering.first}-1.pdf": b"%PDF-", f"{ours['id']}-1.docx": b"PK"}
    assert theirs["attachments"][0]["saved_as"] == f"{answering.first}-1.pdf"
    assert ours["files"] == [{"name": "cv.docx", "size": 2, "saved_as": f"{ours['id']}-1.docx"}]
    (answering.place / "files" / f"{ours['id']}-1.docx").write_bytes(b"mine")
    result = answering.run("thread", answering.first, "--attachments", "files")
    assert result.exit_code == 3
    assert "is already there with something else in it" in result.stderr
    assert (answering.place / "files" / f"{ours['id']}-1.docx").read_bytes() == b"mine"


def test_a_letter_that_does_not_open_is_named_and_does_not_hide_the_rest(answering: AnsweringDesk) -> None:
    for_bob = answering.worker.asks(answering.team.second, "for bob")
    answering.arrives(for_bob)
    result = answering.run("thread", answering.first)
    assert result.exit_code == 3
    assert "I am an analyst." in result.stdout
    assert f"{envelope_id(for_bob).hex()}: It was sealed to a keyset" in result.stderr
    result = answering.run("thread", envelope_id(for_bob).hex())
    assert result.exit_code == 1
    assert result.stderr.startswith("It was sealed to a keyset that this organizer is not in.")


def test_a_bundle_that_is_damaged_shows_what_comes_before(answering: AnsweringDesk) -> None:
    bundle = answering.folder / "inbox.bundle"
    whole = bundle.read_bytes()
    answering.arrives(sealed(answering.team.first), sealed(answering.team.first))
    damaged = bytearray(bundle.read_bytes())
    damaged[len(whole) : len(whole) + 4] = b"\xff" * 4
    bundle.write_bytes(damaged)
    result = answering.run("thread", answering.first)
    assert result.exit_code == 1
    assert "I am an analyst." in result.stdout
    assert result.stderr == "desk/inbox.bundle is damaged, or no bundle.\n"
    (answering.place / "text").write_text("one")
    result = answering.run("answer", answering.first, "--text", "text", "--yes")
    assert (result.exit_code, answering.posts()) == (1, [])


def test_only_a_reply_key_or_only_a_thread_is_no_wish(answering: AnsweringDesk, team: Team) -> None:
    key = seal(replace(letter(team.first), reply_key=bytes(32)), team.first)
    thread = seal(replace(letter(team.first), thread=bytes(16)), team.first)
    answering.arrives(key, thread)
    (answering.place / "text").write_text("one")
    for one in (key, thread):
        result = answering.run("answer", envelope_id(one).hex(), "--text", "text", "--yes")
        assert result.stderr.startswith("This letter brought no key")
        assert "No answer on the board is possible" in answering.run("thread", envelope_id(one).hex()).stdout


def test_answers_without_the_letters_are_shown(answering: AnsweringDesk) -> None:
    answering.answer("one")
    (answering.folder / "inbox.bundle").unlink()
    answering.arrives(sealed(answering.team.first))
    shown = answering.run("thread", answering.worker.thread.hex()[:8])
    assert shown.exit_code == 0
    assert "    > one" in shown.stdout
    assert shown.stdout.endswith("Their letters are not here.\n")

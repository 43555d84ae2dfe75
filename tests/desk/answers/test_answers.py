"""Answering at the desk: `offramp answer`, `take-back` and `pack`."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
from datetime import timedelta
from typing import NoReturn

import pytest
from click.testing import CliRunner

from offramp.campaign import default_campaign
from offramp.cli import offramp
from offramp.crypto.board import shard_number
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import EnvelopePost, ReplyPost, read_pack
from offramp.crypto.reply import open_reply
from offramp.desk import days
from offramp.desk.answers.composing import check_file_name, name_when_saved
from offramp.desk.answers.plan import next_number
from offramp.desk.answers.unfinished import save_text
from offramp.desk.errors import BadFileName
from tests.desk.answering import AnsweringDesk, another_desk
from tests.desk.team import PASSPHRASE, Team, Worker

KEPT_DAYS = default_campaign().answers.kept_days


def test_an_answer_with_files_can_be_read_with_the_reply_key(answering: AnsweringDesk) -> None:
    (answering.place / "cv.docx").write_bytes(b"PK" * 30_000)
    (answering.place / "tips.pdf").write_bytes(b"%PDF-")
    answering.answer("Here it is.\n", "--file", "cv.docx", "--file-as", "tips.pdf", "Tipps für Sie.pdf")
    files = [("cv.docx", b"PK" * 30_000), ("Tipps für Sie.pdf", b"%PDF-")]
    assert answering.readable() == [(1, "Here it is.", files)]
    (reply,) = (one for one in answering.posts() if isinstance(one, ReplyPost))
    assert reply.shard_number == shard_number(answering.worker.thread)
    assert {one.last_day for one in answering.posts()} == {days.today() + timedelta(KEPT_DAYS)}
    answer = open_reply(reply.reply, answering.worker.reply_key)
    assert answer is not None
    assert answer.day == days.today()


@pytest.mark.parametrize("length", [1, 3900, 4100, 20_000, 100_000])
def test_a_text_of_any_length_arrives(answering: AnsweringDesk, length: int) -> None:
    text = "é\n" + "x" * (length - 3) if length > 3 else "x"
    answering.answer(text)
    assert answering.readable() == [(1, text, [])]
    assert [one.text for one in answering.answers()] == [text]


def test_eight_million_bytes_of_files_fit(answering: AnsweringDesk) -> None:
    data = [random.randbytes(3_999_999), random.randbytes(4_000_001)]
    for number, one in enumerate(data):
        (answering.place / f"{number}.pdf").write_bytes(one)
    text = '"\n' * 50_000 + "x"  # as long as JSON can make it
    answering.answer(text[:100_000].strip(), "--file", "0.pdf", "--file", "1.pdf")
    ((_, said, files),) = answering.readable()
    assert said == text[:100_000].strip()
    assert [content for _, content in files] == data


def test_files_alone_are_an_answer(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(b"%PDF-")
    answering.answer("", "--file", "cv.pdf")
    assert answering.readable() == [(1, "", [("cv.pdf", b"%PDF-")])]


def test_nothing_readable_lies_on_the_disk(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(b"canary in the file")
    answering.answer("canary in the text", "--file-as", "cv.pdf", "canary in the name.pdf")
    (answering.place / "text").unlink()
    answering.run("take-back", answering.first, "1", "--yes")
    answering.answer("canary " * 1000)
    (answering.place / "text").unlink()
    with answering.unlocked() as desk:
        save_text(desk, answering.worker.thread, "canary of what is not finished")
    answering.fill()
    secrets = [b"canary", answering.worker.thread, answering.worker.reply_key]
    secrets += [secret.hex().encode() for secret in secrets[1:]]
    for path in answering.folder.rglob("*"):
        assert path.is_dir() or not any(secret in path.read_bytes() for secret in secrets), path
        assert path.is_dir() or path.stat().st_mode & 0o077 == 0, path
    there = sorted(path.name for path in answering.folder.iterdir())
    assert there == ["desk.toml", "inbox.bundle", "outbox.pack", "vault"]


def test_numbers_go_on_and_are_never_used_again(answering: AnsweringDesk) -> None:
    answering.answer("one")
    answering.run("take-back", answering.first, "1", "--yes")
    answering.answer("two")
    assert answering.readable() == [(2, "two", [])]
    assert [one.number for one in answering.answers()] == [1, 2]


def test_numbers_go_on_after_those_of_other_desks(answering: AnsweringDesk) -> None:
    assert next_number(0, 0) == 1
    assert next_number(2, 1) == 3
    assert next_number(2, 7) == 8
    assert next_number(2, 2**32 - 1) == 1003
    answering.arrives(answering.worker.writes_again(answering.team.first, "thank you", read="4"))
    answering.answer("five")
    assert answering.readable() == [(5, "five", [])]


def test_what_is_taken_back_leaves_the_outbox_and_leaves_word(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(b"%PDF-")
    answering.answer("one", "--file", "cv.pdf")
    gone = {one.id for one in answering.posts()}
    answering.answer("two")
    assert answering.run("take-back", answering.first[:8], "1", "--yes").exit_code == 0
    assert answering.taken_back() == gone
    assert answering.readable() == [(2, "two", [])]
    assert [one.state(days.today()) for one in answering.answers()] == ["taken back", "kept"]


def test_two_answers_with_one_number_are_taken_back_together(answering: AnsweringDesk) -> None:
    """Two desks may write at the same time."""
    bob = another_desk(answering)
    answering.answer("from alice")
    bob.answer("from bob")
    bob.tells(answering)
    assert [(one.number, one.text) for one in answering.answers()] in (
        [(1, "from alice"), (1, "from bob")],
        [(1, "from bob"), (1, "from alice")],
    )
    assert answering.run("take-back", answering.first, "1", "--yes").exit_code == 0
    assert answering.readable() == []
    assert answering.taken_back() >= {one.id for one in bob.posts()}


def test_a_desk_file_that_names_no_places_works(answering: AnsweringDesk) -> None:
    settings = answering.folder / "desk.toml"
    lines = settings.read_text().splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if not line.startswith(("vault", "outbox", "bundle"))))
    answering.answer("one")
    assert answering.readable() == [(1, "one", [])]
    assert answering.run("pack", "stick.pack").exit_code == 0


def test_nothing_but_pushing_needs_a_network(
    answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", no_network)
    answering.answer("one")
    for words in (
        ["take-back", answering.first, "1", "--yes"],
        ["pack", "stick.pack"],
        ["inbox"],
        ["import"],
    ):
        assert answering.run(*words).exit_code == 0


def test_answering_imports_nothing_for_networks(answering: AnsweringDesk) -> None:
    (answering.place / "text").write_text("one")
    words = ["answer", answering.first, "--text", "text", "--yes", "--desk", "desk"]
    program = (
        f"import sys\nfrom offramp.cli import offramp\nofframp({words}, standalone_mode=False)\n"
        "assert not {'httpcore', 'stem', 'ssl', 'flask', 'gunicorn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def test_a_pack_tells_no_order_and_is_the_same_each_time(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(b"%PDF-")
    for text in ("one", "two", "three"):
        answering.answer(text, "--file", "cv.pdf")
    answering.run("take-back", answering.first, "2", "--yes")
    answering.run("pack", "stick.pack")
    stick = answering.place / "stick.pack"
    packed = [one for one in read_pack(stick) if not isinstance(one, EnvelopePost)]
    kinds = [type(one).__name__ for one in packed]
    assert kinds == ["TakenBack"] * 2 + ["ParcelPost"] * 2 + ["ReplyPost"] * 2
    assert all(packed[n].id < packed[n + 1].id for n in (0, 2, 4))
    assert set(packed) == set(answering.posts())
    before = stick.read_bytes()
    answering.run("pack", "stick.pack")
    assert stick.read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [
        "", " cv.pdf", "cv.pdf ", ".cv.pdf", "-cv.pdf", "a/b.pdf", "a\\b.pdf", "c:v.pdf", "a\nb.pdf", "a\x1b.pdf",
        "a\u202efdp.exe", "a  b.pdf", "cv.", "x" * 91, "字" * 64, "cv\udcff.pdf", 'a".pdf', "a\u200b.pdf",
    ],
)  # fmt: skip
def test_a_name_that_the_page_would_change_is_refused(name: str) -> None:
    with pytest.raises(BadFileName):
        check_file_name(name)


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("Résumé v2.pdf", "Résumé v2.pdf"),
        ("cv.DOCX", "cv.DOCX"),
        ("cv.pages", "cv.pages.bin"),
        ("cv", "cv.bin"),
    ],
)
def test_the_name_that_is_told_is_the_one_on_the_page(name: str, saved: str) -> None:
    check_file_name(name)
    assert name_when_saved(name) == saved


def test_a_file_whose_name_is_not_text_needs_another(answering: AnsweringDesk) -> None:
    (answering.place / "text").write_text("one")
    path = bytes(answering.place) + b"/cv\xff.pdf"
    with open(path, "wb") as file:  # noqa: PTH123  # a Path holds no bytes
        file.write(b"%PDF-")
    name = path.decode(errors="surrogateescape")
    words = ["answer", answering.first, "--text", "text", "--yes"]
    assert answering.run(*words, "--file", name).stderr.startswith("A name for a file is short plain text")
    assert answering.run(*words, "--file-as", name, "cv.pdf").exit_code == 0


def test_numbers_count_in_each_conversation(answering: AnsweringDesk, team: Team) -> None:
    """Two people, two conversations."""
    other = Worker.new()
    second = other.asks(team.first, "I am another.")
    answering.arrives(second)
    answering.answer("to the first")
    answering.answer("to the second", whom=envelope_id(second).hex())
    assert [one[:2] for one in answering.readable()] == [(1, "to the first")]
    replies = [one.reply for one in answering.posts() if isinstance(one, ReplyPost)]
    assert [(one.number, one.text) for one in other.finds(replies)] == [(1, "to the second")]


def test_a_passphrase_from_standard_input_comes_before_the_text(answering: AnsweringDesk) -> None:
    words = ["answer", answering.first, "--text", "-", "--yes", "--desk", "desk", "--passphrase-file", "-"]
    result = CliRunner().invoke(offramp, words, input=f"{PASSPHRASE}\nHello.\nBye.\n")
    assert result.exit_code == 0, result.stderr
    assert answering.readable() == [(1, "Hello.\nBye.", [])]

"""Answers whose writing is interrupted: in the vault or not, whole or not; and the outbox is mended from it."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from offramp.crypto.pack import EnvelopePost, TakenBack, frame, read_pack
from offramp.desk import days
from offramp.desk.answers.outbox import Outbox, opened_outbox
from offramp.desk.errors import DeskInUse
from tests.desk.answering import AnsweringDesk, another_desk

FILE = b"%PDF-" + bytes(range(256)) * 60

# Dies, without a chance to tidy up, at the nth time that something is written to the outbox, made durable, or put in
# its place; or when the vault is about to be written, or just has been.
DIES = """
import os, sys
from pathlib import Path
left = {steps}
def dying(step):
    def one(*words, **options):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return step(*words, **options)
    return one
os.fsync = dying(os.fsync)
Path.replace = dying(Path.replace)
from offramp.desk.answers import outbox
outbox.frame = dying(outbox.frame)
from offramp.desk.desk import Desk
Desk.keep_event = staticmethod(dying(Desk.keep_event))
Desk.take_event = dying(Desk.take_event)
from offramp.cli import offramp
offramp({words})
"""


def dies(desk: AnsweringDesk, steps: int, *words: str) -> bool:
    program = DIES.format(steps=steps, words=[*words, "--desk", "desk"])
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, cwd=desk.place)
    assert done.returncode in (0, 9), done.stderr
    return done.returncode == 9


def restored(desk: AnsweringDesk, folder: Path) -> None:
    shutil.rmtree(desk.folder)
    shutil.copytree(folder, desk.folder)


def answers(desk: AnsweringDesk) -> list[str]:
    return [one.text for one in desk.answers()]


def test_an_answer_that_is_cut_short_is_whole_or_not_there(answering: AnsweringDesk) -> None:
    answering.answer("before")
    shutil.copytree(answering.folder, answering.place / "kept")
    (answering.place / "long").write_text("x" * 5000)
    (answering.place / "cv.pdf").write_bytes(FILE)
    words = ["answer", answering.first, "--text", "long", "--file", "cv.pdf", "--yes"]
    seen = set()
    for steps in range(1, 100):
        restored(answering, answering.place / "kept")
        if not dies(answering, steps, *words):
            break
        before = [one[0] for one in answering.readable()]
        assert before in ([1], [1, 2])  # never a reply without its parcels: `readable` opens them
        answering.fill()
        texts = answers(answering)
        assert texts in (["before"], ["before", "x" * 5000])
        seen.add((len(before), len(texts)))
        whole = [(1, "before", []), (2, "x" * 5000, [("cv.pdf", FILE)])]
        assert answering.readable() == whole[: len(texts)]
        # Life goes on.
        answering.answer("after")
        assert answering.readable()[-1][1] == "after"
    assert steps > 5
    assert {(1, 2)} < seen  # in the vault, and not in the outbox yet
    assert [one[0] for one in answering.readable()] == [1, 2]


def test_a_take_back_that_is_cut_short_is_done_or_not(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(FILE)
    answering.answer("one", "--file", "cv.pdf")
    gone = {one.id for one in answering.posts()}
    answering.answer("two")
    shutil.copytree(answering.folder, answering.place / "kept")
    for steps in range(1, 100):
        restored(answering, answering.place / "kept")
        if not dies(answering, steps, "take-back", answering.first, "1", "--yes"):
            break
        answering.fill()
        states = [one.state(days.today()) for one in answering.answers()]
        assert states[1] == "kept"
        assert states[0] in ("kept", "taken back")
        is_done = states[0] == "taken back"
        assert answering.taken_back() == (gone if is_done else set())
        assert [one[0] for one in answering.readable()] == ([2] if is_done else [1, 2])
    assert steps > 3


def test_packing_that_is_cut_short_leaves_all_as_it_was(answering: AnsweringDesk) -> None:
    another_desk(answering)  # so that there is news for it
    answering.answer("one")
    answering.run("pack", "stick.pack")
    stick = answering.place / "stick.pack"
    whole, old = stick.read_bytes(), set(read_pack(stick))
    answering.answer("two")
    shutil.copytree(answering.folder, answering.place / "kept")
    for steps in range(1, 100):
        restored(answering, answering.place / "kept")
        stick.write_bytes(whole)
        if not dies(answering, steps, "pack", "stick.pack"):
            break
        packed = set(read_pack(stick))
        assert packed == old or packed > set(answering.posts())
        assert len(answering.posts()) == 2
    assert steps > 3
    packed = set(read_pack(stick))
    assert packed > set(answering.posts())
    assert [type(one) for one in packed - set(answering.posts())] == [EnvelopePost] * 2
    for _ in range(2):
        before = stick.read_bytes()
        answering.run("pack", "stick.pack")
        assert stick.read_bytes() == before


def test_an_outbox_that_was_cut_anywhere_is_made_whole_again(answering: AnsweringDesk) -> None:
    (answering.place / "cv.pdf").write_bytes(FILE)
    answering.answer("one", "--file", "cv.pdf")
    answering.run("take-back", answering.first, "1", "--yes")
    answering.answer("two", "--file", "cv.pdf")
    whole, posts = answering.outbox.read_bytes(), answering.posts()
    cuts = [0, 1, 16, 17, 18, 30, len(whole) - 1, len(whole) - 4000, len(whole) - 4200, len(whole) // 2]
    for cut in cuts:
        answering.outbox.write_bytes(whole[:cut])
        assert answering.run("pack", "stick.pack").exit_code == 0
        assert set(answering.posts()) == set(posts)
    answering.outbox.unlink()
    answering.fill()
    assert set(answering.posts()) == set(posts)


def no_room(*_: object) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_no_room_for_the_outbox_is_said_and_made_up_for(
    answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (answering.place / "text").write_text("one")
    with monkeypatch.context() as full:
        full.setattr(Outbox, "add", no_room)
        result = answering.run("answer", answering.first, "--text", "text", "--yes")
    assert result.exit_code == 1
    assert result.stderr.startswith("It is in the vault, but not in the outbox yet.")
    assert "is written" not in result.stdout
    assert answering.run("pack", "stick.pack").exit_code == 0
    assert answering.readable() == [(1, "one", [])]


def test_a_disk_that_is_almost_full_gets_nothing(
    answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(answering.place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=64 * 1024 * 1024 - 1))
    (answering.place / "text").write_text("one")
    result = answering.run("answer", answering.first, "--text", "text", "--yes")
    assert result.stderr.startswith("There is too little room on the disk")
    assert answering.answers() == []


@pytest.mark.parametrize("most", [10_000, 30_000, 60_000, 100_000])
def test_a_file_that_cannot_grow_loses_nothing(answering: AnsweringDesk, most: int) -> None:
    """The kernel refuses to write beyond a length, as a full disk does: within a record, or within the outbox."""
    answering.answer("one")
    (answering.place / "cv.pdf").write_bytes(FILE * 4)
    (answering.place / "text").write_text("two")
    done = subprocess.run(
        [sys.executable, "-m", "offramp.cli", "answer", answering.first, "--desk", "desk", "--text", "text",
         "--file", "cv.pdf", "--yes"],
        check=False, capture_output=True, text=True, cwd=answering.place,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert answers(answering) in ([["one"], ["one", "two"]] if done.returncode else [["one", "two"]])
    answering.fill()
    assert [one[1] for one in answering.readable()] == answers(answering)
    answering.answer("three")
    assert answering.readable()[-1][1] == "three"


def test_the_outbox_is_locked_also_after_it_was_replaced(answering: AnsweringDesk) -> None:
    answering.answer("one")
    (post,) = answering.posts()
    with opened_outbox(answering.outbox) as held:
        held.take_back({post.id}, post.last_day)
        with pytest.raises(DeskInUse), opened_outbox(answering.outbox):
            pass
        held.take_back({bytes(16)}, post.last_day)
        held.add([post])
    with opened_outbox(answering.outbox) as held:
        assert held.taken_back == {post.id, bytes(16)}
        assert held.held == {post.id}


def test_what_is_half_written_is_cut_off_before_anything_follows(answering: AnsweringDesk) -> None:
    answering.answer("one")
    (post,) = answering.posts()
    whole = answering.outbox.read_bytes()
    answering.outbox.write_bytes(whole + whole[17:-1])
    with opened_outbox(answering.outbox) as held:
        held.add([TakenBack(post.last_day, bytes(16))])
    assert answering.outbox.read_bytes() == whole + frame(TakenBack(post.last_day, bytes(16)))


def test_an_outbox_that_is_replaced_while_it_is_opened_is_opened_again(
    answering: AnsweringDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering.answer("one")
    (post,) = answering.posts()
    lock, aside = fcntl.flock, answering.place / "aside"

    def too_late(handle: int, how: int) -> None:
        if not aside.exists():
            answering.outbox.rename(aside)
            shutil.copy(aside, answering.outbox)
        lock(handle, how)

    monkeypatch.setattr(fcntl, "flock", too_late)
    gone = TakenBack(post.last_day, bytes(16))
    with opened_outbox(answering.outbox) as held:
        held.add([gone])
    assert answering.posts() == [post, gone]

"""`offramp answer` at a real terminal: nothing that was typed is cut, kept on the disk, or thrown away."""

from __future__ import annotations

import os
import pty
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offramp.desk.answers.composing import check_terminal, typed_text
from offramp.desk.errors import NowhereToType
from tests.desk.answering import AnsweringDesk
from tests.harness.children import end_child

OFFRAMP = (sys.executable, "-m", "offramp.cli")
END = "\n\x04"  # Enter, Ctrl-D


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, *words: str, desk: AnsweringDesk) -> None:
        self._ours, theirs = pty.openpty()
        home = desk.place / "home"
        home.mkdir(exist_ok=True)
        self.child = subprocess.Popen(
            [*OFFRAMP, *words, "--desk", "desk"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "dumb", "HOME": str(home)},
        )
        os.close(theirs)
        self.screen = ""

    def type(self, text: str) -> None:
        data = text.encode()
        while data:  # a terminal takes 4096 bytes at a time, and readline shows what it took
            data = data[os.write(self._ours, data[:512]) :]
            self._read()

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + 60
        while words not in self.screen:
            assert time.monotonic() < end, self.screen
            assert self.child.poll() is None or self._read(), self.screen
            self._read()

    def ends(self) -> int:
        self.wait_for_end()
        return self.child.wait(timeout=60)

    def wait_for_end(self) -> None:
        while self._read() or self.child.poll() is None:
            pass

    def _read(self) -> bool:
        os.set_blocking(self._ours, False)
        try:
            got = os.read(self._ours, 65536)
        except BlockingIOError:
            time.sleep(0.01)
            return False
        except OSError:  # the other side has closed
            return False
        finally:
            os.set_blocking(self._ours, True)
        self.screen += got.decode(errors="replace").replace("\r\n", "\n")
        return bool(got)

    def close(self) -> None:
        if self.child.poll() is None:
            end_child(self.child)
        os.close(self._ours)


@pytest.fixture
def terminal(answering: AnsweringDesk) -> Iterator[Terminal]:
    opened = Terminal("answer", answering.first, desk=answering)
    yield opened
    opened.close()


def test_an_answer_is_typed(terminal: Terminal, answering: AnsweringDesk) -> None:
    terminal.wait_for("press Enter, and then Ctrl-D.\n")
    long_line = "word " * 2000 + "end"  # a terminal alone would keep 4095 bytes of it
    terminal.type(f"Hello,\n\n{long_line}\n\tindented{END}")
    terminal.wait_for("[y/N]: ")
    terminal.type("y\n")
    assert terminal.ends() == 0, terminal.screen
    assert answering.readable() == [(1, f"Hello,\n\n{long_line}\n\tindented", [])]
    for path in answering.place.rglob("*"):
        assert path.is_dir() or b"Hello," not in path.read_bytes(), path


def test_a_change_of_mind_writes_nothing(terminal: Terminal, answering: AnsweringDesk) -> None:
    terminal.wait_for("Ctrl-D.\n")
    terminal.type(f"Hello.{END}")
    terminal.wait_for("[y/N]: ")
    terminal.type("\n")
    assert terminal.ends() == 1
    assert "Nothing was written." in terminal.screen
    assert (answering.answers(), answering.posts()) == ([], [])


def test_nobody_else_is_at_the_desk_meanwhile(terminal: Terminal, answering: AnsweringDesk) -> None:
    """So the number that stands on the screen is the one that is written."""
    terminal.wait_for("Ctrl-D.\n")
    (answering.place / "text").write_text("another")
    for words in (["answer", answering.first, "--text", "text", "--yes"], ["pack", "stick.pack"], ["inbox"]):
        result = answering.run(*words)
        assert (result.exit_code, result.stderr.split(".")[0]) == (1, "The vault is open in another window")
    terminal.type(f"Hello.{END}")
    terminal.wait_for("[y/N]: ")
    terminal.type("y\n")
    assert terminal.ends() == 0
    assert answering.readable() == [(1, "Hello.", [])]


def test_nothing_typed_is_refused_gently(terminal: Terminal, answering: AnsweringDesk) -> None:
    terminal.wait_for("Ctrl-D.\n")
    terminal.type("\x04")
    assert terminal.ends() == 1
    assert "An answer needs some text, or a file. Nothing was written." in terminal.screen


def test_what_was_typed_is_given_back_when_it_cannot_be_written(
    terminal: Terminal, answering: AnsweringDesk
) -> None:
    """Here: the disk does not let the vault grow any more, from after it was opened."""
    terminal.wait_for("Ctrl-D.\n")
    terminal.type(f"Dear you,\nhere it is.{END}")
    terminal.wait_for("[y/N]: ")
    resource.prlimit(terminal.child.pid, resource.RLIMIT_FSIZE, (1000, 1000))
    terminal.type("y\n")
    assert terminal.ends() == 1
    assert "It was not written. This is what you typed:\n\nDear you,\nhere it is.\n" in terminal.screen
    assert "the last change was not saved" in terminal.screen
    assert (answering.answers(), answering.posts()) == ([], [])


def test_what_is_no_text_is_shown_and_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["a\x1b[2Jb", "c\udcffd", "  e\tf  "])

    def typed() -> str:
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", typed)
    assert typed_text() == "a\ufffd[2Jb\nc\ufffdd\n  e\tf"


def test_without_line_editing_nobody_types(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Tty:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())
    monkeypatch.setitem(sys.modules, "readline", None)
    with pytest.raises(NowhereToType):
        check_terminal()

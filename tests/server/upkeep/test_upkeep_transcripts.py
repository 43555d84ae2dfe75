"""`offramp server backup`, `restore` and `migrate`, as an operator sees them."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp
from offramp.crypto.envelope import envelope_id
from offramp.server.backup import sealing
from offramp.server.layout import load
from tests.desk.stage import Step, matches, parse
from tests.server.running import TestServer, another, make_server

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


class Stage:
    """Servers in the current folder, and what a transcript may call by a name: those of the last one."""

    def __init__(self) -> None:
        self._servers: dict[str, TestServer] = {}
        self._variables: dict[str, str] = {}

    def play(self, step: Step) -> None:
        words = shlex.split(step.command)
        if words[0] == "+":
            getattr(self, f"set_{words[1]}")(*words[2:])
            return
        typed = "".join(f"{line}\n" for line in step.typed)
        result = CliRunner().invoke(offramp, words[1:], input=typed)
        went = f"$ {step.command}\n{result.stdout}! {result.stderr}= {result.exit_code}"
        assert matches(self._filled(step.output), result.stdout), went
        assert matches(self._filled(step.errors), result.stderr), went
        assert result.exit_code == step.status, went

    def _filled(self, lines: list[str]) -> list[str]:
        return [re.sub(r"\$([A-Z]+)", lambda name: self._variables[name[1]], line) for line in lines]

    def set_server(self, name: str) -> None:
        inside = Path(f"i-{name}")
        inside.mkdir()
        made = make_server(inside)
        made.path.rename(name)
        made.path = Path(name).absolute()
        self._servers[name] = made
        state = load(made.folder)
        self._variables = {"ONION": state.intake_address, "FOLDER": str(made.path)}
        self._variables["WORDS"] = state.couriers[0].words

    def set_letters(self, name: str, count: str) -> None:
        server, pattern = self._servers[name], self._servers[name].envelope()
        with closing(server.open_store()) as store:
            for _ in range(int(count)):
                one = another(pattern)
                day = datetime.now(UTC).date()
                store.add(one, envelope_id=envelope_id(one), size_class=16384, day=day)

    def set_has(self, name: str, count: str) -> None:
        assert len(self._servers[name].stored()) == int(count)

    def set_passphrase(self, name: str, *words: str) -> None:
        Path(name).write_text(" ".join(words or ("a", "long", "passphrase")) + "\n")

    def set_cut(self, name: str, short: str) -> None:
        Path(short).write_bytes(Path(name).read_bytes()[:-1])

    def set_folder(self, name: str) -> None:
        Path(name).mkdir()
        Path(name, "mine.txt").write_text("mine")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path leaves room for unix sockets (107 bytes)."""
    made = Path(tempfile.mkdtemp(prefix="offramp-"))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_it(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests) -> None:
    monkeypatch.setitem(sealing.test_only_cost, "ops", 1)
    monkeypatch.setitem(sealing.test_only_cost, "mem", 8192)
    monkeypatch.setenv("COLUMNS", "80")
    stage = Stage()
    with contextlib.chdir(folder):
        for number, step in enumerate(parse(path.read_text()), start=1):
            with subtests.test(f"{path.stem}, step {number}: {step.command}"):
                stage.play(step)
    assert not list(folder.glob(".*.partial"))

"""The commands as organizers see them. Every transcript is played; every sentence of refusal is in one."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from offramp import cli
from offramp.desk import errors
from offramp.desk.commands import fetch, push
from offramp.desk.courier import fetching, pushing
from offramp.desk.passphrases import made_passphrase
from tests.desk.stage import Stage, error_in_hand, parse

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))

# Seen where a person cannot easily bring them about: test_hostile_server.py, answers/test_interrupted.py,
# test_known_root.py.
ELSEWHERE = {
    "BundleInUse",
    "ConnectionBroke",
    "DeskInUse",
    "DiskAlmostFull",
    "NoRoom",
    "NotQueued",
    "RootKeyReplaced",
}


def play(path: Path, folder: Path, subtests: pytest.Subtests) -> None:
    with Stage(folder) as stage:
        for number, step in enumerate(parse(path.read_text()), start=1):
            with subtests.test(f"{path.stem}, step {number}: {step.command}"):
                stage.play(step)


def test_every_transcript_and_every_refusal(
    tmp_path_factory: pytest.TempPathFactory,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: set[str] = set()

    class Watched(cli.Refusal):
        def __init__(self, message: str) -> None:
            shown.add(error_in_hand())
            super().__init__(message)

    monkeypatch.setattr(cli, "Refusal", Watched)
    patient = functools.partial(fetching.fetch_all, sleep=lambda _: None)
    monkeypatch.setattr(fetch, "fetch_all", patient)
    monkeypatch.setattr(push, "push_all", functools.partial(pushing.push_all, sleep=lambda _: None))
    monkeypatch.setenv("COLUMNS", "80")
    for path in TRANSCRIPTS:
        play(path, tmp_path_factory.mktemp(path.stem), subtests)
    assert refusals() - shown - ELSEWHERE == set()


def refusals() -> set[str]:
    """The names of all errors of the desk that are raised as they are."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.DeskError)
    ]
    return {kind.__name__ for kind in kinds if not kind.__subclasses__()}


def test_a_made_passphrase_is_long_and_new() -> None:
    made = {made_passphrase() for _ in range(100)}
    assert len(made) == 100
    assert all(len(one) == 24 for one in made)

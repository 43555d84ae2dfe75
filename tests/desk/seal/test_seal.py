"""`offramp seal`, question by question: what it makes opens at the desk, and says what a page's letter says."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from offramp import cli
from offramp.campaign import DEFAULT_CAMPAIGN, translation_beside, translations_of
from offramp.crypto.letter import Letter
from offramp.crypto.opening import Opener
from offramp.crypto.phrase_making import NewPhrase
from offramp.crypto.words import keyset_words
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.seal.asking import Asked, chosen, question
from offramp.desk.seal.errors import NoSuchQuestion, NothingWritten
from tests.crypto.phrase import read_phrase, reply_key_of, thread_of, words_of
from tests.desk.team import Team, make_team, write_weeks_keys

ENTROPY = bytes(range(16))
PLACES = [0, 4, 11]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A campaign's folder with its translations, and this week's keys, in the folder where we are."""
    monkeypatch.chdir(tmp_path)
    team = make_team()
    team.write(tmp_path)
    for code, translation in translations_of(DEFAULT_CAMPAIGN).items():
        translation_beside(Path("campaign/campaign.toml"), code).write_bytes(translation.read_bytes())
    write_weeks_keys(Path("keys.bin"), team.second, team.root)
    return team


@pytest.fixture
def opened(team: Team) -> Callable[[str], Letter]:
    """What an organizer reads in a sealed file."""
    opener = Opener(team.second, team.bob)
    return lambda name: opener.open(Path(name).read_bytes())


def run(*arguments: str, typed: str = "") -> Result:
    given = ["seal", *arguments, "--keys", "keys.bin", "--campaign", "campaign"]
    return CliRunner().invoke(cli.offramp, given, input=typed)


def answers_to(asked: Asked, said: dict[str, str]) -> str:
    """What a person types, line by line; nothing where nothing is said."""
    lines = []
    for one in asked.questions:
        lines += said.get(one.id, "").splitlines() or ([] if one.kind == "text" else [""])
        lines += ["."] if one.kind == "text" else []
    return "".join(f"{line}\n" for line in lines)


def test_every_question_is_asked_and_twelve_words_are_made(
    team: Team, opened: Callable[[str], Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NewPhrase, "draw", classmethod(lambda cls: cls(ENTROPY)))
    monkeypatch.setattr(random.SystemRandom, "sample", lambda *_: PLACES)
    cleared: list[bool] = []
    monkeypatch.setattr(click, "clear", lambda: cleared.append(True))
    asked = Asked.of(CampaignFolder(Path("campaign")).campaign(), offer=False, language=None)
    words = words_of(ENTROPY)
    form = answers_to(asked, {"message": "Two lines.\n\nI would like to leave.", "help": "1, 2"})
    wrong = "\n".join(["y", *(["wrong"] * 3)])
    right = "\n".join(words[place].upper() for place in PLACES)
    result = run("letter.bin", typed=f"y\n{form}{wrong}\n{right}\n")
    assert result.exit_code == 0, result.output

    assert keyset_words(team.second.id) in result.output
    for one in asked.questions:
        assert one.label in result.output
    assert "not right yet" in result.output
    assert [word for word in words if word not in result.output] == []
    assert len(cleared) == 2  # the words go from the screen before they are asked back
    letter = opened("letter.bin")
    fields = {one[0]: one[1:] for one in letter.fields}
    assert fields["message"] == ("Two lines.\n\nI would like to leave.",)
    options = next(one.sealed_options for one in asked.questions if one.id == "help")
    assert fields["help"] == options[:2]
    assert set(fields) == {"message", "help"}
    assert read_phrase(" ".join(words)) == ENTROPY
    assert (letter.thread, letter.reply_key) == (thread_of(ENTROPY), reply_key_of(ENTROPY))
    assert Path("letter.bin").stat().st_mode & 0o077 == 0


def test_two_letters_have_different_words(team: Team, opened: Callable[[str], Letter]) -> None:
    assert NewPhrase.draw() != NewPhrase.draw()
    phrase = NewPhrase.draw()
    assert phrase.words == words_of(phrase.entropy)
    assert (phrase.thread, phrase.reply_key) == (thread_of(phrase.entropy), reply_key_of(phrase.entropy))


def test_in_spanish_with_a_file(team: Team, opened: Callable[[str], Letter]) -> None:
    Path("carta.txt").write_text("Quisiera irme. ¿Me ayudan?\n")
    Path("cv.pdf").write_bytes(b"%PDF-1.7")
    result = run(
        "letter.bin", "--language", "es", "--text", "carta.txt", "--say", "help", "2", "--file", "cv.pdf",
        "--no-answer", "--yes",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert ".onion/es/sealed-file" in result.output
    letter = opened("letter.bin")
    own = next(one for one in CampaignFolder(Path("campaign")).campaign().help.fields if one.id == "help")
    assert ("message", "Quisiera irme. ¿Me ayudan?") in letter.fields
    assert ("help", own.options[1]) in letter.fields  # as desks match by it, in the campaign's own language
    assert letter.fields[-1] == ("language", "es")
    assert [(one.name, one.data) for one in letter.attachments] == [("cv.pdf", b"%PDF-1.7")]


def test_an_offer_takes_no_words_and_no_files(team: Team, opened: Callable[[str], Letter]) -> None:
    Path("offer.txt").write_text("I write résumés for a living.\n")
    result = run("offer.bin", "--offer", "--text", "offer.txt", "--yes")
    assert result.exit_code == 0, result.output
    letter = opened("offer.bin")
    assert (letter.purpose, letter.thread, letter.reply_key) == ("offer", None, None)
    refused = run("other.bin", "--offer", "--text", "offer.txt", "--file", "offer.txt", "--yes")
    assert refused.exit_code == 1
    assert not Path("other.bin").exists()


def test_a_text_that_is_too_long_is_refused_and_never_cut(team: Team) -> None:
    Path("letter.txt").write_text("x" * 20_001)
    result = run("letter.bin", "--text", "letter.txt", "--yes", "--no-answer")
    assert result.exit_code == 1
    assert "takes 20000 characters, and these are 20001" in result.output
    assert not Path("letter.bin").exists()


@pytest.mark.parametrize("typed", ["n\n", "y\n.\n" + "\n" * 20, "y\nhalf a text"])
def test_nothing_is_written_of_what_is_not_finished(team: Team, typed: str) -> None:
    result = run("letter.bin", "--no-answer", typed=typed)
    assert result.exit_code == 1
    assert not Path("letter.bin").exists()


def test_a_number_that_was_mistyped_is_asked_for_again_and_nothing_else_is(
    team: Team, opened: Callable[[str], Letter]
) -> None:
    asked = Asked.of(CampaignFolder(Path("campaign")).campaign(), offer=False, language=None)
    form = answers_to(asked, {"message": "I would like to leave.", "help": "99\n2"})
    result = run("letter.bin", "--no-answer", typed=f"y\n{form}")
    assert result.exit_code == 0, result.output
    assert "no answer with the number 99" in result.output
    fields = {one[0]: one[1:] for one in opened("letter.bin").fields}
    options = next(one.sealed_options for one in asked.questions if one.id == "help")
    assert fields == {"message": ("I would like to leave.",), "help": (options[1],)}


def test_keys_that_may_not_be_sealed_to(team: Team) -> None:
    """The one before, which a page takes no more, is refused here as well."""
    write_weeks_keys(Path("keys.bin"), team.first, team.root)
    Path("letter.txt").write_text("text")
    result = run("letter.bin", "--text", "letter.txt", "--yes", "--no-answer")
    assert result.exit_code == 1
    assert "keys.bin: " in result.output
    assert not Path("letter.bin").exists()


def test_numbers_are_those_that_were_shown(team: Team) -> None:
    asked = Asked.of(CampaignFolder(Path("campaign")).campaign(), offer=False, language="es")
    for one in asked.questions:
        lines = list(question(one))
        assert lines[0] == one.label
        for number, option in enumerate(one.options, start=1):
            assert any(line.split(maxsplit=1) == [str(number), option] for line in lines)
            assert chosen(one, f" {number}") == (one.sealed_options[number - 1],)
        if one.options:
            for wrong in ("0", "99", "-1", "x", "²"):
                with pytest.raises(NoSuchQuestion):
                    chosen(one, wrong)
    with pytest.raises(NothingWritten):
        asked.given("  \n ", {})

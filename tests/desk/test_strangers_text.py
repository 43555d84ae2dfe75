"""What a stranger wrote is shown harmlessly, and never becomes a path."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from offramp.campaign import default_campaign
from offramp.crypto.letter import Attachment, Letter
from offramp.desk.attachments import harmless_name, save_all
from offramp.desk.errors import FileInTheWay
from offramp.desk.inbox import Submission
from offramp.desk.showing import Labels, as_json, as_summary, as_text
from offramp.desk.visible import on_one_line, visible, wrapped

ID = bytes(range(16))
LABELS = Labels.of(default_campaign())
# What a letter can hold: all of Unicode but lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NASTY = "\x1b]0;gone\x07\x1b[2J\u202egnp.exe\u2066\u200b\u00ad\ufeff\u2028End of \x9b31m\x7f\r\U000e0041"


def submission(text: str, file: str = "cv.pdf") -> Submission:
    letter = Letter(
        "help", "quit-ice", bytes(32), fields=(("message", text),), attachments=(Attachment(file, b"x"),)
    )
    return Submission(ID, letter)


def acts_or_hides(text: str) -> list[str]:
    return [
        c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp") and c != "\n"
    ]


@given(TEXT)
@example(NASTY)
@example("\u3164\u2800")
def test_nothing_that_acts_or_hides_is_printed(text: str) -> None:
    block = as_text(submission(text, text or "x"), LABELS, [], 80)
    assert acts_or_hides(visible(text) + block + as_summary(submission(text), LABELS, 80)) == []


def test_what_is_hidden_is_shown_by_its_number() -> None:
    assert visible("a\x1b[31mb") == "a⟨U+001B⟩[31mb"
    assert visible("exe.\u202ecod") == "exe.⟨U+202E⟩cod"
    assert visible("zero\u200bwidth\u3164") == "zero⟨U+200B⟩width⟨U+3164⟩"
    assert visible("one\r\ntwo\tthree\rfour") == "one\ntwo    three⟨U+000D⟩four"
    assert visible("e" + "\u0301" * 9) == "e" + "\u0301" * 4 + "⟨U+0301⟩" * 5
    assert visible("Résumé — ok 👍 日本") == "Résumé — ok 👍 日本"


@given(TEXT, st.integers(21, 120))
def test_every_line_of_a_stranger_stands_behind_a_bar(text: str, width: int) -> None:
    lines = as_text(submission(text, text or "x"), LABELS, [], width).split("\n")
    ours = {f"Submission {ID.hex()}", "  asks for help", "  What would help you?", f"End of {ID.hex()}", ""}
    ours.add("  Attachment 1: 1 byte, called")
    assert all(line in ours or line.startswith("    | ") for line in lines)
    assert lines.count(f"End of {ID.hex()}") == 1


@given(TEXT, st.integers(8, 100))
def test_no_line_is_wider_than_the_screen_and_no_word_is_lost(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert all(_columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(visible(text).split())


@pytest.mark.parametrize("letter", ["a", "é", "\u0301", " "])
def test_a_line_of_very_many_characters_takes_seconds(letter: str) -> None:
    """Cutting each line off the front would take hours."""
    started = time.monotonic()
    assert sum(len(line) for line in wrapped(letter * 500_000, 76)) > 450_000
    assert time.monotonic() - started < 60


@given(TEXT, st.integers(8, 100))
def test_a_summary_is_one_line(text: str, width: int) -> None:
    line = on_one_line(text, width)
    assert "\n" not in line
    assert _columns(line) <= width


def _columns(line: str) -> int:
    marks = ("Mn", "Me")
    return sum(
        0 if unicodedata.category(c) in marks else 1 + (unicodedata.east_asian_width(c) in "WF") for c in line
    )


@given(TEXT)
@example(NASTY)
def test_json_keeps_the_exact_text_and_is_printable(text: str) -> None:
    line = as_json(submission(text), [])
    assert json.loads(line)["fields"] == {"message": [text]}
    assert line.endswith("}\n")
    assert all(" " <= character <= "~" for character in line[:-1])


@given(TEXT)
@example("../../../etc/passwd")
@example("..")
@example("con.txt:ads")
@example("cv.PDF")
@example("cv.pdf\0.sh")
@example("x.\u202efdp")
@example("İ.ſh.K")
def test_a_name_is_ours_whatever_the_stranger_called_the_file(name: str) -> None:
    made = harmless_name(ID, 3, name)
    assert re.fullmatch(r"[0-9a-f]{32}-3\.(bin|docx?|jpe?g|odt|pdf|png|rtf|txt)", made)
    assert made.endswith(".bin") or name.lower().endswith(made[34:])


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("cv.PDF", "pdf"),
        ("a.tar.gz", "bin"),
        ("pdf", "bin"),
        ("run.exe", "bin"),
        (".docm", "bin"),
        ("b.Jpeg", "jpeg"),
    ],
)
def test_a_few_extensions_stay(name: str, extension: str) -> None:
    assert harmless_name(ID, 1, name) == f"{ID.hex()}-1.{extension}"


def test_attachments_are_saved_once_and_over_nothing(tmp_path: Path) -> None:
    files = (Attachment("../cv.pdf", b"one"), Attachment("run.exe", b""))
    names = [f"{ID.hex()}-1.pdf", f"{ID.hex()}-2.bin"]
    for _ in range(2):
        assert list(save_all(tmp_path / "files", ID, files)) == names
    saved = {
        path.name: (path.read_bytes(), path.stat().st_mode & 0o777) for path in (tmp_path / "files").iterdir()
    }
    assert saved == {names[0]: (b"one", 0o600), names[1]: (b"", 0o600)}
    (tmp_path / "files" / names[0]).write_bytes(b"two")
    with pytest.raises(FileInTheWay):
        list(save_all(tmp_path / "files", ID, files))
    assert (tmp_path / "files" / names[0]).read_bytes() == b"two"


def test_a_half_written_attachment_is_written_again(tmp_path: Path) -> None:
    (tmp_path / f".{ID.hex()}-1.pdf.part").write_bytes(b"o")
    assert list(save_all(tmp_path, ID, (Attachment("cv.pdf", b"one"),))) == [f"{ID.hex()}-1.pdf"]
    assert [path.name for path in tmp_path.iterdir()] == [f"{ID.hex()}-1.pdf"]


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / f"{ID.hex()}-1.pdf").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileInTheWay):
        list(save_all(tmp_path, ID, (Attachment("cv.pdf", b"one"),)))
    assert not (tmp_path / "elsewhere").exists()

"""The commands over all this; each function has its tests beside."""

from __future__ import annotations

import csv
import io
import json
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.bundle import read_bundle
from offramp.desk import days
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.cases.rows_shown import harmless_cell
from offramp.desk.desk import Desk
from offramp.desk.errors import WrongRole
from tests.desk.cases.filled import flood, sealed_offer
from tests.desk.team import Team, Worker, new_desk_folder, sealed, write_bundle

HOSTILE = "\x1b]0;gone\x07\u202egnp.exe <script>alert(1)</script> ${7*7} {{7*7}}\u2028End of letter\x9b31m"


def run(*words: str, expect: int = 0, typed: str = "") -> Result:
    result = CliRunner().invoke(offramp, [*words, "--desk", "desk"], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == expect, result.output
    return result


def objects(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*words, "--json").stdout.splitlines()]


@pytest.fixture
def worker() -> Worker:
    return Worker.new()


@pytest.fixture
def folder(desk: Path, team: Team, worker: Worker) -> Path:
    """A desk with a request and an offer imported."""
    new_desk_folder(
        desk / "desk", CampaignFolder(desk / "campaign"), "alice", team.alice, passphrase_file="pw"
    )
    request = worker.asks(team.first, f"I want out. {HOSTILE}", ("../../cv.pdf\x1b", b"%PDF-"))
    write_bundle(
        desk / "desk" / "inbox.bundle", request, sealed_offer(team.first, "=1+1", contact="@SUM(A1)")
    )
    run("import")
    return desk


def test_import_says_what_came(folder: Path, team: Team, worker: Worker) -> None:
    assert run("import").stdout == "Nothing new; 2 known before.\n"
    bundle = folder / "desk" / "inbox.bundle"
    write_bundle(bundle, worker.writes_again(team.first, "more"), sealed(team.first, "a new one"))
    assert run("import").stdout == "1 new letter; 1 follow-up; 2 known before.\n"
    write_bundle(folder / "other", sealed(team.second, "for bob"), sealed(team.first, "from elsewhere"))
    result = run("import", "other", expect=3)
    assert result.stdout == "1 new letter.\n"
    assert "sealed to a keyset that this organizer is not in" in result.stderr
    assert "Fetch first" in run("import", "nowhere", expect=1).stderr


def test_a_flood_that_does_not_open_is_told_in_a_line(folder: Path, team: Team) -> None:
    write_bundle(folder / "other", *(sealed(team.second, f"{n}") for n in range(21)))
    assert len(run("import", "other", expect=3).stderr.splitlines()) == 1


def test_the_list_and_a_case_show_strangers_words_harmlessly(folder: Path, worker: Worker) -> None:
    commands = ("inbox", f"case {worker.thread.hex()}", "groups", "held", "inbox --csv")
    for shown in (run(*words.split()).output for words in commands):
        assert not {"\x1b", "\x07", "\u202e", "\u2028", "\x9b"} & set(shown)
    lines = run("case", worker.thread.hex()).stdout.split("\n")
    assert [line for line in lines if "script" in line or "cv.pdf" in line] == [
        line for line in lines if line.startswith("    | ") and ("script" in line or "cv.pdf" in line)
    ]
    for words in (("inbox", "--json"), ("case", worker.thread.hex(), "--json")):
        assert run(*words).stdout.isascii()


def test_json_of_a_case_is_exact(folder: Path, worker: Worker) -> None:
    run("note", worker.thread.hex(), "call", "back")
    run("status", "open", worker.thread.hex())
    (found,) = objects("case", worker.thread.hex())
    assert found["letters"][0]["fields"]["message"] == [f"I want out. {HOSTILE}"]
    assert found["letters"][0]["attachments"] == [{"name": "../../cv.pdf\x1b", "size": 5}]
    assert (found["status"], found["notes"][0]["text"], found["notes"][0]["by"]) == (
        "open",
        "call back",
        "alice",
    )
    assert worker.reply_key.hex() not in json.dumps(found)


def test_files_are_saved_under_harmless_names(folder: Path, worker: Worker) -> None:
    (found,) = objects("case", worker.thread.hex(), "--attachments", "files")
    (saved,) = (folder / "files").iterdir()
    letter = found["letters"][0]
    assert saved.name == f"{letter['id']}-1.bin" == letter["attachments"][0]["saved_as"]
    assert saved.read_bytes() == b"%PDF-"
    saved.write_bytes(b"mine")
    run("case", worker.thread.hex(), "--attachments", "files", expect=3)
    assert saved.read_bytes() == b"mine"


def test_a_table_has_no_formulas(folder: Path) -> None:
    table = list(csv.reader(io.StringIO(run("inbox", "--csv").stdout)))
    cells = [cell for row in table for cell in row]
    assert "'=1+1" in cells
    assert "'@SUM(A1)" in cells
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@|%\t\r")]
    assert {len(row) for row in table} == {len(table[0])}


@pytest.mark.parametrize(
    "cell",
    [
        "=1",
        "+1",
        "-1",
        "@a",
        " =1",
        "\t=1",
        "\n=1",
        "\u200b=1",
        "＝1",
        "＋1",
        '"=1',
        "'=1",
        "|x",
        "%x",
        "\u00a0=1",
    ],
)
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    made = harmless_cell(cell)
    assert made.startswith(("'", "⟨"))
    assert "\n" not in harmless_cell(f"a\r\nb{cell}")


def test_what_is_done_is_left_out_unless_asked_for(folder: Path, worker: Worker) -> None:
    run("status", "done", worker.thread.hex())
    assert len(objects("inbox")) == 1
    assert len(objects("inbox", "--all")) == 2
    assert len(objects("inbox", "want")) == 1
    assert len(objects("inbox", "--status", "done", "--requests")) == 1
    assert objects("inbox", "--offers", "--status", "done") == []
    assert run("inbox", "--all").stderr == "1 new, 1 done.\n"


def test_filters_of_people(folder: Path, worker: Worker) -> None:
    assert len(objects("inbox", "--nobodys")) == 2
    run("assign", "bob", worker.thread.hex())
    assert [one["assignee"] for one in objects("inbox", "--assignee", "bob")] == ["bob"]
    assert objects("inbox", "--mine") == []
    run("assign", "-", worker.thread.hex())
    assert len(objects("inbox", "--nobodys")) == 2
    assert "so already" in run("assign", "-", worker.thread.hex()).stdout
    assert "No organizer" in run("assign", "mallory", worker.thread.hex(), expect=1).stderr


def test_a_long_list_says_that_it_is_longer(folder: Path) -> None:
    result = run("inbox", "--most", "1")
    assert len(result.stdout.splitlines()) == 1
    assert "1 more are not shown" in result.stderr
    assert len(run("inbox", "--most", "0").stdout.splitlines()) == 2


def test_deciding_and_undoing(folder: Path, worker: Worker) -> None:
    ids = [one["id"] for one in objects("inbox")]
    assert run("status", "spam", *ids).stdout.startswith("2 cases are now spam.")
    assert run("undo").stdout == "Undone: status of 2 cases.\n"
    assert run("undo", expect=1).stderr == "There is nothing that can be undone.\n"
    note = run("note", ids[0], "one").stdout.split()[1]
    run("note", ids[0], "two", "--change", note)
    run("note", ids[0], "--withdraw", note, expect=1)
    (found,) = objects("case", ids[0])
    run("note", ids[0], "--withdraw", found["notes"][0]["id"])
    assert objects("case", ids[0])[0]["notes"] == []


def test_nothing_is_done_to_any_where_one_is_not_found(folder: Path, worker: Worker) -> None:
    run("status", "spam", worker.thread.hex(), "f" * 32, expect=1)
    assert {one["status"] for one in objects("inbox")} == {"new"}


def test_a_group_is_decided_by_its_id(folder: Path, team: Team) -> None:
    base = "Hello, I am NAME, and for NUMBER years I have been waiting to tell you what I think of you."
    write_bundle(folder / "flood", *(sealed_offer(team.first, text) for text in flood(base, 9)))
    run("import", "flood")
    (group,) = objects("groups")
    assert len(group["ids"]) == 9
    assert len(run("groups", group["id"][:8]).stdout.splitlines()) == 10
    assert run("groups", group["id"][:8], "--status", "spam").stdout.startswith("9 cases are now spam.")
    assert objects("groups") == []
    run("groups", group["id"][:8], expect=1)
    run("groups", "--status", "spam", expect=2)


def test_merging_and_separating(folder: Path, team: Team) -> None:
    write_bundle(folder / "more", sealed(team.first, "one"), sealed(team.first, "two"))
    run("import", "more")
    one, two = (case["id"] for case in objects("inbox", "--requests") if case["words"] in ("one", "two"))
    run("merge", one, two)
    assert objects("case", two)[0]["id"] == one
    run("separate", two)
    assert objects("case", two)[0]["id"] == two
    run("merge", one, one, expect=1)
    run("separate", one, expect=1)
    assert run("merge").stdout == ""


def test_held_and_forget(folder: Path, worker: Worker) -> None:
    name = worker.thread.hex()
    run("forget", name, "--yes", expect=1)
    run("status", "done", name)
    assert "Nothing was forgotten." in run("forget", name, typed="n\n", expect=1).stdout
    assert objects("held")[0]["over_since"] is not None
    assert run("forget", "--yes").stdout == "Nothing is due to be forgotten.\n"
    result = run("forget", name, typed="y\n")
    assert "1 case forgotten." in result.stdout
    assert len(list(read_bundle(folder / "desk" / "inbox.bundle"))) == 1
    assert run("import").stdout == "Nothing new; 1 known before.\n"
    run("case", name, expect=1)
    assert "for 30 days" in run("held", "--days", "30").stderr


def test_import_forgets_what_is_due(folder: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    run("status", "done", worker.thread.hex())
    run("held", "--days", "30")
    began = days.now()
    for number in (10, 20, 29):
        monkeypatch.setattr(days, "now", lambda passed=number: began + passed * 86_400)
        assert "forgotten" not in run("import").stdout + run("import").stderr
    monkeypatch.setattr(days, "now", lambda: began + 31 * 86_400)
    assert "1 case was over for 30 days, and forgotten." in run("import").stdout
    assert len(objects("inbox", "--all")) == 1
    assert len(list(read_bundle(folder / "desk" / "inbox.bundle"))) == 1


def test_a_clock_that_is_far_ahead_destroys_nothing_by_itself(
    folder: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("status", "done", worker.thread.hex())
    later = days.now() + 3650 * 86_400
    monkeypatch.setattr(days, "now", lambda: later)
    assert "nothing was forgotten by itself" in run("import").stderr
    assert len(objects("inbox", "--all")) == 2
    assert "1 case forgotten." in run("forget", "--yes").stdout


def test_none_of_it_needs_a_network(folder: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", no_network)
    name = worker.thread.hex()
    for words in ("import", "inbox", f"case {name}", f"status done {name}", "held", f"forget {name} --yes"):
        run(*words.split())


def test_these_are_for_organizers(folder: Path) -> None:
    """Every command of this family asks for an organizer's role."""

    def refuse(*roles: str) -> None:
        raise WrongRole

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "check_role", lambda self, *roles: refuse(*roles))
        for words in (("import",), ("inbox",), ("case", "0"), ("held",), ("forget",), ("groups",), ("undo",)):
            assert "another desk" in run(*words, expect=1).stderr

"""`offramp open`: whole, resumed, and with envelopes that cannot be opened."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from offramp.cli import offramp
from offramp.crypto.envelope import SIZE_CLASSES, envelope_id
from offramp.desk.campaign_folder import CampaignFolder
from offramp.desk.desk import Desk
from offramp.desk.vault.record import Record
from offramp.server.traces.cover import make_cover
from tests.desk.team import PASSPHRASE, Team, new_desk_folder, sealed, write_bundle


def read(*options: str, desk: str = "alice", bundle: str = "inbox.bundle") -> Result:
    return CliRunner().invoke(offramp, ["open", bundle, "--desk", desk, *options])


def objects(text: str) -> dict[str, dict[str, Any]]:
    return {found["id"]: found for found in map(json.loads, text.splitlines())}


@pytest.fixture
def letters(team: Team, desk: Path) -> list[bytes]:
    """Three for alice and bob, with an attachment each, and a desk for either of them."""
    for name, key in (("alice", team.alice), ("bob", team.bob)):
        new_desk_folder(desk / name, CampaignFolder(desk / "campaign"), name, key, passphrase_file="pw")
    made = [sealed(team.first, f"letter {n}", (f"{n}.pdf", bytes(n + 1))) for n in range(3)]
    write_bundle(desk / "inbox.bundle", *made)
    return made


def test_both_organizers_read_the_same(letters: list[bytes]) -> None:
    first, second = read("--json"), read("--json", desk="bob")
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    found = objects(first.stdout)
    assert list(found) == [envelope_id(one).hex() for one in letters]
    assert [one["fields"]["message"] for one in found.values()] == [[f"letter {n}"] for n in range(3)]


def test_a_cover_is_not_there(team: Team, letters: list[bytes], desk: Path) -> None:
    """FORMAT 2.6: no submission, no failure, no file."""
    before = read("--json")
    write_bundle(
        desk / "inbox.bundle", *(make_cover(team.first, size) for size in SIZE_CLASSES[:2]), *letters
    )
    found = read("--json", "--attachments", "saved")
    assert (found.exit_code, found.stderr) == (0, "")
    assert objects(found.stdout).keys() == objects(before.stdout).keys()
    assert len(list((desk / "saved").iterdir())) == len(letters)


def test_opening_needs_no_network(letters: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", no_network)
    assert read().exit_code == 0


def test_opening_imports_nothing_for_networks(letters: list[bytes]) -> None:
    words = ["open", "inbox.bundle", "--desk", "alice"]
    program = (
        f"import sys\nfrom offramp.cli import offramp\nofframp({words}, standalone_mode=False)\n"
        "assert not {'httpcore', 'stem', 'ssl', 'flask', 'gunicorn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


def test_one_that_cannot_be_opened_does_not_stop_the_others(
    team: Team, letters: list[bytes], desk: Path
) -> None:
    damaged = letters[1][:-1] + bytes((letters[1][-1] ^ 1,))
    for_bob = sealed(team.second, "for bob alone")
    write_bundle(desk / "mixed.bundle", letters[0], damaged, for_bob, letters[2])
    result = read("--json", bundle="mixed.bundle")
    assert result.exit_code == 3
    assert list(objects(result.stdout)) == [envelope_id(letters[0]).hex(), envelope_id(letters[2]).hex()]
    errors = result.stderr.splitlines()
    assert errors[0].startswith(f"{envelope_id(damaged).hex()}: The text of this envelope was changed")
    assert errors[1].startswith(f"{envelope_id(for_bob).hex()}: ")
    assert errors[2] == "2 submissions could not be opened or saved."
    assert read("--json", bundle="mixed.bundle", desk="bob").stdout.count("for bob alone") == 1


def test_a_bundle_that_was_cut_gives_all_whole_ones(letters: list[bytes], desk: Path) -> None:
    bundle = desk / "inbox.bundle"
    bundle.write_bytes(bundle.read_bytes()[:-10])
    result = read("--json")
    assert result.exit_code == 3
    assert len(objects(result.stdout)) == 2
    assert "Fetch again" in result.stderr


def test_a_bundle_that_is_damaged_gives_what_comes_before(letters: list[bytes], desk: Path) -> None:
    bundle = desk / "inbox.bundle"
    whole = bytearray(bundle.read_bytes())
    whole[17 + 4 + len(letters[0])] = 0xFF  # the second length
    bundle.write_bytes(whole)
    result = read("--json")
    assert result.exit_code == 1
    assert len(objects(result.stdout)) == 1


@pytest.mark.parametrize("is_json", [True, False])
def test_an_output_file_is_gone_on_with(is_json: bool, team: Team, letters: list[bytes], desk: Path) -> None:
    options = ["--output", "out", *(["--json"] if is_json else [])]
    assert read(*options).exit_code == 0
    whole = (desk / "out").read_bytes()
    assert whole.decode() == (read("--json").stdout if is_json else _text(letters, whole))
    for cut in range(0, len(whole), 37):
        (desk / "out").write_bytes(whole[:cut])
        assert read(*options).exit_code == 0
        assert (desk / "out").read_bytes() == whole
    write_bundle(desk / "inbox.bundle", sealed(team.first, "one more"))
    assert read(*options).exit_code == 0
    assert (desk / "out").read_bytes().startswith(whole)
    assert (desk / "out").read_bytes().count(b"one more") == 1
    assert (desk / "out").stat().st_mode & 0o777 == 0o600


def _text(letters: list[bytes], whole: bytes) -> str:
    """Every submission begins and ends once; the rest of the text is shown in the transcripts."""
    names = [envelope_id(one).hex() for one in letters]
    lines = whole.decode().splitlines()
    assert [line for line in lines if line.startswith("Submission ")] == [
        f"Submission {name}" for name in names
    ]
    assert [line for line in lines if line.startswith("End of ")] == [f"End of {name}" for name in names]
    return whole.decode()


@pytest.mark.parametrize("options", [["--json"], []])
def test_a_half_written_submission_goes_though_nothing_comes_after_it(
    options: list[str], letters: list[bytes], desk: Path
) -> None:
    read("--output", "out", *options)
    whole = (desk / "out").read_bytes()
    (desk / "out").write_bytes(whole + whole[:40])
    assert read("--output", "out", *options).exit_code == 0
    assert (desk / "out").read_bytes() == whole


@pytest.mark.parametrize("held", [b"my diary\n", b"{}\n", b'{"id": 5}\n', b'["id"]\n', b"\xff\n", b"x"])
@pytest.mark.parametrize("options", [["--json"], []])
def test_another_file_is_not_written_into(
    held: bytes, options: list[str], letters: list[bytes], desk: Path
) -> None:
    (desk / "out").write_bytes(held)
    assert read("--output", "out", *options).exit_code == 1
    assert (desk / "out").read_bytes() == held


def test_attachments_are_gone_on_with_though_the_text_is_there(letters: list[bytes], desk: Path) -> None:
    read("--output", "out")
    text = (desk / "out").read_bytes()
    names = [f"{envelope_id(one).hex()}-1.pdf" for one in letters]
    for _ in range(2):
        assert read("--output", "out", "--attachments", "files").exit_code == 0
        assert sorted(path.name for path in (desk / "files").iterdir()) == sorted(names)
        assert (desk / "out").read_bytes() == text
        (desk / "files" / names[1]).unlink()
    assert (desk / "files").stat().st_mode & 0o777 == 0o700


def test_an_attachment_in_the_way_is_named(letters: list[bytes], desk: Path) -> None:
    (desk / "files").mkdir()
    (desk / "files" / f"{envelope_id(letters[0]).hex()}-1.pdf").write_bytes(b"mine")
    result = read("--attachments", "files", "--json")
    assert result.exit_code == 3
    assert len(objects(result.stdout)) == 3
    assert (desk / "files" / f"{envelope_id(letters[0]).hex()}-1.pdf").read_bytes() == b"mine"


def test_the_same_envelope_twice_is_shown_once(letters: list[bytes], desk: Path) -> None:
    bundle = desk / "inbox.bundle"
    bundle.write_bytes(bundle.read_bytes() + bundle.read_bytes()[17:])
    assert len(read("--json").stdout.splitlines()) == 3


def test_one_is_found_by_the_beginning_of_its_id(letters: list[bytes]) -> None:
    name = envelope_id(letters[1]).hex()
    result = read("--json", "--id", name[:12].upper())
    assert list(objects(result.stdout)) == [name]
    assert read("--id", "f" * 32).exit_code == 1


def test_only_what_the_copy_of_the_campaign_has_a_keyset_for_is_opened(
    team: Team, letters: list[bytes], desk: Path
) -> None:
    (desk / "campaign" / "keysets" / "000001.keyset").unlink()
    result = read()
    assert (result.exit_code, result.stdout) == (3, "")
    (desk / "campaign" / "keysets" / "000001.keyset").write_bytes(team.first.raw)
    assert read().exit_code == 0


def test_nothing_is_taken_in(letters: list[bytes], desk: Path) -> None:
    """Neither what was opened, nor that it was: everything that the vault held before is what it holds."""
    before = records(desk)
    assert read("--attachments", "files").exit_code == 0
    assert records(desk) == before


def records(desk: Path) -> list[Record]:
    one = Desk.unlock(desk / "alice" / "vault", PASSPHRASE, CampaignFolder(desk / "campaign"))
    found = sorted(one.vault.records(), key=repr)
    one.lock()
    return found


def test_the_desks_own_bundle_is_taken_where_none_is_named(letters: list[bytes], desk: Path) -> None:
    (desk / "inbox.bundle").rename(desk / "alice" / "inbox.bundle")
    result = CliRunner().invoke(offramp, ["open", "--desk", "alice", "--json"])
    assert len(objects(result.stdout)) == 3

"""What `offramp team` says when something is not as it should be."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from offramp import cli
from offramp.crypto.event import Change
from offramp.crypto.signing import signing_seed
from offramp.desk.desk import Decision, Desk
from offramp.desk.desk_folder import make_desk_folder
from tests.desk.events.circle import CASE, OTHER_CASE, Circle, forged, says
from tests.desk.team import PASSPHRASE


def told(circle: Circle, desk: Desk, *options: str) -> str:
    """The command's output at a desk, which is locked for that."""
    folder = circle.place / "at" / desk.me.name
    passphrase = circle.place / "pw"
    passphrase.write_text(f"{PASSPHRASE}\n")
    if not folder.exists():
        make_desk_folder(
            folder,
            {
                "vault": str(desk.vault.path),
                "campaign": str(circle.folder.path),
                "passphrase_file": str(passphrase),
            },
        )
    desk.lock()
    result = CliRunner().invoke(cli.offramp, ["team", "--desk", str(folder), *options])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_everything_that_can_be_wrong(circle: Circle) -> None:
    alice, bob = circle.desk("alice"), circle.desk("bob")
    made = [says(alice, word) for word in ("open", "done", "spam")]
    twice = Change(CASE, "assignee", "\x1b[2Jbob")
    again = forged(signing_seed(circle.keys["alice"]), twice, number=3).raw
    stranger = forged(bytes(32), twice).raw
    says(bob, "waiting")
    circle.carry([circle.letter(made[0].raw, made[2].raw, again, stranger, b"noise")], bob)
    bob = circle.desk("bob")
    out = told(circle, bob)
    assert "\n1 decision of alice's is not here yet." in out
    assert "\nalice's key has signed 2 decisions as number 3." in out
    assert "\n1 was not taken in: The decision was signed by somebody who is not an organizer" in out
    assert "(EventMalformed)" in out
    assert "\n1 decision has not gone out to the other organizers" in out
    assert f"\n{CASE.hex()[:8]}  Decided differently: status." in out
    assert "\x1b" not in out
    found = json.loads(told(circle, bob, "--json"))
    assert found["missing"] == [{"name": "alice", "count": 1}]
    assert [one["number"] for one in found["forks"]] == [3]
    assert found["refused"] == {"EventFromStranger": 1, "EventMalformed": 1}
    assert [one["field"] for one in found["conflicts"]] == ["status"]
    assert found["waiting"] == 1


def test_a_hostile_value_in_a_conflict_is_shown_inert(circle: Circle) -> None:
    """An organizer's key in other hands must not paint over another's terminal."""
    bob = circle.desk("bob")
    bob.decide(Decision(CASE, "assignee", "alice"))
    theirs = Change(CASE, "assignee", "\x1b[2J\u202egone\n" + "x" * 20)
    circle.carry([circle.letter(forged(signing_seed(circle.keys["alice"]), theirs).raw)], bob)
    out = told(circle, circle.desk("bob"))
    assert "⟨U+001B⟩" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_my_own_key_elsewhere_is_said_as_mine(circle: Circle) -> None:
    alice = circle.desk("alice")
    says(alice, "open")
    other = forged(signing_seed(circle.keys["alice"]), Change(OTHER_CASE, "assignee", "bob")).raw
    circle.carry([circle.letter(other)], alice)
    assert "Your key has signed 2 decisions as number 1." in told(circle, circle.desk("alice"))


def test_without_a_list_and_off_the_list(circle: Circle) -> None:
    circle.sign("bob")
    out = told(circle, circle.desk("alice"))
    assert "You are not among them" in out
    assert "No longer: alice" in out
    for path in circle.folder.team.iterdir():
        path.unlink()
    assert "no team list" in told(circle, circle.desk("alice"))


def test_nothing_of_the_team_lies_outside_the_vault(circle: Circle) -> None:
    """What is shared lies in it sealed, and nowhere else."""
    alice = circle.desk("alice")
    alice.decide(Decision(CASE, "note", {"text": "canary-in-a-note"}, adds=True))
    told(circle, alice)
    for path in Path(circle.place).rglob("*"):
        if path.is_file():
            assert b"canary-in-a-note" not in path.read_bytes()

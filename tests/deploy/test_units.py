"""The systemd units: what they promise stands in them, and the commands that they run exist."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from offramp.cli import offramp

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def read(path: Path) -> configparser.SectionProxy:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    unit.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's names have capitals
    unit.read(path)
    return unit["Service"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_no_unit_reaches_the_network_or_the_disk_with_its_memory(path: Path) -> None:
    service = read(path)
    assert service["PrivateNetwork"] == "yes"
    assert service["RestrictAddressFamilies"] == "AF_UNIX"
    assert service["LimitCORE"] == "0"
    assert service["MemorySwapMax"] == "0"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ProtectSystem"] == "strict"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_what_a_unit_runs_exists(path: Path) -> None:
    program, *arguments = shlex.split(read(path)["ExecStart"])
    assert Path(program).name == "offramp"
    command, *options = arguments
    help_text = CliRunner().invoke(offramp, [command, "--help"]).output
    assert "Usage" in help_text
    assert all(option in help_text for option in options if option.startswith("--"))


@pytest.mark.parametrize(
    "path", [path for path in UNITS if "publisher" not in path.stem], ids=lambda path: path.stem
)
def test_the_web_processes_cannot_reach_tors_control_or_the_onions_keys(path: Path) -> None:
    """Their group may, for tor must reach their sockets; and who controls tor has a network, and an address."""
    text = path.read_text()
    closed = [
        word for line in re.findall(r"^InaccessiblePaths=(.*)$", text, re.MULTILINE) for word in line.split()
    ]
    assert {"-/run/tor", "-/var/lib/tor"} <= set(closed)
    assert {f"-/var/lib/offramp/onion/{side}.key" for side in ("intake", "couriers")} <= set(closed)
    assert "-/var/lib/offramp/couriers" in text


def test_the_intake_reads_the_board_and_nothing_of_how_it_is_made() -> None:
    intake, couriers = (DEPLOY / f"offramp-{side}.service" for side in ("intake", "couriers"))
    assert "\nReadOnlyPaths=-/var/lib/offramp/board\n" in intake.read_text()
    assert "\nInaccessiblePaths=-/var/lib/offramp/builder\n" in intake.read_text()
    for path in ("/var/lib/offramp/board", "/var/lib/offramp/builder"):
        assert path not in couriers.read_text()  # it writes both


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_never_gives_up(path: Path) -> None:
    assert read(path)["Restart"] == "always"
    assert read(path)["RestartSec"] == "10"
    assert "StartLimitIntervalSec=0" in path.read_text()


def test_there_are_three() -> None:
    assert [path.stem for path in UNITS] == ["offramp-couriers", "offramp-intake", "offramp-publisher"]


def test_cards_are_written_by_the_couriers_side_alone() -> None:
    """What couriers bring arrives there; the intake, which everybody can reach, only shows it."""
    intake, couriers = (DEPLOY / f"offramp-{side}.service" for side in ("intake", "couriers"))
    assert "\nReadOnlyPaths=-/var/lib/offramp/cards\n" in intake.read_text()
    assert "/var/lib/offramp/cards" not in couriers.read_text()


@pytest.mark.parametrize("side", ["intake", "couriers"])
def test_keysets_are_the_operators_to_change_and_the_floor_under_them_can_rise(side: str) -> None:
    """A file that is mounted by its own path keeps its first content for whoever is inside: `floor` must not be."""
    text = (DEPLOY / f"offramp-{side}.service").read_text()
    assert "-/var/lib/offramp/keysets" in text
    assert "/var/lib/offramp/floor" not in text


def test_every_command_of_the_instructions_exists() -> None:
    text = (DEPLOY / "README.md").read_text()
    found = set(
        re.findall(
            r"(?:offramp/bin/|`)offramp (server|serve|publish|fetch|push|pack|card)\b ?([a-z-]*)", text
        )
    )
    assert ("server", "add-calendar") in found
    for command, sub in found:
        words = [command, sub] if command == "server" and sub else [command]
        assert CliRunner().invoke(offramp, [*words, "--help"]).exit_code == 0, words

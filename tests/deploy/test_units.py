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
SYSTEM = DEPLOY / "system"
UNITS = sorted(SYSTEM.glob("*.service"))


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
    assert service["LimitMEMLOCK"] == "infinity"  # so that it may be kept out of swap, whatever counts there
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


def words(side: str, name: str) -> set[str]:
    """All that stands behind one name in a unit, in however many lines."""
    lines = re.findall(rf"^{name}=(.*)$", (SYSTEM / f"offramp-{side}.service").read_text(), re.MULTILINE)
    return {word for line in lines for word in line.split()}


def test_each_part_has_a_user_of_its_own() -> None:
    assert {read(path)["User"] for path in UNITS} == {path.stem for path in UNITS}
    assert {read(path)["Group"] for path in UNITS} == {path.stem for path in UNITS}


def test_only_the_publisher_is_of_tors_group() -> None:
    """Who controls tor has a network, and an address."""
    assert "debian-tor" in words("publisher", "SupplementaryGroups")
    for side in ("intake", "couriers"):
        assert words(side, "SupplementaryGroups") == {"offramp", "offramp-store"}
        assert {"-/run/tor", "-/var/lib/tor"} <= words(side, "InaccessiblePaths")


def test_what_each_part_may_write() -> None:
    data = "/var/lib/offramp"
    assert words("intake", "ReadWritePaths") == {
        f"{data}/store",
        "/run/offramp/intake",
        "/run/offramp/health",
    }
    written = {f"{data}/{part}" for part in ("store", "state", "cards", "builder", "board")}
    assert words("couriers", "ReadWritePaths") == {*written, "/run/offramp/couriers"}
    assert words("publisher", "ReadWritePaths") == set()


@pytest.mark.parametrize("side", ["intake", "couriers"])
def test_no_file_is_mounted_by_its_own_path(side: str) -> None:
    """A file that is keeps its first content for whoever is inside: keysets and limits come while it runs."""
    changing = ("keysets", "cards", "state", "campaign.toml", "manifest", "couriers.address")
    assert not [path for path in words(side, "InaccessiblePaths") if path.endswith(changing)]
    assert words(side, "ReadOnlyPaths") == set()  # all of it is, but what stands in ReadWritePaths


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_never_gives_up(path: Path) -> None:
    assert read(path)["Restart"] == "always"
    assert read(path)["RestartSec"] == "10"
    assert "StartLimitIntervalSec=0" in path.read_text()


def test_there_are_three() -> None:
    assert [path.stem for path in UNITS] == ["offramp-couriers", "offramp-intake", "offramp-publisher"]


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

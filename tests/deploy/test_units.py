"""The systemd units: what they promise stands in them, and the commands that they run exist."""

from __future__ import annotations

import configparser
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


def test_there_are_three() -> None:
    assert [path.stem for path in UNITS] == ["offramp-couriers", "offramp-intake", "offramp-publisher"]

"""The example of a watcher's timer: what it promises stands in it, and what it runs exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from offramp.cli import offramp
from offramp.desk.commands.watch import STATUS
from tests.deploy.test_units import read

WATCH = Path(__file__).parents[2] / "deploy" / "watch"
SERVICE = WATCH / "offramp-watch.service"


def test_it_reaches_nothing_but_tor_on_this_machine() -> None:
    service = read(SERVICE)
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_what_it_runs_exists() -> None:
    program, command, *options = shlex.split(read(SERVICE)["ExecStart"])
    assert (Path(program).name, command) == ("offramp", "watch")
    help_text = CliRunner().invoke(offramp, [command, "--help"]).output
    assert all(option in help_text for option in options if option.startswith("--"))


def test_closed_is_no_failure_and_all_else_is() -> None:
    assert read(SERVICE)["SuccessExitStatus"] == str(STATUS["closed"])


def test_the_timer_is_for_it_and_nobody_can_wait_for_it() -> None:
    timer = (WATCH / "offramp-watch.timer").read_text()
    assert "RandomizedDelaySec=6h" in timer


def test_the_readme_tells_what_the_command_says() -> None:
    rows = re.findall(r"^\| `([A-Za-z ]+)` \| (\d) \|", (WATCH / "README.md").read_text(), re.MULTILINE)
    assert {name.lower(): int(status) for name, status in rows} == STATUS

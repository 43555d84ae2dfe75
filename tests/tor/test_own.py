"""A tor of our own, on the private network: it gets in, serves both ends, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from offramp.tor.control import Control
from offramp.tor.errors import OwnTorEnded, TorNotInstalled, TorOptionsMissing
from offramp.tor.own import own_tor
from tests.harness.children import wait_for
from tests.harness.private_tor import PrivateTor

pytestmark = pytest.mark.tor

_ENDS_SECONDS = 60.0


@pytest.fixture
def options(private_tor: PrivateTor, tmp_path: Path) -> Path:
    return private_tor.write_options(tmp_path / "options")


def test_it_gets_in_and_tells_its_steps(options: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    state = tmp_path / "state"
    with own_tor(state, steps.append, more_options=options) as tor:
        with Control(tor.control_port) as control:
            assert control.check_tor()
            assert str(tor.socks_port) in control.ask("GETINFO net/listeners/socks").lines[0]
        assert state.stat().st_mode & 0o077 == 0
    assert steps[-1].startswith("tor, 100 %")
    assert _is_free(tor.control_port)


def _is_free(port: int) -> bool:
    from offramp.server.processes import port_is_free

    return port_is_free(port)


def test_it_ends_when_its_owner_is_killed(
    options: Path, tmp_path: Path, progress: Callable[[str], None]
) -> None:
    script = (
        "import sys, time; from pathlib import Path; from offramp.tor.own import own_tor\n"
        "with own_tor(Path(sys.argv[1]), lambda _: None, more_options=Path(sys.argv[2])) as tor:\n"
        "    print(tor.control_port, flush=True); time.sleep(120)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "state", options], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        port = int(owner.stdout.readline())
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    progress("own tor: waiting until it misses its owner")
    wait_for("tor's own end", lambda: _is_free(port), seconds=_ENDS_SECONDS, pause=0.5)


def test_a_wrong_option_is_said_in_tors_words(tmp_path: Path) -> None:
    wrong = tmp_path / "options"
    wrong.write_text("DisableNetwork 1\nNoSuchOption 1\n")
    with (
        pytest.raises(OwnTorEnded, match="NoSuchOption"),
        own_tor(tmp_path / "state", lambda _: None, more_options=wrong),
    ):
        pass


def test_options_that_are_not_there_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever mistypes the name of a file of bridges would be connected without them."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **_: started.append(words))
    with pytest.raises(TorOptionsMissing), own_tor(tmp_path, lambda _: None, more_options=tmp_path / "none"):
        pass
    assert started == []


def test_without_a_tor_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TorNotInstalled), own_tor(tmp_path / "state", lambda _: None):
        pass


def test_it_keeps_no_count_of_visitors(options: Path, tmp_path: Path) -> None:
    """Four times a day, a tor writes into its log how many came, unless it is told not to."""
    with own_tor(tmp_path / "state", lambda _: None, socks=False, more_options=options) as tor:
        assert tor.socks_port == 0
        with Control(tor.control_port) as control:
            assert control.setting("HeartbeatPeriod") == "0"
            assert control.setting("SocksPort") == "0"


def test_that_it_ended_is_said(options: Path, tmp_path: Path) -> None:
    with own_tor(tmp_path / "state", lambda _: None, more_options=options) as tor:
        tor.require_running()
        with Control(tor.control_port) as control:
            control.ask("SIGNAL HALT")
        wait_for("its end", lambda: _is_free(tor.control_port), seconds=_ENDS_SECONDS)
        with pytest.raises(OwnTorEnded):
            wait_for("word of it", lambda: tor.require_running(), seconds=10)

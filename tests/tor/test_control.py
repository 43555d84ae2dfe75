"""A control connection, and what can be wrong with it: with a real tor that has no network, and with a fake one."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offramp.tor import control as control_module
from offramp.tor.control import Control, Reply
from offramp.tor.errors import (
    ControlAddressMalformed,
    ControlLost,
    ControlRefused,
    NotAnonymous,
    NotTor,
    TorMissing,
    TorNotAnswering,
    TorTooOld,
)
from offramp.tor.onion import ClientKey, OnionKey
from offramp.tor.publisher import Publisher
from offramp.tor.service import OnionService, ProofOfWork
from tests.harness.children import wait_for
from tests.harness.tor_process import TorProcess, free_port, offline_tor
from tests.harness.wire import Relay
from tests.tor.helpers import FakeTor, as_nobody

pytestmark = pytest.mark.tor


def test_tor_answers_the_address_that_we_computed(quiet_tor: TorProcess) -> None:
    with Control(str(quiet_tor.control_socket)) as control:
        for _ in range(5):
            key = OnionKey.generate()
            reply = control.ask(OnionService(key, Path("/run/intake.sock")).add_onion(with_pow=False))
            assert reply.lines[0] == f"ServiceID={key.address.removesuffix('.onion')}"


def test_tor_takes_both_commands_as_they_are(quiet_tor: TorProcess) -> None:
    clients = tuple(ClientKey.generate().for_client_auth_v3 for _ in range(30))
    public = OnionService(OnionKey.generate(), Path("/run/intake.sock"), pow=ProofOfWork())
    couriers = OnionService(OnionKey.generate(), Path("/run/couriers.sock"), clients)
    with Control(str(quiet_tor.control_socket)) as control:
        with_pow = control.version >= control_module.OLDEST_TOR_WITH_POW
        assert control.ask(public.add_onion(with_pow=with_pow)).ok
        assert set(control.ask(couriers.add_onion(with_pow=False)).lines) >= {
            f"ClientAuthV3={c}" for c in clients
        }


def test_an_onion_is_gone_when_its_connection_closes(quiet_tor: TorProcess) -> None:
    service = OnionService(OnionKey.generate(), Path("/run/intake.sock"))

    def add() -> Reply:
        with Control(str(quiet_tor.control_socket)) as control:
            return control.ask(service.add_onion(with_pow=False))

    assert add().ok
    # a second one of the same address is refused as long as tor has not seen the first connection end
    wait_for("the address to be free", lambda: add().ok, seconds=30)


def test_every_way_to_name_the_control_port(quiet_tor: TorProcess) -> None:
    port = quiet_tor.control_port
    named: list[str | int] = [port, str(port), f"127.0.0.1:{port}", f"localhost:{port}"]
    sockets = [str(quiet_tor.control_socket), f"unix:{quiet_tor.control_socket}"]
    for where in [*named, *sockets]:
        Publisher(where, list, print).check()


@pytest.mark.parametrize("where", ["", "control", "0", "65536", "tor.example:9051", "127.0.0.1:", "9051 "])
def test_what_is_no_control_port(where: str) -> None:
    with pytest.raises(ControlAddressMalformed):
        Control(where)


def test_no_tor(short_folder: Path) -> None:
    for where in (free_port(), str(short_folder / "control")):
        with pytest.raises(TorMissing):
            Control(where)
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(short_folder / "left"))
    with pytest.raises(TorMissing):
        Control(str(short_folder / "left"))


@contextmanager
def _closed(path: Path) -> Iterator[None]:
    mode = path.stat().st_mode & 0o777
    path.chmod(0)
    yield
    path.chmod(mode)


def test_a_cookie_that_is_for_others(quiet_tor: TorProcess) -> None:
    port = quiet_tor.control_port
    with _closed(quiet_tor.cookie), as_nobody(), pytest.raises(ControlRefused) as refused:
        Control(port)
    assert str(quiet_tor.cookie) in str(refused.value)
    assert "usermod -aG" in str(refused.value)


def test_a_control_socket_that_is_for_others(quiet_tor: TorProcess) -> None:
    with _closed(quiet_tor.control_socket), as_nobody(), pytest.raises(ControlRefused) as refused:
        Control(str(quiet_tor.control_socket))
    assert str(quiet_tor.control_socket) in str(refused.value)


def test_a_tor_that_wants_a_password(short_folder: Path) -> None:
    methods = '250-PROTOCOLINFO 1\r\n250-AUTH METHODS=HASHEDPASSWORD\r\n250-VERSION Tor="0.4.9.11"\r\n250 OK'
    with FakeTor(short_folder / "control", answers={"PROTOCOLINFO": methods}) as tor:
        with pytest.raises(ControlRefused, match="CookieAuthentication"):
            Control(str(tor.path))


def test_a_tor_that_is_not_anonymous(short_folder: Path) -> None:
    tor = offline_tor(short_folder, "HiddenServiceNonAnonymousMode 1", "HiddenServiceSingleHopMode 1")
    try:
        with pytest.raises(NotAnonymous):
            Publisher(str(tor.control_socket), list, print).check()
    finally:
        tor.kill()


@pytest.mark.parametrize("version", ["0.4.5.16", "0.3.5.8", "0.4.6.0-alpha-dev"])
def test_a_tor_that_is_too_old(short_folder: Path, version: str) -> None:
    with FakeTor(short_folder / "control", version) as tor, pytest.raises(TorTooOld, match=r"0\.4\.6\.1"):
        Publisher(str(tor.path), list, print).check()


@pytest.mark.parametrize("version", ["0.4.6.1-alpha", "0.4.8.16", "0.4.10.1", "0.5.0.1-alpha-dev (git-0123)"])
def test_versions_that_are_new_enough(short_folder: Path, version: str) -> None:
    with FakeTor(short_folder / "control", version) as tor:
        Publisher(str(tor.path), list, print).check()


def test_something_else_answers(short_folder: Path) -> None:
    with FakeTor(short_folder / "control", answers={"": "HTTP/1.0 400 Bad Request"}) as other:
        with pytest.raises(NotTor):
            Control(str(other.path))


def test_nobody_answers(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_module, "ANSWER_SECONDS", 0.5)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(short_folder / "control"))
        silent.listen()
        with pytest.raises(TorNotAnswering):
            Control(str(short_folder / "control"))


def test_the_connection_breaks(quiet_tor: TorProcess, short_folder: Path) -> None:
    with Relay(quiet_tor.control_socket, short_folder / "control") as relay:
        with Control(str(short_folder / "control")) as control:
            relay.cut()
            with pytest.raises(ControlLost):
                control.ask("GETINFO version")
            with pytest.raises(ControlLost):
                control.require_alive()


def test_no_key_reaches_a_log(quiet_tor: TorProcess, caplog: pytest.LogCaptureFixture) -> None:
    key = OnionKey.generate()
    logging.getLogger().setLevel(logging.WARNING)
    with Control(str(quiet_tor.control_socket)) as control:
        assert control.ask(OnionService(key, Path("/run/intake.sock")).add_onion(with_pow=False)).ok
    assert key.for_add_onion not in caplog.text
    assert not [record for record in caplog.records if record.name == "stem"]

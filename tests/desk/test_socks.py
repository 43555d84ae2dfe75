"""What tor's SOCKS port says becomes an error that a person can act on; no name is ever looked up here."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import NoReturn

import pytest

from offramp.desk.courier.socks import SocksPort, dial_onion
from offramp.desk.errors import (
    AuthorizationMissing,
    AuthorizationRefused,
    BadTorSetting,
    CourierError,
    NotASocksPort,
    OnionUnreachable,
    TorNotRunning,
)
from tests.desk.fake_server import fake_socks
from tests.desk.team import COURIERS


def dial(port: int, seconds: float = 10) -> socket.socket:
    return dial_onion(SocksPort("127.0.0.1", port), COURIERS, 80, seconds=seconds)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (0xF0, OnionUnreachable),
        (0xF2, OnionUnreachable),
        (0xF4, AuthorizationMissing),
        (0xF5, AuthorizationRefused),
        (0xF7, OnionUnreachable),
        (0x01, OnionUnreachable),
        (0x04, OnionUnreachable),
        (0x06, OnionUnreachable),
        (0xEE, OnionUnreachable),
    ],
)
def test_a_reply_becomes_an_error(reply: int, expected: type[CourierError]) -> None:
    with fake_socks(reply=reply) as (port, _), pytest.raises(expected):
        dial(port)


def test_the_name_goes_to_tor_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def looked_up(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a name was looked up")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
        monkeypatch.setattr(socket, name, looked_up)
    echo = socket.socket(socket.AF_UNIX)
    echo.bind(str(tmp_path / "echo"))
    echo.listen()
    with fake_socks(target=tmp_path / "echo") as (port, names), dial(port) as line:
        far, _ = echo.accept()
        with far:
            line.sendall(b"hello")
            assert far.recv(5) == b"hello"
    echo.close()
    assert names == [COURIERS.encode()]


def test_nobody_there_is_no_tor() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TorNotRunning):
        dial(port)


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"\x05\xff", b"\x04\x02"])
def test_something_else_is_no_socks_port(greeting: bytes) -> None:
    with fake_socks(greeting=greeting) as (port, _), pytest.raises(NotASocksPort):
        dial(port)


def test_silence_has_an_end() -> None:
    """httpcore would wait for ever here."""
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotASocksPort):
        dial(silent.getsockname()[1], seconds=0.2)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("127.0.0.1:9050", "127.0.0.1:9050"),
        ("9150", "127.0.0.1:9150"),
        ("localhost:9050", "127.0.0.1:9050"),
        ("[::1]:9050", "[::1]:9050"),
    ],
)
def test_a_port_of_tor(text: str, shown: str) -> None:
    assert str(SocksPort.parse(text)) == shown


@pytest.mark.parametrize(
    "text", ["", "tor:9050", "example.com:9050", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:x", "1:²"]
)
def test_no_port_of_tor(text: str) -> None:
    with pytest.raises(BadTorSetting):
        SocksPort.parse(text)

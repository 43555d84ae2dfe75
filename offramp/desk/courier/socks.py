"""Reaching an onion through tor's SOCKS port, and nothing by any other way.

No common HTTP library can do it here: tor answers with codes of its own (0xF0 to 0xF7), which they take
for a malformed reply, and they wait for a SOCKS answer without any limit. The onion's name goes to tor as
it is: this module makes no DNS lookup, and takes no name for tor's own address.
"""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import socket
import time
from dataclasses import dataclass
from typing import Final, Self

from offramp.desk.errors import (
    AuthorizationMissing,
    AuthorizationRefused,
    BadTorSetting,
    ConnectionBroke,
    CourierError,
    NotASocksPort,
    OnionUnreachable,
    TorNotRunning,
)

# RFC 1928 and 1929
_GREETING: Final = b"\x05\x01\x02"  # one method: user name and password
_GREETING_TAKEN: Final = b"\x05\x02"
_LOGIN_TAKEN: Final = b"\x01\x00"
_CONNECT_TO_NAME: Final = b"\x05\x01\x00\x03"
_ADDRESS_LENGTHS: Final = {1: 4, 4: 16}

# tor's own replies, where its SocksPort has the flag ExtendedErrors
_REPLIES: Final[dict[int, type[CourierError]]] = {
    0xF4: AuthorizationMissing,
    0xF5: AuthorizationRefused,
}


@dataclass(frozen=True, slots=True)
class SocksPort:
    """Where tor listens for SOCKS: an IP address and a port."""

    address: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ADDRESS:PORT, or PORT alone for 127.0.0.1; `BadTorSetting`."""
        address, _, port = text.rpartition(":")
        address = {"": "127.0.0.1", "localhost": "127.0.0.1"}.get(address, address.strip("[]"))
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise BadTorSetting from None
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise BadTorSetting
        return cls(address, int(port))

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def dial_onion(tor: SocksPort, onion: str, port: int, *, seconds: float) -> socket.socket:
    """A connection to `onion` through a circuit that nothing else uses; `CourierError`s."""
    deadline = time.monotonic() + seconds
    with contextlib.ExitStack() as undo:
        line = undo.enter_context(_connect(tor))
        _log_in(line, deadline)
        name = onion.encode("ascii")
        line.sendall(_CONNECT_TO_NAME + bytes((len(name),)) + name + port.to_bytes(2, "big"))
        _read_reply(line, deadline)
        undo.pop_all()
        return line


def _connect(tor: SocksPort) -> socket.socket:
    family = socket.AF_INET6 if ":" in tor.address else socket.AF_INET
    line = socket.socket(family, socket.SOCK_STREAM)
    line.settimeout(10)  # tor's port is on this machine, or near it
    try:
        line.connect((tor.address, tor.port))
    except OSError:
        line.close()
        raise TorNotRunning(
            f"No tor answers at {tor}. Start tor, or Tor Browser (its port is 9150)."
        ) from None
    return line


def _log_in(line: socket.socket, deadline: float) -> None:
    """tor takes any name and password, and keeps circuits of different ones apart (IsolateSOCKSAuth)."""
    line.sendall(_GREETING)
    if _read(line, 2, deadline, NotASocksPort) != _GREETING_TAKEN:
        raise NotASocksPort
    secret = secrets.token_hex(16).encode()
    line.sendall(b"\x01\x07offramp" + bytes((len(secret),)) + secret)
    if _read(line, 2, deadline, NotASocksPort) != _LOGIN_TAKEN:
        raise NotASocksPort


def _read_reply(line: socket.socket, deadline: float) -> None:
    version, reply, _, address_type = _read(line, 4, deadline, OnionUnreachable)
    if version != 5:
        raise NotASocksPort
    if reply:
        raise _REPLIES.get(reply, OnionUnreachable)
    length = _ADDRESS_LENGTHS.get(address_type)
    if length is None:
        length = _read(line, 1, deadline, ConnectionBroke)[0]
    _read(line, length + 2, deadline, ConnectionBroke)


def _read(line: socket.socket, length: int, deadline: float, broken: type[CourierError]) -> bytes:
    """Exactly so many bytes; `broken` if they do not come in time."""
    got = b""
    while len(got) < length:
        line.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            more = line.recv(length - len(got))
        except OSError:
            raise broken from None
        if not more:
            raise broken
        got += more
    return got

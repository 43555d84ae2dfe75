"""The only way out for the tests' browser: a SOCKS5 gate that lets onions through, on tape, and nothing else.

Firefox knows dozens of addresses that it would like to ask for something.
Each of them ends here, and leaves its name.
"""

from __future__ import annotations

import socket

from tests.harness.wire import Relay, Tape, connect

_NO_LOGIN = b"\x05\x00"
_NOT_ALLOWED = b"\x05\x02\x00\x01" + bytes(6)
_NAME_TYPE = 3
_REPLY_BYTES = 10  # tor's replies hold an IPv4 address, all zero
_ADDRESS_LENGTHS = {1: 4, 4: 16}


class SocksGate(Relay):
    """`socks_port`: the SOCKS port of a private tor, or None, and then nothing is let through."""

    def __init__(self, socks_port: int | None) -> None:
        super().__init__(socks_port or 0)
        self._socks_port = socks_port
        self.refused: list[str] = []
        """The `host:port` of everything that the browser wanted and did not get."""

    def dial(self, client: socket.socket, tape: Tape) -> socket.socket | None:
        """Read the client's SOCKS5 request; pass it on to tor if it is for an onion."""
        methods = _exactly(client, 2)[1]
        _exactly(client, methods)
        client.sendall(_NO_LOGIN)
        request, host = _read_request(client)
        if self._socks_port is None or not host.endswith(".onion"):
            self.refused.append(f"{host}:{int.from_bytes(request[-2:], 'big')}")
            client.sendall(_NOT_ALLOWED)
            return None
        tor = connect(self._socks_port)
        try:
            tor.sendall(b"\x05\x01\x00")
            _exactly(tor, 2)
            tor.sendall(request)
            # so that the tape begins with what the browser says to the onion
            client.sendall(_exactly(tor, _REPLY_BYTES))
        except OSError:  # one of the two went away
            tor.close()
            raise
        return tor


def _read_request(client: socket.socket) -> tuple[bytes, str]:
    head = _exactly(client, 4)
    if head[3] == _NAME_TYPE:
        length = _exactly(client, 1)
        name = _exactly(client, length[0])
        return head + length + name + _exactly(client, 2), name.decode("ascii", "replace")
    address = _exactly(client, _ADDRESS_LENGTHS.get(head[3], 4))
    return head + address + _exactly(client, 2), ".".join(str(byte) for byte in address)


def _exactly(end: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = end.recv(length - len(data))
        if not chunk:
            raise ConnectionError("the other side went away within the SOCKS handshake")
        data += chunk
    return data

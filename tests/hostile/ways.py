"""The ways in which a server is attacked here, and a visitor who wants to get through meanwhile."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from offramp.crypto.envelope import ENVELOPE_LENGTHS
from tests.hostile.attackers import Way, head
from tests.server.running import BINARY, TestServer, UnixHTTP, another, is_receipt

LARGEST: Final = max(ENVELOPE_LENGTHS)
FORM: Final = "Content-Type: multipart/form-data; boundary=b"
PART: Final = b'--b\r\nContent-Disposition: form-data; name="sealed"; filename="a"\r\n\r\n'
_TRIES: Final = 20


def sealed(length: int) -> bytes:
    """The head of a submission of that length."""
    return head("POST", "/sealed", f"Content-Type: {BINARY}", f"Content-Length: {length}")


def form(length: int) -> bytes:
    """The head of a plain form of that length, to the beginning of its file."""
    return head("POST", "/sealed-file", FORM, f"Content-Length: {length}") + PART


CHUNKED: Final = head("POST", "/sealed", f"Content-Type: {BINARY}", "Transfer-Encoding: chunked")

MakeWay = Callable[[bytes], Way]  # from a sealed envelope

INTAKE: Final[Mapping[str, MakeWay]] = {
    "silent": lambda _: Way(b""),
    "slow heads": lambda _: Way(b"POST /sealed HTTP/1.1\r\nHost: x\r\nX-", b"y"),
    "slow bodies": lambda letter: Way(sealed(len(letter)) + letter[:500], letter[500:]),
    "slow large bodies": lambda letter: Way(sealed(LARGEST) + letter[:500], letter[500:]),
    "slow chunks": lambda _: Way(CHUNKED, b"1\r\nx\r\n"),
    "slow forms": lambda letter: Way(form(LARGEST) + letter[:500], letter[500:]),
    "slow forms of plaintext": lambda _: Way(form(4 * LARGEST), b"plain "),
    "never closing": lambda _: Way(head("GET", "/nowhere", "Connection: close")),
    "never reading": lambda _: Way(head("GET", "/") * 12, reads=False),
}

COURIERS: Final[Mapping[str, MakeWay]] = {
    "slow heads": INTAKE["slow heads"],
    "slow packs": lambda _: Way(
        head("POST", "/push", f"Content-Type: {BINARY}", "Content-Length: 9000000") + bytes(500), b"\0"
    ),
    "never reading": lambda _: Way(head("GET", "/epoch") * 200, reads=False),
}


class Visitor:
    """Loads the page and what it needs, and submits, all on one connection as a browser does it.

    *stubborn*: comes back when the connection is closed before the answer, as browsers do by themselves.
    *patience* in seconds, for one answer.  `seconds`: how long each answer took.
    """

    def __init__(self, path: Path, letter: bytes, *, stubborn: bool = False, patience: float = 30.0) -> None:
        self._path, self._letter = path, letter
        self._tries, self._patience = _TRIES if stubborn else 1, patience
        self.seconds: list[float] = []

    def visit(self) -> None:
        """Everything must be answered as usual.  Raises OSError where it is not answered in time."""
        with closing(UnixHTTP(self._path, self._patience)) as connection:
            page = self._ask(connection, "GET", "/")
            script = re.search(rb'src="(/static/[^"]+)"', page)
            assert script is not None
            self._ask(connection, "GET", script[1].decode())
            self._ask(connection, "GET", "/keyset")
            letter = another(self._letter)
            assert is_receipt((201, self._ask(connection, "POST", "/sealed", letter)), letter)

    def _ask(self, connection: UnixHTTP, method: str, target: str, body: bytes = b"") -> bytes:
        began = time.monotonic()
        answer = _persistent(connection, self._tries, method, target, body)
        self.seconds.append(time.monotonic() - began)
        assert answer[0] == (201 if body else 200), answer
        return answer[1]


def _persistent(connection: UnixHTTP, tries: int, method: str, target: str, body: bytes) -> tuple[int, bytes]:
    while True:
        tries -= 1
        try:
            connection.request(method, target, body or None, {"Content-Type": BINARY})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException):
            connection.close()
            if not tries:
                raise


def courier_asks(server: TestServer) -> None:
    """A courier's signed question, which must be answered."""
    path: Path = server.folder.couriers_socket
    with closing(UnixHTTP(path)) as connection:
        connection.request("GET", "/epoch")
        epoch = bytes.fromhex(connection.getresponse().read().decode())
        signed = server.courier.sign(epoch, server.couriers_address, "GET", "/status")
        connection.request("GET", "/status", headers={"Authorization": signed})
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:1]) == (200, b"{")

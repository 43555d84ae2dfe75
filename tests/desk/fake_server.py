"""Servers that say what a test wants: a couriers' side, and tor's SOCKS port."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from offramp.crypto.bundle import HEADER, frame
from offramp.crypto.card import monday_of
from offramp.crypto.envelope import envelope_id
from offramp.crypto.pack import Post, ReplyPost, TakenBack, read_stream
from offramp.desk import days

EPOCH = "ab" * 32
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


def ok(body: bytes) -> bytes:
    """A whole answer."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def status(line: str) -> bytes:
    return f"HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n".encode()


def listing(*envelopes: bytes, more: bool = False) -> bytes:
    rows = sorted([envelope_id(one).hex(), len(one), "2026-11-21"] for one in envelopes)
    return ok(json.dumps({"envelopes": rows, "more": more}).encode())


def bundle(*envelopes: bytes) -> bytes:
    return ok(HEADER + b"".join(frame(one) for one in envelopes))


def missing(*ids: bytes) -> bytes:
    return ok(json.dumps({"missing": [one.hex() for one in ids]}).encode())


def kept(count: int) -> bytes:
    return ok(json.dumps({"kept": count}).encode())


USUAL: Final = {
    "paused": False,
    "disk_megabytes": 4096,
    "waiting": 20_000,
    "pow_rate": 20,
    "pow_burst": 40,
}


def all_is_well(limits: Mapping[str, int] = USUAL) -> bytes:
    """The status of a server whose calendar and card last for long, and that has room."""
    today = days.today()
    week, next_by = monday_of(today), today + timedelta(weeks=2)
    card = {"week": week, "next_by": next_by, "last_day": next_by + timedelta(weeks=2)}
    said = {"today": today, "first_day": week, "last_day": week + timedelta(days=83), "card": card}
    health = {
        "intake": "open",
        "load": {"busy": 2, "evicted": 0, "refused": 0},
        "limits": limits,
        "quota": {"16384": 1, "65536": 0},
        "waiting": 40,
        "disk_full": False,
        "rebuilt": f"{today}T11",
        "rebuild_late": False,
    }
    return json.dumps({**said, "new_card_from": None, "health": health}, default=str).encode()


class FakeServer:
    """Answers each request with what `answers` gives for its method and path: bytes, or chunks of them.

    `seen` are the requests, as (path, body). A test puts answers in, or takes the honest ones that are there.
    """

    def __init__(self, path: Path, *envelopes: bytes) -> None:
        self.path = path
        self.seen: list[tuple[str, bytes]] = []
        self.answers: dict[str, Callable[[bytes], bytes | Iterator[bytes]]] = {
            "/epoch": lambda _: ok(EPOCH.encode()),
            "/envelopes": lambda _: listing(*envelopes),
            "/fetch": lambda body: bundle(*(one for one in envelopes if envelope_id(one) in body)),
            "/acknowledge": lambda _: ok(b'{"acknowledged":1}'),
            "/missing": self._missing,
            "/push": self._push,
            "/status": lambda _: ok(all_is_well(self.limits)),
            "/limits": self._change,
        }
        self.limits: dict[str, int] = dict(USUAL)
        self.honest = dict(self.answers)
        self.posts: dict[bytes, Post] = {}
        """Replies and parcels that were pushed, by their ids."""
        self.taken_back: set[bytes] = set()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _missing(self, body: bytes) -> bytes:
        asked = [body[start : start + 16] for start in range(0, len(body), 16)]
        return missing(*(one for one in asked if one not in self.posts))

    def _push(self, body: bytes) -> bytes:
        posts = list(read_stream([body]))
        self.taken_back |= {one.id for one in posts if isinstance(one, TakenBack)}
        fresh = {one.id: one for one in posts if one.id not in self.posts and one.id not in self.taken_back}
        self.posts |= fresh
        self.posts = {name: one for name, one in self.posts.items() if name not in self.taken_back}
        return kept(len(fresh))

    def _change(self, body: bytes) -> bytes:
        self.limits |= json.loads(body)
        return ok(json.dumps(self.limits).encode())

    @property
    def replies(self) -> list[bytes]:
        return [one.reply for one in self.posts.values() if isinstance(one, ReplyPost)]

    @property
    def acknowledged(self) -> set[bytes]:
        bodies = [body for path, body in self.seen if path == "/acknowledge"]
        return {body[start : start + 16] for body in bodies for start in range(0, len(body), 16)}

    def requested(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(path == one for one, _ in self.seen)

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            while request := _read_request(line):
                path, body = request
                self.seen.append((path, body))
                answer = self.answers[path](body)
                for chunk in [answer] if isinstance(answer, bytes) else answer:
                    line.sendall(chunk)


def _read_request(line: socket.socket) -> tuple[str, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(found[1]) if (found := _LENGTH.search(head)) else 0
    while len(body) < length:
        body += line.recv(65536)
    return head.split()[1].partition(b"?")[0].decode(), body


@contextlib.contextmanager
def fake_socks(
    *, reply: int = 0, greeting: bytes = b"\x05\x02", target: Path | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A SOCKS port on 127.0.0.1 with one reply to all; its number, and the names that were asked for.

    With `target` and the reply 0 it carries each connection there.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    names: list[bytes] = []

    def serve(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            line.recv(3)
            line.sendall(greeting)
            line.recv(1024)
            line.sendall(b"\x01\x00")
            if not (request := line.recv(1024)):  # it did not like the greeting
                return
            names.append(request[5 : 5 + request[4]])
            line.sendall(bytes((5, reply, 0, 1)) + bytes(6))
            if target and not reply:
                with socket.socket(socket.AF_UNIX) as far:
                    far.connect(str(target))
                    back = threading.Thread(target=_carry, args=(far, line), daemon=True)
                    back.start()
                    _carry(line, far)
                    back.join()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with listener:
        yield listener.getsockname()[1], names


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)

"""Promise 8: who asks a hundred times without waiting for an answer gets no more turns than anybody else."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress

from tests.hostile.attackers import head
from tests.hostile.ways import Visitor
from tests.server.running import TestServer

HASTY, REQUESTS = 80, 60
REFUSED = b"HTTP/1.1 415 "


def test_a_visitor_is_answered_before_the_hasty_have_all_their_answers(server: TestServer) -> None:
    server.start_intake()
    path, letter = server.folder.intake_socket, server.envelope()
    with ExitStack() as stack:
        hasty = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(HASTY)]
        for one in hasty:
            one.connect(str(path))
        for one in hasty:
            one.sendall(head("POST", "/sealed", "Content-Length: 0") * REQUESTS)
        Visitor(path, letter).visit()
        at_once = [_received(one) for one in hasty]
        assert sum(data.count(REFUSED) for data in at_once) < HASTY * REQUESTS // 2
        for one, data in zip(hasty, at_once, strict=True):  # and they are all answered in the end
            one.settimeout(60)
            while data.count(REFUSED) < REQUESTS:
                data += one.recv(1 << 20)
    assert server.log.read_bytes() == b""


def _received(one: socket.socket) -> bytes:
    """What has come by now."""
    one.setblocking(False)
    data = b""
    with suppress(BlockingIOError):
        while piece := one.recv(1 << 20):
            data += piece
    return data

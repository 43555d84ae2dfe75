"""All file descriptors of a process are used up: it goes on with those it has, and recovers when some come free."""

from __future__ import annotations

import resource
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.faults.servers import Burst, ServerOnDisk, assert_all_there
from tests.harness.children import wait_for
from tests.server.running import another, answers, is_receipt, submit, worker_of


def test_clients_use_up_all_of_them(server: ServerOnDisk) -> None:
    intake = server.start_intake()
    worker = worker_of(intake)
    first = server.envelope()
    assert is_receipt(submit(server.folder.intake_socket, first), first)
    used = len(list(Path(f"/proc/{worker}/fd").iterdir()))
    _, hard = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (used + 8, hard))
    burst = Burst(server, first)
    with ExitStack() as attackers:
        for _ in range(64):
            connection = attackers.enter_context(socket.socket(socket.AF_UNIX))
            connection.settimeout(0.2)
            with suppress(OSError):  # no more of them are let in
                connection.connect(str(server.folder.intake_socket))
                connection.send(b"GET / HTTP/1.1\r\n")
        burst.run(lambda: None, receipts=3)
    assert worker_of(intake) == worker  # and it was not for having been started anew
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (hard, hard))
    wait_for("the page", lambda: answers(server.folder.intake_socket), seconds=30)
    last = another(first)
    assert is_receipt(submit(server.folder.intake_socket, last), last)
    assert_all_there(server, [first, *burst.acknowledged, last])
    assert "Traceback" not in server.said()

"""What gunicorn's defaults would leave open, looked at in the running processes."""

from __future__ import annotations

import socket
import stat
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from offramp.server.gunicorn_app import settings
from tests.server.running import TestServer, another, is_receipt, raw, status_of, submit, worker_of

HEAD = b"POST /sealed HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"


def client(stack: ExitStack, path: Path, data: bytes) -> socket.socket:
    """A connection that has sent so much, and sends no more."""
    connection = stack.enter_context(socket.socket(socket.AF_UNIX))
    connection.connect(str(path))
    connection.sendall(data)
    return connection


def test_only_the_owner_may_connect(running: TestServer) -> None:
    for path in (running.folder.intake_socket, running.folder.couriers_socket):
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_group_may_connect_where_the_folder_says_so(server: TestServer) -> None:
    server.folder.sockets.chmod(0o2750)
    assert server.folder.socket_umask() == 0o007
    server.start_intake()
    assert stat.S_IMODE(server.folder.intake_socket.stat().st_mode) & 0o077 == 0o070


def test_no_core_dump_and_no_other_socket(running: TestServer) -> None:
    for master in running.children:
        for pid in (master.pid, worker_of(master)):
            limits = Path(f"/proc/{pid}/limits").read_text()
            assert "Max core file size        0                    0" in limits
            listening = [line for line in _sockets(pid) if "LISTEN" in line]
            assert len(listening) == 1, listening


def _sockets(pid: int) -> list[str]:
    """The listening sockets that a process holds, of every family, by their inodes."""
    inodes = {
        target.removeprefix("socket:[").removesuffix("]")
        for target in (
            str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()
        )
        if target.startswith("socket:[")
    }
    found = []
    for line in Path("/proc/net/unix").read_text().splitlines()[1:]:
        words = line.split()
        if words[6] in inodes and words[3] == "00010000":  # the flag of a socket that listens
            found.append(f"LISTEN unix {words[7] if len(words) > 7 else ''}")
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes and words[3] == "0A":
                found.append(f"LISTEN {name} {words[1]}")
    return found


def test_no_settings_from_outside(
    server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gunicorn.conf.py").write_text("raise SystemExit('this file was read')\n")
    (tmp_path / "offramp.py").write_text("raise SystemExit('this module was imported')\n")
    server.start_intake(
        env={
            "GUNICORN_CMD_ARGS": "--bind 127.0.0.1:1 --workers 5",
            "WEB_CONCURRENCY": "5",
            "FORWARDED_ALLOW_IPS": "*",
        }
    )
    assert status_of(raw(server.folder.intake_socket, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")) == 200
    assert server.log.read_bytes() == b""
    worker_of(server.children[0])  # one


def test_every_setting_is_one_that_gunicorn_knows() -> None:
    from gunicorn.config import Config  # type: ignore[import-untyped]  # gunicorn has no types

    config = Config()
    for name, value in settings(["unix:/x"], 0o077, "x").items():
        config.set(name, value)
    assert config.accesslog is None
    assert config.control_socket_disable is True


def test_a_normal_client_among_slow_ones(server: TestServer) -> None:
    """Two hundred that have sent half of something, and go on so, keep nobody out."""
    server.start_intake()
    path, pattern = server.folder.intake_socket, server.envelope()
    with ExitStack() as stack:
        for number in range(200):
            half = (
                HEAD
                if number % 2
                else HEAD + f"Content-Length: {len(pattern)}\r\n\r\n".encode() + pattern[:500]
            )
            client(stack, path, half)
        for _ in range(20):
            envelope = another(pattern)
            assert is_receipt(submit(path, envelope), envelope)


def test_clients_that_do_not_close_keep_nobody_waiting(server: TestServer) -> None:
    """gunicorn's own worker waits two seconds for each such client, in the thread that accepts the others."""
    server.start_intake()
    path, pattern = server.folder.intake_socket, server.envelope()
    with ExitStack() as stack:
        for _ in range(10):
            connection = client(stack, path, b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert connection.recv(1) == b"H"  # it was answered; now it stays open
        began = time.monotonic()
        assert is_receipt(submit(path, pattern), pattern)
        # Ten of them would make it twenty seconds; a machine that is busy may need one or two.
        assert time.monotonic() - began < 10


def test_no_answer_tells_the_machines_clock(running: TestServer) -> None:
    for path in (running.folder.intake_socket, running.folder.couriers_socket):
        for request in (
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /epoch HTTP/1.1\r\nHost: x\r\n\r\n",
            b"nonsense\r\n\r\n",
        ):
            answer = raw(path, request).lower()
            head = answer.partition(b"\r\n\r\n")[0]
            assert head.startswith(b"http/1.1 ")
            assert b"\r\ndate:" not in head
            assert b"\r\nserver:" not in head


def test_a_connection_is_kept_for_the_next_request(running: TestServer) -> None:
    with ExitStack() as stack:
        connection = client(stack, running.folder.intake_socket, b"")
        for _ in range(3):
            connection.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"connection: keep-alive" in answer.lower()


def test_many_large_bodies_at_once_leave_room_for_text(server: TestServer) -> None:
    """Senders of large bodies use up their own budget, and never that of a text."""
    server.start_intake()
    path, pattern = server.folder.intake_socket, server.envelope()
    with ExitStack() as stack:
        for _ in range(20):
            client(stack, path, HEAD + b"Content-Length: 8397844\r\n\r\n")
        statuses: list[int] = []

        def one_more() -> None:
            statuses.append(status_of(raw(path, HEAD + b"Content-Length: 8397844\r\n\r\n", then_close=False)))

        thread = threading.Thread(target=one_more)
        thread.start()
        thread.join(15)
        assert statuses == [503]
        assert is_receipt(submit(path, pattern), pattern)

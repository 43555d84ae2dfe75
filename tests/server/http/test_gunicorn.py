"""What gunicorn's defaults would leave open, looked at in the running processes."""

from __future__ import annotations

import socket
import stat
from contextlib import ExitStack
from pathlib import Path

import pytest

from offramp.server.http.gunicorn_app import settings
from tests.server.running import TestServer, raw, status_of, worker_of

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
    server.folder.make_socket_folders()
    server.folder.intake_socket.parent.chmod(0o2750)
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

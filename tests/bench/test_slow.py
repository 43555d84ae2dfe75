"""The slow connections that a server has to bear."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.slow import Dribblers

COUNT = 5


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(10)
        server.bind(str(tmp_path / "socket"))
        server.listen(COUNT)
        yield server


def slow(listening: socket.socket, count: int) -> Dribblers:
    return Dribblers(Path(listening.getsockname()), count, pause=0.01)


def test_they_begin_and_go_on(listening: socket.socket) -> None:
    with slow(listening, COUNT):
        for _ in range(COUNT):
            client, _ = listening.accept()
            with client:
                head = client.recv(40)
                assert head.startswith(b"GET / HTTP/1.1\r\n")
                while not head.endswith(b": aaa"):
                    assert b"\r\n\r\n" not in head
                    head += client.recv(1)


def test_another_comes_for_each_that_is_closed(listening: socket.socket) -> None:
    with slow(listening, 1):
        for _ in range(3):
            client, _ = listening.accept()
            client.close()


def test_all_are_gone_afterwards(listening: socket.socket) -> None:
    with slow(listening, 1):
        client, _ = listening.accept()
    with client:
        while client.recv(100):
            pass
